import { MilscopeError } from '../errors.ts';
import type { PredictionRow, PredictionTable } from './prediction-table.ts';

/** The text of a cell without the blanks around it, empty for a column the row has not. */
export function cell(row: Pick<PredictionRow, 'metadata'>, column: string): string {
  return (row.metadata[column] ?? '').trim();
}

/** The truth of every row as an index of a class. Throws `BadLabel` for an empty, NaN or unknown label. */
export function readTruth({ source, classes, rows }: PredictionTable, column: string): Int32Array {
  const indexOf = new Map(classes.map((name, k) => [name, k]));
  const unknown = new Map<string, number[]>();
  const truth = Int32Array.from(rows, (row) => {
    const label = cell(row, column);
    const k = indexOf.get(label);
    if (k === undefined) unknown.set(label, [...(unknown.get(label) ?? []), row.imageNumber].slice(0, 3));
    return k ?? -1;
  });
  if (unknown.size === 0) return truth;
  const labels = [...unknown.keys()];
  const missing = labels.find((label) => /^(nan|na|<na>|#?n\/a|null)?$/i.test(label));
  const images = unknown.get(missing ?? labels[0]!)!;
  throw new MilscopeError('BadLabel', {
    file: source,
    column,
    problem: `${missing === undefined ? 'the model does not know this label' : 'a field without a label cannot be evaluated'}, first at ImageNumber ${images.join(', ')}`,
    found: listed(labels.map((label) => label || 'an empty cell')),
    expected: classes.join(', '),
    remedy:
      missing === undefined
        ? 'name the column that the model was trained on with --label'
        : 'complete the labels, or leave such rows out of the table',
  });
}

function listed(labels: readonly string[]): string {
  return labels.length > 8 ? `${labels.slice(0, 8).join(', ')} and ${labels.length - 8} others` : labels.join(', ');
}

/** The class predicted for every row as an index. Throws `BadTable` for one that has no probability. */
export function readPredicted({ source, classes, rows }: PredictionTable): Int32Array {
  return Int32Array.from(rows, (row) => {
    const k = classes.indexOf(row.predicted);
    if (k >= 0) return k;
    throw new MilscopeError('BadTable', {
      file: source,
      column: 'MIL_Predicted',
      problem: `the class predicted at ImageNumber ${row.imageNumber} has no probability`,
      found: row.predicted,
      expected: classes.join(', '),
    });
  });
}
