import type { WrittenOutputs } from './predict-outputs.ts';

/** What `predict` says in the end. */
export interface PredictResult extends WrittenOutputs {
  readonly out: string;
  readonly model: string;
  /** Fields predicted, or fields with predicted cells. */
  readonly fields: number;
  /** Cells predicted, and cells that are not, for whatever reason; only with `--cells`. */
  readonly cells?: number;
  readonly cellsLost?: number;
  readonly skipped: number;
  readonly skippedFile: string | null;
  readonly label: string;
  /** How many fields or cells each class was predicted for; where one may have several labels, each counts. */
  readonly predicted: Readonly<Record<string, number>>;
  /** How many were given no label; only where that can be. */
  readonly unlabelled?: number;
}

/** The same in words. */
export function predictSummary(result: PredictResult): string {
  const { out, fields, cells, cellsLost, skipped, skippedFile, label, predicted, unlabelled } = result;
  const named = [
    ...Object.entries(predicted),
    ...(unlabelled === undefined ? [] : [['no label', unlabelled] as const]),
  ];
  const counts = named.map(([name, count]) => `  ${String(count).padStart(6)}  ${name}\n`);
  const head = cells === undefined ? `${fields} fields predicted` : `${cells} cells of ${fields} fields predicted`;
  const lost = cellsLost ? `${cellsLost} cells could not be predicted: see ${skippedFile}\n` : '';
  const unread = skipped > 0 ? `${skipped} fields could not be read: see ${skippedFile}\n` : '';
  const next = `If the table has the truth: milscope evaluate ${out} --label ${label}\n`;
  const beside = besideLines(result).join('');
  return `${head}: ${out}\n${counts.join('')}${beside}${lost}${unread}${cells === undefined ? next : ''}`;
}

function besideLines({ by = {}, profile, cpa }: PredictResult): readonly string[] {
  const grouped = Object.entries(by).map(([name, { out, groups, leftOut }]) => {
    const without = leftOut > 0 ? `, without ${leftOut} fields that have no ${name}` : '';
    return `${groups} ${name}s${without}: ${out}\n`;
  });
  return [
    ...grouped,
    ...(profile === undefined ? [] : [`profiles: ${profile}\n`]),
    ...(cpa === undefined ? [] : [`for CellProfiler Analyst: ${cpa}\n`]),
  ];
}
