import { MilscopeError } from '../errors.ts';
import { requireColumn } from './columns.ts';
import type { Screen } from './screen.ts';

/**
 * What programs write where a value went missing: an accident, unlike an empty cell. `None` is not among them: tables of
 * compounds have it for a well without one, and there it is a label like any other.
 */
const lost: ReadonlySet<string> = new Set(['nan', 'na', '<na>', 'n/a', '#n/a', 'null']);

/**
 * The label of every field, in the order of `screen.fields`, without the space around it; empty for a field that has
 * none. The column is named as `findColumn` has it.
 *
 * @throws MissingColumn, and BadLabel with the first row whose label was lost (NaN, NA, N/A or null) or when all cells are
 *   empty.
 */
export function labelsOf(screen: Screen, column: string, { option = '--label' }: { option?: string } = {}): string[] {
  const name = requireColumn(screen, column, { option });
  const labels = screen.fields.map(({ metadata }) => metadata[name]!.trim());
  const bad = screen.fields.filter((_, i) => lost.has(labels[i]!.toLowerCase()));
  const [first] = bad;
  if (first !== undefined) {
    const text = `"${first.metadata[name]!.trim()}"`;
    throw new MilscopeError('BadLabel', {
      file: screen.source,
      row: first.row,
      column: name,
      problem: 'the label of the field is lost',
      found: bad.length === 1 ? text : `${text}, and so in ${bad.length} of ${screen.fields.length} rows`,
      remedy: 'fill the label in, or empty the cell to leave the field aside',
    });
  }
  if (labels.some((label) => label !== '')) return labels;
  throw new MilscopeError('BadLabel', {
    file: screen.source,
    column: name,
    problem: 'no field has a label',
    found: `${labels.length} empty cells`,
    remedy: `fill the labels in, or name another column with ${option}`,
  });
}
