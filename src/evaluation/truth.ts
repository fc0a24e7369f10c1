import { MilscopeError, named } from '../errors.ts';
import { plainLabel } from '../screen/doubtful-labels.ts';
import { labelParts } from '../screen/label-sets.ts';
import { isMissingLabel } from '../screen/labels.ts';
import { wellKey } from '../screen/well.ts';
import type { LabelSets } from './metrics.ts';
import type { PredictedUnit, PredictionRow, PredictionTable } from './prediction-table.ts';

/** The text of a cell without the blanks around it, empty for a column the row has not. */
export function cell(row: Pick<PredictionRow, 'metadata'>, column: string): string {
  return (row.metadata[column] ?? '').trim();
}

/**
 * The truth of every row: one label, or in a table with thresholds any number of them with `|` between them. Throws
 * `BadLabel` for an unknown label, and for an empty one.
 */
export function readTruth({ source, classes, rows, thresholds, unit }: PredictionTable, column: string): LabelSets {
  const indexOf = new Map(classes.map((name, k) => [name, k]));
  const unknown = new Map<string, string[]>();
  const truth = rows.map((row) => {
    const text = cell(row, column);
    const labels = (thresholds ? labelParts(text) : [text]).map((label) => {
      const k = indexOf.get(label);
      if (k === undefined) unknown.set(label, [...(unknown.get(label) ?? []), nameOfRow(row, unit)].slice(0, 3));
      return k ?? -1;
    });
    return ascending(labels);
  });
  if (unknown.size === 0) return truth;
  const labels = [...unknown.keys()];
  const missing = labels.find(isMissingLabel);
  const images = unknown.get(missing ?? labels[0]!)!;
  throw new MilscopeError('BadLabel', {
    file: source,
    column,
    problem: `${missing === undefined ? 'the model does not know this label' : `one of the labels of a ${unit ?? 'field'} is empty`}, first at ${unit === undefined || unit === 'field' ? 'ImageNumber ' : ''}${images.join(', ')}`,
    found: listed(labels.map((label) => label || 'an empty label')),
    expected: classes.join(', '),
    remedy: remedy(labels, { missing, classes }),
  });
}

/** What tells a row from others: the number of its field, its well, or its place in the table. */
function nameOfRow(row: PredictionRow, unit: PredictedUnit = 'field'): string {
  if (unit === 'well') return `well ${wellKey(row)}`;
  return unit === 'field' ? String(row.imageNumber) : `treatment ${row.imageNumber} of the table`;
}

function remedy(
  labels: readonly string[],
  { missing, classes }: { missing: string | undefined; classes: readonly string[] },
): string {
  if (missing !== undefined) return 'take the | out that has no label beside it';
  const pairs = labels.flatMap((label) => {
    const name = classes.find((of) => plainLabel(of) === plainLabel(label));
    return name === undefined ? [] : [`"${label}" and the class "${name}"`];
  });
  if (pairs.length > 0)
    return `${pairs.join(', ')} differ only in case or blanks: write the label as the class is written`;
  return labels.some((label) => labelParts(label).length > 1)
    ? `several labels a field are for models that were trained with ${named('head')} sigmoid`
    : `name the column that the model was trained on with ${named('label')}`;
}

function listed(labels: readonly string[]): string {
  return labels.length > 8 ? `${labels.slice(0, 8).join(', ')} and ${labels.length - 8} others` : labels.join(', ');
}

/**
 * The class predicted for every row, or in a table with thresholds its labels, of which there may be none. Throws
 * `BadTable` for one that has no probability.
 */
export function readPredicted({ source, classes, rows, thresholds, unit }: PredictionTable): LabelSets {
  const labelsOf = (text: string) => (thresholds ? (text === '' ? [] : labelParts(text)) : [text]);
  return rows.map((row) => {
    const labels = labelsOf(row.predicted).map((label) => classes.indexOf(label));
    if (!labels.includes(-1)) return ascending(labels);
    throw new MilscopeError('BadTable', {
      file: source,
      column: 'MIL_Predicted',
      problem: `the class predicted ${unit === undefined || unit === 'field' ? 'at ImageNumber' : 'for'} ${nameOfRow(row, unit)} has no probability`,
      found: row.predicted,
      expected: classes.join(', '),
    });
  });
}

function ascending(labels: readonly number[]): number[] {
  return labels.toSorted((a, b) => a - b);
}
