import { columnOf, type FieldTable, textOf } from './field-table.ts';
import { naturalOrder } from './natural-order.ts';

/** A treatment as it is predicted from all its fields, and from those of each replicate. */
export interface TreatmentSummary {
  readonly name: string;
  readonly rows: readonly number[];
  /** Index of the class; undefined where fields have none or several. */
  readonly truth: number | undefined;
  readonly predicted: number;
  /** Median probability of the predicted class. */
  readonly probability: number;
  readonly replicates: readonly { readonly name: string; readonly predicted: number; readonly fields: number }[];
  /** Replicates that are predicted as the treatment is. */
  readonly agreeing: number;
}

/**
 * Treatments predicted by the median of each class probability over their fields, the largest winning; replicates likewise:
 * by the column of replicates, else by plate.
 */
export function summarizeTreatments(table: FieldTable): readonly TreatmentSummary[] {
  const column = columnOf(table, 'treatment');
  if (column === undefined || table.probabilities.every((one) => one === undefined)) return [];
  const all = Array.from({ length: table.rows }, (_, row) => row);
  const replicates = columnOf(table, 'replicate') ?? columnOf(table, 'plate');
  return [...groupRows(all, (row) => textOf(column, row))].map(([name, rows]) => {
    const own = predictRows(table, rows);
    const parts = [...groupRows(rows, (row) => textOf(replicates, row))]
      .map(([replicate, members]) => ({
        name: replicate,
        predicted: predictRows(table, members).predicted,
        fields: members.length,
      }))
      .toSorted((a, b) => naturalOrder(a.name, b.name));
    const truths = new Set(rows.map((row) => table.truth(row).join()));
    const [truth, ...others] = table.truth(rows[0]!);
    return {
      name,
      rows,
      truth: truths.size === 1 && others.length === 0 ? truth : undefined,
      ...own,
      replicates: parts,
      agreeing: parts.filter(({ predicted }) => predicted === own.predicted).length,
    };
  });
}

/** Rows by a text; those without one are left out. */
function groupRows(rows: readonly number[], of: (row: number) => string): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const name = of(row);
    if (name === '') continue;
    const own = groups.get(name);
    if (own === undefined) groups.set(name, [row]);
    else own.push(row);
  }
  return groups;
}

function predictRows(table: FieldTable, rows: readonly number[]): { predicted: number; probability: number } {
  const medians = table.probabilities.map((column) =>
    column === undefined ? Number.NEGATIVE_INFINITY : median(rows.map((row) => column.numbers[row]!)),
  );
  const probability = Math.max(...medians);
  return { predicted: medians.indexOf(probability), probability };
}

/** The middle value, or the mean of the two; fields without a value count as 0. */
export function median(values: readonly number[]): number {
  const sorted = values.map((value) => (Number.isNaN(value) ? 0 : value)).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
