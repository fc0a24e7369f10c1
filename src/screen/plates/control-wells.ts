import { MilscopeError, named } from '../../errors.ts';
import type { ControlWells } from '../../pixels/normalization.ts';
import { agreeing } from '../../words.ts';
import { requireColumn } from '../columns.ts';
import { listed, sameCell } from '../compare-cells.ts';
import type { Field, Screen } from '../screen.ts';
import { plateOf } from './plates.ts';

/** How strictly control wells are looked for. */
export interface ControlSearch {
  /** Whether the values are those of a training, of which another screen may have only some. */
  readonly trained?: boolean | undefined;
  /** What else helps where there are none, to follow `or`. */
  readonly otherwise?: string | undefined;
  /** Which field of the request has the values. */
  readonly option?: 'negative' | 'positive' | undefined;
}

/**
 * Which fields are of control wells, the negative ones unless `option` says otherwise: those with one of the values in the column,
 * compared as texts without regard to case, as numbers, or as wells. A value with commas that no field has is a list of values.
 *
 * @throws MissingColumn, and BadOption for a value that no field has
 */
export function findControls(
  screen: Pick<Screen, 'source' | 'columns'> & { readonly fields: readonly Pick<Field, 'metadata'>[] },
  { column, values: given }: ControlWells,
  { trained = false, otherwise, option = 'negative' }: ControlSearch = {},
): (field: Pick<Field, 'metadata'>) => boolean {
  const name = requireColumn(screen, column, { option: 'controlColumn', ...(otherwise && { elsewhere: otherwise }) });
  const isSame = sameCell(name, screen.columns);
  const plain = (text: string) => text.trim().normalize('NFC').toLowerCase();
  const known = new Set(screen.fields.map(({ metadata }) => metadata[name] ?? ''));
  const meets = (text: string, value: string) => plain(text) === plain(value) || isSame(text, value);
  const isKnown = (value: string) => [...known].some((text) => meets(text, value));
  const values = given.flatMap((value) => {
    const parts = value.split(',').map((part) => part.trim());
    return !isKnown(value) && parts.every(isKnown) ? parts : [value];
  });
  const lacking = values.filter((value) => !isKnown(value));
  if (lacking.length > (trained ? values.length - 1 : 0)) {
    throw new MilscopeError('BadOption', {
      file: screen.source,
      option: `${option} ${lacking.join(', ')}`,
      problem: `no field has this value in ${name}, so the ${option} control wells are not known`,
      found: listed(known),
      remedy: `with ${named(option)}, name one of the values found, or with ${named('controlColumn')} another column${otherwise === undefined ? '' : `, or ${otherwise}`}`,
    });
  }
  const controls = new Set([...known].filter((text) => values.some((value) => meets(text, value))));
  return ({ metadata }) => controls.has(metadata[name] ?? '');
}

/**
 * The fields by which the plates of a screen are measured with their control wells.
 *
 * @throws BadOption where a plate has none, and what `findControls` and `plateOf` throw
 */
export function requireControls(screen: Screen, controls: ControlWells, search: ControlSearch = {}): readonly Field[] {
  const nameOf = plateOf(screen);
  const found = screen.fields.filter(findControls(screen, controls, search));
  const measured = new Set(found.map(nameOf));
  const without = [...new Set(screen.fields.map(nameOf))].filter((name) => !measured.has(name));
  if (without.length > 0) throw withoutControls(screen, without, controls);
  return found;
}

/** The error where plates have no control wells that can be measured. */
export function withoutControls(
  { source }: Pick<Screen, 'source'>,
  plates: readonly string[],
  { column, values }: ControlWells,
  { unreadable = false }: { readonly unreadable?: boolean } = {},
): MilscopeError {
  const count = plates.length;
  const lack = unreadable ? 'no field of a negative control well that can be read' : 'no negative control well';
  return new MilscopeError('BadOption', {
    file: source,
    option: `negative ${values.join(', ')}`,
    problem: `${agreeing(count, 'a plate has', 'some plates have')} ${lack}, so ${agreeing(count, 'it cannot', 'they cannot')} be made like the others`,
    found: `no ${values.join(' or ')} in ${column} on ${listed(new Set(plates))}`,
    expected: 'a field of a control well on every plate',
    remedy: `leave ${agreeing(count, 'this plate', 'these plates')} out, train with ${named('normalization')} plate, or predict with the numbers of ${agreeing(count, 'the plate', 'the plates')} in ${named('plateStatistics')}`,
  });
}
