import { MilscopeError, named } from '../errors.ts';
import { LABELS_ELSEWHERE, requireColumn } from './columns.ts';
import type { Screen } from './screen.ts';

/**
 * What programs write for "no value", in small letters. `None` is not among them: tables of compounds have it for a well
 * without one, and there it is a label like any other.
 */
const missing: ReadonlySet<string> = new Set([
  ...['', 'nan', '-nan', 'na', '<na>', 'n/a', 'n.a.', 'null', '<null>', '#n/a', '#na', '#n/a n/a', '#null!'],
  // NaN as older programs on Windows write it.
  ...['1.#ind', '-1.#ind', '1.#qnan', '-1.#qnan'],
]);

/** Whether a text says that there is no label: an empty one, NaN, NA, N/A, null or what else programs write for it. */
export function isMissingLabel(text: string): boolean {
  return missing.has(text.trim().toLowerCase());
}

/**
 * The label of every field, in the order of `screen.fields`, without the space around it; empty for a field without one.
 * Fields without a label are common: on many plates only the controls have one. The column is named as `findColumn` has
 * it.
 *
 * @throws MissingColumn, and BadLabel when no field has a label
 */
export function labelsOf(screen: Screen, column: string, { option = 'label' }: { option?: string } = {}): string[] {
  const name = requireColumn(screen, column, { option, elsewhere: LABELS_ELSEWHERE });
  const labels = screen.fields.map(({ metadata }) => {
    const text = (metadata[name] ?? '').trim();
    return isMissingLabel(text) ? '' : text;
  });
  if (labels.some((label) => label !== '')) return labels;
  throw noLabels({ file: screen.source, column: name, option, texts: screen.fields.map((of) => of.metadata[name]) });
}

/** Says how many of some fields have no label: `36 of 48 fields have no label in column MOA and are set aside`. */
export function noLabelWords(
  count: number,
  { total, column, fields = 'fields' }: { total: number; column: string; fields?: string },
): string {
  const [have, are] = count === 1 ? ['has', 'is'] : ['have', 'are'];
  return `${count} of ${total} ${fields} ${have} no label in column ${column} and ${are} set aside`;
}

/** What is thrown when no field has a label in a column that is there; `texts` are its cells. */
export function noLabels({
  file,
  column,
  option,
  texts,
  unit = 'field',
}: {
  file: string;
  column: string;
  option: string;
  texts: readonly (string | undefined)[];
  unit?: string | undefined;
}): MilscopeError {
  const written = [...new Set(texts.map((text) => text?.trim() ?? ''))].filter((text) => text !== '');
  const cells = texts.length === 1 ? '1 cell' : `${texts.length} cells`;
  return new MilscopeError('BadLabel', {
    file,
    column,
    problem: `no ${unit} has a label`,
    found: written.length === 0 ? `${cells}, all empty` : `${cells}, all empty or ${written.sort().join(', ')}`,
    remedy: `fill the labels in, or name another column with ${named(option)}`,
  });
}
