import { MilscopeError, named } from '../../errors.ts';
import { findColumn } from '../../screen/columns.ts';
import type { SplitField } from '../splits.ts';
import { cell } from '../truth.ts';
import { participants } from './controls.ts';
import { columnsOf, judge, naturally, type PlannedFold, type ProtocolOptions, type ProtocolSplit } from './protocol.ts';

/**
 * A fold for every combination of values that fields have in `columns`: it tests the fields with these values, and trains
 * on those that differ in every one of the columns. Fields without a value in one of them take no part.
 *
 * @throws MissingColumn, BadTable when the fields of a well differ in such a value (the well would stand on both sides),
 *   BadOption when nothing can be tested.
 */
export function leaveOut(
  fields: readonly SplitField[],
  {
    columns,
    options = {},
    ...words
  }: {
    /** Each with the field of the request that names it. */
    columns: readonly { readonly name: string; readonly option: string }[];
    /** Why a field cannot be tested whose class is not trained on. */
    reason: string;
    protocol: string;
    options?: ProtocolOptions;
  },
): ProtocolSplit {
  const known = columnsOf(fields, options);
  const names = columns.map((column) => neededColumn(known, { ...column, protocol: words.protocol }));
  const { places, excluded: controls } = participants(fields, options);
  const excluded = new Map(controls);
  const values = new Map<number, readonly string[]>();
  for (const i of places) {
    const own = names.map((name) => cell(fields[i]!, name));
    const empty = own.indexOf('');
    if (empty >= 0) excluded.set(i, `no value in ${names[empty]}`);
    else values.set(i, own);
  }
  requireWholeWells(fields, { values, names, file: known.source });
  const groups = new Map<string, number[]>();
  for (const [i, own] of values) {
    const name = own.map((value, c) => `${plain(names[c]!)}=${value}`).join(', ');
    const members = groups.get(name);
    if (members) members.push(i);
    else groups.set(name, [i]);
  }
  const planned = naturally([...groups.keys()]).map((name): PlannedFold => {
    const test = groups.get(name)!;
    const held = values.get(test[0]!)!;
    const train = [...values].flatMap(([i, own]) => (own.every((value, c) => value !== held[c]) ? [i] : []));
    return { name, train, test };
  });
  const remedy = `name another column with ${columns.map(({ option }) => named(option)).join(' or ')}`;
  return judge(fields, { ...words, planned, excluded, remedy, options });
}

function neededColumn(
  { source, columns }: ReturnType<typeof columnsOf>,
  { name, option, protocol }: { name: string; option: string; protocol: string },
): string {
  const found = findColumn(columns, name);
  if (found !== undefined) return found;
  throw new MilscopeError('MissingColumn', {
    file: source,
    column: name,
    option,
    problem: `the table has no such column, which the protocol ${protocol} needs`,
    found: columns.length > 0 ? columns.join(', ') : 'no column of metadata at all',
    remedy: `with ${named(option)}, name one of these columns, or choose another of ${named('protocols')}`,
  });
}

function requireWholeWells(
  fields: readonly SplitField[],
  { values, names, file }: { values: ReadonlyMap<number, readonly string[]>; names: readonly string[]; file: string },
): void {
  const wells = new Map<string, readonly string[]>();
  for (const [i, own] of values) {
    const { well } = fields[i]!;
    const before = wells.get(well) ?? own;
    wells.set(well, before);
    const other = own.findIndex((value, c) => value !== before[c]);
    if (other < 0) continue;
    throw new MilscopeError('BadTable', {
      file,
      column: names[other],
      problem: `well ${well} would stand on both sides`,
      found: `${before[other]} and ${own[other]}`,
      expected: 'one value for all fields of a well',
    });
  }
}

/** A column's name as people say it. */
function plain(column: string): string {
  return column.replace(/^(image_)?(metadata_)?/i, '');
}
