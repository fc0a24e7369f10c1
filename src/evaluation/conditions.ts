/** Conditions such as `Replicate=3` or `Well=A1,A2`, and the fields that meet them. */
import { MilscopeError } from '../errors.ts';
import { findColumn, requireColumn } from '../screen/columns.ts';
import { listed, sameCell } from '../screen/compare-cells.ts';
import { placeColumns } from '../screen/place-columns.ts';
import type { Screen } from '../screen/screen.ts';
import { placeOf } from '../screen/well.ts';

/** A field as conditions and wells see it. */
export interface ConditionedField {
  readonly well: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Which fields meet any of the conditions `COLUMN=VALUE` or `COLUMN=VALUE,VALUE`. Values are compared as text or as numbers,
 * and wells as wells: `A1` is `A01`. `Row=B,F` and `Column=1` are places on the plate. A value that holds a comma and that a field
 * has counts as a whole.
 *
 * @param option that the conditions were given with
 * @param aside fields that may have a value which none of the others has
 * @throws MissingColumn, and BadOption for what is no condition and for a value that no field has
 */
export function meetingAny<Described extends Pick<ConditionedField, 'metadata'>>(
  fields: readonly Described[],
  screen: Pick<Screen, 'source' | 'columns'>,
  { conditions, option, aside = [] }: Conditions,
): boolean[] {
  const met = new Array<boolean>(fields.length).fill(false);
  for (const condition of conditions) {
    const { column, value } = parseCondition(condition, option);
    const { name, cellOf } = readColumn(column, { screen, option });
    const isSame = sameCell(name, screen.columns);
    const known = [...new Set(fields.map(cellOf))];
    const isKnown = (wanted: string) => known.some((text) => isSame(text, wanted));
    const wanted = valuesIn(value, isKnown);
    const lacking = wanted.find((one) => !isKnown(one));
    if (lacking !== undefined) {
      const unlabelled = aside.filter((field) => isSame(cellOf(field), lacking)).length;
      const problem = lackingWords({ name, value: wanted.length > 1 ? lacking : undefined, unlabelled });
      throw badCondition(`${option} ${condition}`, problem, {
        file: screen.source,
        found: listed(new Set(known)),
        remedy: `${option === 'holdout' ? 'hold out' : 'take'} one of the values found`,
      });
    }
    for (const [i, field] of fields.entries()) met[i] ||= wanted.some((one) => isSame(cellOf(field), one));
  }
  return met;
}

interface Conditions {
  readonly conditions: readonly string[];
  readonly option: string;
  readonly aside?: readonly Pick<ConditionedField, 'metadata'>[];
}

/**
 * Which fields are held out of a training, see {@link meetingAny}.
 *
 * @throws what `meetingAny` throws, and BadOption when every field is held out, and when a well would stand on both sides
 */
export function heldOut(
  fields: readonly ConditionedField[],
  screen: Pick<Screen, 'source' | 'columns'>,
  { holdout, aside = [] }: { holdout: readonly string[]; aside?: readonly Pick<ConditionedField, 'metadata'>[] },
): boolean[] {
  const held = meetingAny(fields, screen, { conditions: holdout, option: 'holdout', aside });
  if (held.length > 0 && !held.includes(false)) {
    throw badCondition(all(holdout), 'every field would be held out and none is left to train on', {
      file: screen.source,
      remedy: 'hold out less',
    });
  }
  requireWholeWells(fields, held, { holdout, screen });
  return held;
}

const all = (holdout: readonly string[]) => holdout.map((condition) => `holdout ${condition}`).join(' and ');

function requireWholeWells(
  fields: readonly ConditionedField[],
  held: readonly boolean[],
  { holdout, screen }: { holdout: readonly string[]; screen: Pick<Screen, 'source' | 'columns'> },
): void {
  const side = new Map<string, boolean>();
  for (const [i, { well }] of fields.entries()) {
    if ((side.get(well) ?? held[i]) !== held[i]) {
      throw badCondition(all(holdout), `well ${well} would stand on both sides`, {
        file: screen.source,
        expected: 'a column with one value a well, such as a plate, a replicate or a compound',
        ...(findColumn(screen.columns, 'Plate') === undefined && {
          remedy: `if the screen has several plates, add a column Metadata_Plate: without it, ${well} of all plates counts as one well`,
        }),
      });
    }
    side.set(well, held[i]!);
  }
}

/**
 * How a column is read. `Row` and `Column` are those of the plate, from the names of wells, where the screen has no such columns.
 *
 * @throws MissingColumn
 */
function readColumn(
  column: string,
  { screen, option }: { screen: Pick<Screen, 'source' | 'columns'>; option: string },
) {
  type Described = Pick<ConditionedField, 'metadata'>;
  const ofWell = findColumn(screen.columns, column) === undefined ? PLACES[column.toLowerCase()] : undefined;
  if (ofWell === undefined || placeColumns(screen.columns, 'well').length === 0) {
    const name = requireColumn(screen, column, { option });
    return { name, cellOf: ({ metadata }: Described) => metadata[name] ?? '' };
  }
  return { name: column, cellOf: ({ metadata }: Described) => ofWell.exec(placeOf(metadata).well)?.[0] ?? '' };
}

/** What of the name of a well, such as `B03`, is its row and its column, which is compared as a number. */
const PLACES: Readonly<Record<string, RegExp>> = { row: /^[A-Z]+(?=\d+$)/, column: /(?<=^[A-Z]+)\d+$/ };

function lackingWords({
  name,
  value,
  unlabelled,
}: {
  name: string;
  value: string | undefined;
  unlabelled: number;
}): string {
  const which = value === undefined ? 'this value' : `the value ${value}`;
  if (unlabelled === 0) return `no field has ${which} in ${name}`;
  const fields = unlabelled === 1 ? 'the one field' : `all ${unlabelled} fields`;
  return `${fields} with ${which} in ${name} ${unlabelled === 1 ? 'has' : 'have'} no label, and so cannot be tested`;
}

function parseCondition(condition: string, option: string): { column: string; value: string } {
  const [, column, value] = /^\s*([^=]+?)\s*=(.*)$/s.exec(condition) ?? [];
  if (column !== undefined && value !== undefined) return { column, value: value.trim() };
  throw badCondition(`${option} ${condition}`, 'not a condition', {
    expected: 'COLUMN=VALUE, for example Replicate=3',
  });
}

/** The values in a list; what holds a comma and is known as it stands is one of them, the longest first. */
function valuesIn(text: string, isKnown: (value: string) => boolean): string[] {
  const pieces = text.split(',');
  const values: string[] = [];
  for (let from = 0; from < pieces.length; ) {
    let to = pieces.length;
    const joined = () => pieces.slice(from, to).join(',').trim();
    while (to > from + 1 && !isKnown(joined())) to--;
    // Nothing stands after a comma at the end.
    if (joined() !== '' || pieces.length === 1) values.push(joined());
    from = to;
  }
  return values.length > 0 ? values : [text];
}

function badCondition(
  option: string,
  problem: string,
  more: { file?: string; found?: string; expected?: string; remedy?: string },
): MilscopeError {
  return new MilscopeError('BadOption', { option, problem, ...more });
}
