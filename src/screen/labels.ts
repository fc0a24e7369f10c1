import { MilscopeError, named } from '../errors.ts';
import { requireColumn } from './columns.ts';
import type { Screen } from './screen.ts';

/**
 * What programs write for "no value". `None` is not among them: tables of compounds have it for a well without one, and
 * there it is a label like any other.
 */
const missing: ReadonlySet<string> = new Set(['', 'nan', 'na', '<na>', 'n/a', '#n/a', 'null']);

/** Whether a text says that there is no label: an empty one, NaN, NA, N/A or null. */
export function isMissingLabel(text: string): boolean {
  return missing.has(text.toLowerCase());
}

/**
 * The label of every field, in the order of `screen.fields`, without the space around it; empty for a field without one
 * where the screen is `partlyLabelled`. The column is named as `findColumn` has it.
 *
 * @throws MissingColumn, and BadLabel with the first row that has no label (an empty cell, NaN, NA, N/A or null), or when
 *   no field of a partly labelled screen has one.
 */
export function labelsOf(screen: Screen, column: string, { option = 'label' }: { option?: string } = {}): string[] {
  const name = requireColumn(screen, column, { option });
  const labels = screen.fields.map(({ metadata }) => metadata[name]!.trim());
  const bad = screen.fields.filter(
    (_, i) => isMissingLabel(labels[i]!) && !(screen.partlyLabelled && labels[i] === ''),
  );
  const [first] = bad;
  if (first !== undefined) {
    const text = metadataText(first.metadata[name]!);
    throw new MilscopeError('BadLabel', {
      file: screen.source,
      row: first.row,
      column: name,
      problem: 'the field has no label',
      found: bad.length === 1 ? text : `${text}, and so in ${bad.length} of ${screen.fields.length} rows`,
      remedy: 'fill the label in, or leave the row out of the table',
    });
  }
  if (labels.some((label) => label !== '')) return labels;
  throw new MilscopeError('BadLabel', {
    file: screen.source,
    column: name,
    problem: 'no field has a label',
    found: `${labels.length} empty cells`,
    remedy: `fill the labels in, or name another column with ${named(option)}`,
  });
}

function metadataText(text: string): string {
  return text.trim() === '' ? 'an empty cell' : `"${text.trim()}"`;
}
