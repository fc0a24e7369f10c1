import type { FieldTable } from './field-table.ts';

/** Counts `[truth][predicted]` of some rows; of several labels each pair counts once. */
export function countConfusion(table: FieldTable, rows: ArrayLike<number>): readonly (readonly number[])[] {
  const counts = table.classes.map(() => table.classes.map(() => 0));
  for (let i = 0; i < rows.length; i++) {
    for (const k of table.truth(rows[i]!)) for (const l of table.predicted(rows[i]!)) counts[k]![l]!++;
  }
  return counts;
}

/** What a row of a confusion matrix says of its class. */
export interface ClassFigures {
  readonly class: number;
  readonly n: number;
  readonly recall: number | null;
  readonly precision: number | null;
  /** Precision if all classes had as many fields: the share of the right among the shares of each class called so. */
  readonly weightedPrecision: number | null;
  /** The class it is most often taken for, with the number of fields; null where all are right. */
  readonly takenFor: { readonly class: number; readonly n: number } | null;
}

/** Figures of the classes, the weakest (by recall, then precision) first, classes without a field last. */
export function classFigures(counts: readonly (readonly number[])[]): readonly ClassFigures[] {
  const totals = counts.map((row) => sum(row));
  const figures = counts.map((row, k): ClassFigures => {
    const others = row.map((n, l) => (l === k ? 0 : n));
    const most = Math.max(0, ...others);
    return {
      class: k,
      n: totals[k]!,
      recall: ratio(row[k]!, totals[k]!),
      precision: ratio(row[k]!, sum(counts.map((other) => other[k]!))),
      weightedPrecision: ratio(
        ratio(row[k]!, totals[k]!) ?? 0,
        sum(counts.map((other, j) => ratio(other[k]!, totals[j]!) ?? 0)),
      ),
      takenFor: most === 0 ? null : { class: others.indexOf(most), n: most },
    };
  });
  return figures.toSorted((a, b) => (a.recall ?? 2) - (b.recall ?? 2) || (a.precision ?? 2) - (b.precision ?? 2));
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
