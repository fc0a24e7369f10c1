import { MilscopeError, named } from '../errors.ts';
import { requireColumn } from './columns.ts';
import { isMissingLabel, labelsOf } from './labels.ts';
import type { Screen } from './screen.ts';

/** Stands between the labels of a field that has several. */
const separator = '|';

/** The labels in a text such as `A|B`: without the space around them, each once, sorted; `['']` for an empty text. */
export function labelParts(text: string): readonly string[] {
  return [...new Set(text.split(separator).map((part) => part.trim()))].sort();
}

/** The one text for a set of labels: ` B| A |B` and `A|B` are both `A|B`. */
export function canonicalLabels(text: string): string {
  return labelParts(text).join(separator);
}

/** The text of labels that have an order already, such as that of the classes; empty for none. */
export function joinedLabels(labels: readonly string[]): string {
  return labels.join(separator);
}

/**
 * The labels of every field as a last layer can learn them, one text a field, in the order of `screen.fields`: with
 * `several` the canonical text of a set of labels, else one label. Fields without a label have an empty text.
 *
 * @throws what `labelsOf` throws, and BadLabel with the first row that has a label too many, or an empty one in a set.
 */
export function labelSetsOf(
  screen: Screen,
  column: string,
  { several, option = 'label' }: { several: boolean; option?: string },
): string[] {
  const labels = labelsOf(screen, column, { option });
  const isBad = (text: string) =>
    several ? text !== '' && labelParts(text).some(isMissingLabel) : text.includes(separator);
  const bad = screen.fields.filter((_, i) => isBad(labels[i]!));
  const [first] = bad;
  if (first === undefined) return several ? labels.map(canonicalLabels) : labels;
  const name = requireColumn(screen, column, { option });
  const text = `"${first.metadata[name]!.trim()}"`;
  throw new MilscopeError('BadLabel', {
    file: screen.source,
    row: first.row,
    column: name,
    problem: several ? 'one of the labels of the field is empty' : 'the field has several labels',
    found: bad.length === 1 ? text : `${text}, and so in ${bad.length} of ${screen.fields.length} rows`,
    expected: several ? `labels with one ${separator} between them` : 'one label a field',
    remedy: several
      ? `take the ${separator} out that has no label beside it`
      : `train with ${named('head')} sigmoid, for which ${separator} stands between the labels of a field`,
  });
}
