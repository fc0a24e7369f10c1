import { MilscopeError, named } from '../../errors.ts';
import { findColumn } from '../../screen/columns.ts';
import { labelParts } from '../../screen/label-sets.ts';
import { agreeing, counted } from '../../words.ts';
import type { SplitField } from '../splits.ts';
import { cell } from '../truth.ts';
import { columnsOf, type ProtocolOptions } from './protocol.ts';

/** What is a negative control where nobody says so. */
const USUAL = 'DMSO';
/** What says that there is none. */
const NONE = 'none';

/** The negative controls of a screen, and whether they take part. */
export interface Controls {
  /** Their names as the screen has them: of compounds or labels. */
  readonly names: readonly string[];
  /** Places of their fields. */
  readonly places: ReadonlySet<number>;
  /** False where fewer than two classes would be left without them: to tell them from the others is the question then. */
  readonly aside: boolean;
  /** The classes of the other fields. */
  readonly others: readonly string[];
  /** Names that were asked for and that no labelled field has; `none` is not one of them. */
  readonly unknown: readonly string[];
}

/**
 * Finds the negative controls among labelled fields: those that `options.setAside` names, else DMSO. On a screen of which only
 * the controls have a label, DMSO is one of the classes.
 *
 * @throws BadOption where the controls that were named leave fewer than two classes
 */
export function findControls(fields: readonly SplitField[], options: ProtocolOptions = {}): Controls {
  const asked = options.setAside;
  const wanted = new Set((asked ?? [USUAL]).map((name) => name.trim().toLowerCase()));
  const column = findColumn(columnsOf(fields, options).columns, options.compound ?? 'Compound');
  const names = new Map<string, string>();
  const places = new Set<number>();
  for (const [i, field] of fields.entries()) {
    if (field.label === '') continue;
    const own = [field.label, column === undefined ? '' : cell(field, column)].filter((name) =>
      wanted.has(plain(name)),
    );
    if (own.length === 0) continue;
    places.add(i);
    for (const name of own) if (!names.has(plain(name))) names.set(plain(name), name);
  }
  const classes = (of: readonly SplitField[]) => [...new Set(of.flatMap(({ label }) => labelParts(label)))].sort();
  const labelled = fields.filter(({ label }) => label !== '');
  const others = classes(fields.filter(({ label }, i) => label !== '' && !places.has(i)));
  const needed = places.size > 0 && others.length < 2 && classes(labelled).length > 1;
  if (needed && asked !== undefined) throw tooFewLeft([...names.values()], { others, file: options.screen?.source });
  const unknown = (asked ?? []).filter((name) => plain(name) !== NONE && !names.has(plain(name)));
  return { names: [...names.values()].sort(), places, aside: !needed, others, unknown };
}

/** The fields that can take part in a protocol, and why the other labelled ones cannot. */
export interface Participants {
  readonly places: readonly number[];
  readonly excluded: ReadonlyMap<number, string>;
}

/** Labelled fields but for the negative controls that are set aside, see {@link findControls}. */
export function participants(fields: readonly SplitField[], options: ProtocolOptions = {}): Participants {
  const controls = findControls(fields, options);
  const places: number[] = [];
  const excluded = new Map<number, string>();
  for (const [i, field] of fields.entries()) {
    if (field.label === '') continue;
    if (controls.aside && controls.places.has(i)) excluded.set(i, 'a negative control');
    else places.push(i);
  }
  return { places, excluded };
}

/** Says that negative controls take no part, or why they do; undefined where there are none. */
export function controlWords({ names, places, aside, others }: Controls): string | undefined {
  if (names.length === 0) return undefined;
  const what = `the negative ${agreeing(names.length, 'control', 'controls')} ${names.join(', ')}`;
  if (aside) {
    const fields = `${counted(places.size, 'field')} of ${what} ${agreeing(places.size, 'is', 'are')}`;
    return `${fields} set aside, neither trained on nor tested; ${named('setAside')} names others, or none`;
  }
  const left = others.length === 0 ? 'no class would be left' : `${others[0]} would be the only class`;
  const is = agreeing(names.length, 'is', 'are');
  return `${what} ${is} not set aside but trained on and tested as a class: otherwise ${left}`.replace(/^t/, 'T');
}

/** Says which names of controls no field has; undefined where each has one. */
export function unknownControlWords({ unknown }: Controls): string | undefined {
  if (unknown.length === 0) return undefined;
  return `no labelled field has the compound or class ${unknown.join(' or ')} that ${named('setAside')} names: nothing is set aside for it`;
}

function plain(name: string): string {
  return name.trim().toLowerCase();
}

function tooFewLeft(
  names: readonly string[],
  { others, file }: { others: readonly string[]; file: string | undefined },
): MilscopeError {
  return new MilscopeError('BadOption', {
    file,
    option: 'setAside',
    problem: `without the ${agreeing(names.length, 'control', 'controls')} ${names.join(', ')}, there is nothing to tell apart`,
    found: others.length === 0 ? 'no other class' : `one other class, ${others[0]}`,
    expected: 'at least two classes that are no controls',
    remedy: `leave ${named('setAside')} out, or give it other names`,
  });
}
