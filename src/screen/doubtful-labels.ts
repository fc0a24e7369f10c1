/** Labels that are hardly meant: misspelt ones, and columns that tell every field from every other. */

import { MilscopeError, named } from '../errors.ts';
import { agreeing, counted, pluralOf } from '../words.ts';
import { labelParts } from './label-sets.ts';
import { isMissingLabel } from './labels.ts';
import { bareName, placeKindOf } from './place-columns.ts';
import type { Field, Screen } from './screen.ts';
import { wellKey } from './well.ts';

/** A label, and how many fields have it. */
export interface LabelCount {
  readonly name: string;
  readonly fields: number;
}

/** The labels of some fields, each of a set counting, with the most frequent first. */
export function countLabels(labels: readonly string[]): readonly LabelCount[] {
  const counts = new Map<string, number>();
  for (const name of labels.flatMap(labelParts)) if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, fields]) => ({ name, fields })).sort((a, b) => b.fields - a.fields);
}

/** A label as it is without case and blanks: what two labels share that are hardly meant as two. */
export function plainLabel(label: string): string {
  return label.normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase();
}

/** What is doubtful, and how to mend it. */
interface Doubt {
  readonly problem: string;
  readonly remedy: string;
}

/** Says which labels are hardly meant: marks of an empty cell, and those that differ in case or blanks alone. */
export function doubtfulLabelWords(
  labels: readonly LabelCount[],
  { column, unit = 'field' }: { column: string; unit?: string },
): readonly Doubt[] {
  return [...emptyMarkWords(labels, { column, unit }), ...similarLabelWords(labels, { column, unit })];
}

/** What people write into the cell of a well without a label: dashes, dots, question marks and others, alone. */
const EMPTY_MARK = /^(?:[-\u2010-\u2015\u2212]+|\?+|\.+|\u2026|_+|\/+|\*+|#+)$/u;

/** Says of every mark of an empty cell how many have it. A minus beside a plus is a label: negative and positive. */
function emptyMarkWords(
  labels: readonly LabelCount[],
  { column, unit }: { column: string; unit: string },
): readonly Doubt[] {
  const signs = labels.some(({ name }) => /^\++$/.test(name));
  const marks = labels.filter(({ name }) => EMPTY_MARK.test(name) && !(signs && name.startsWith('-')));
  return marks.map(({ name, fields }) => ({
    problem: `${counted(fields, unit)} ${agreeing(fields, 'has', 'have')} the label "${name}" in ${column}, which often stands for an empty cell`,
    remedy: `it counts as a class: if there is no label, leave the ${agreeing(fields, 'cell', 'cells')} empty or write NA, and ${agreeing(fields, `the ${unit} is`, `these ${pluralOf(unit)} are`)} set aside`,
  }));
}

/** Says of every group of labels that differ in case or blanks alone what they are. */
function similarLabelWords(
  labels: readonly LabelCount[],
  { column, unit }: { column: string; unit: string },
): readonly Doubt[] {
  const groups = new Map<string, LabelCount[]>();
  for (const label of labels) {
    const key = plainLabel(label.name);
    groups.set(key, [...(groups.get(key) ?? []), label]);
  }
  const words = ({ name, fields }: LabelCount) => `"${name}" (${counted(fields, unit)})`;
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      problem:
        `labels in ${column} differ only in case or blanks: ` +
        `${group.slice(0, -1).map(words).join(', ')} and ${words(group.at(-1)!)}`,
      remedy: 'they count as different classes: if they are one, give it one spelling in the table',
    }));
}

/** From so many labelled fields on, a label that each of them has for itself is refused; and one that nearly each has. */
const [ALL_DIFFERENT, NEARLY_ALL] = [6, 10];
/** The share of the fields that has to have a label of its own for nearly all to be different. */
const NEARLY = 0.9;
/** With so many fields a class or fewer, as a mean, a column is hardly one of classes. */
const FEW_FIELDS = 2;
/** Columns that number rows. */
const numbering = /^(image_)?(metadata_)?(image|table|object)_?number$/i;

/**
 * Refuses a column that gives (nearly) every field a label of its own, such as `ImageNumber`: nothing can be learned of it, and
 * hours would be spent.
 *
 * @throws BadLabel with the columns that could be meant
 */
export function requireSharedLabels(screen: Screen, { column, labels }: { column: string; labels: readonly string[] }) {
  const given = labels.filter((label) => label !== '');
  const classes = countLabels(given).length;
  const all = classes >= given.length && (given.length >= ALL_DIFFERENT || (numbering.test(column) && classes > 2));
  const nearly = given.length >= NEARLY_ALL && classes >= NEARLY * given.length;
  if (!all && !nearly) return;
  const others = otherColumns(screen, column);
  throw new MilscopeError('BadLabel', {
    file: screen.source,
    column,
    option: 'label',
    problem: `${all ? 'every' : 'nearly every'} field has a label of its own, of which nothing can be learned`,
    found: `${counted(classes, 'label')} of ${counted(given.length, 'field')}`,
    expected: 'a few labels, each of several wells',
    remedy:
      others.length > 0
        ? `with ${named('label')}, name a column with few values, such as ${others.join(', ')}`
        : `with ${named('label')}, name a column with few values, or add one to the table`,
  });
}

/**
 * Says that a column has so many labels that a class has few fields; undefined where it has not. What `requireSharedLabels`
 * refuses is worse.
 */
export function crowdedLabelWords(
  screen: Screen,
  { column, labels }: { column: string; labels: readonly string[] },
): Doubt | undefined {
  const given = labels.filter((label) => label !== '');
  const counts = countLabels(given);
  if (given.length < NEARLY_ALL || counts.length * FEW_FIELDS < given.length) return undefined;
  const single = counts.filter(({ fields }) => fields === 1).length;
  const most = single === 0 ? '' : `, of which ${single} ${agreeing(single, 'has', 'have')} a single field`;
  const others = otherColumns(screen, column);
  const meant = others.length === 0 ? '' : `, such as ${others.join(', ')}`;
  return {
    problem: `${column} has ${counted(counts.length, 'label')} for ${counted(given.length, 'field')}${most}: little can be learned of so few fields a class`,
    remedy: `if another column is meant, name one with fewer values with ${named('label')}${meant}`,
  };
}

/** The columns that could be meant in place of one, at most six. */
function otherColumns({ columns, fields }: Screen, column: string): readonly string[] {
  const known = labelColumns(
    columns,
    fields.map((field) => ({ ...field, well: wellKey(field) })),
  );
  return known.filter((name) => bareName(name) !== bareName(column)).slice(0, 6);
}

/** Says where fields are or what they are numbered by, so none can be a label. */
const places =
  /^(image_)?(metadata_)?(plate|well|site|field|row|col(umn)?|batch|replicate|series|frame|imagenumber|tablenumber)/i;
/** Most values that a column of labels has. */
const MOST_LABELS = 60;

/** The columns that could be labels: those with a few values, of which most are in several wells. */
export function labelColumns(
  columns: readonly string[],
  fields: readonly (Pick<Field, 'metadata'> & { readonly well: string })[],
): string[] {
  return columns.filter((column) => {
    if (places.test(column) || placeKindOf(column) !== undefined) return false;
    const values = new Map<string, Set<string>>();
    for (const { metadata, well } of fields) {
      const text = (metadata[column] ?? '').trim();
      if (!isMissingLabel(text)) values.set(text, (values.get(text) ?? new Set()).add(well));
    }
    const repeated = [...values.values()].filter((wells) => wells.size > 1).length;
    return values.size >= 2 && values.size <= MOST_LABELS && repeated >= values.size / 2;
  });
}

/** Says that fields of one well could stand on both sides of a split; undefined where all name their wells. */
export function unknownWellWords(
  wells: readonly string[],
): { readonly problem: string; readonly remedy: string } | undefined {
  const without = wells.filter((well) => well === '').length;
  if (without === 0) return undefined;
  const problem =
    without === wells.length
      ? 'the table does not name the well of each field'
      : `${without} of ${wells.length} fields ${without === 1 ? 'names' : 'name'} no well`;
  return {
    problem,
    remedy:
      'add Metadata_Plate and Metadata_Well: without them, fields of one well may be used both for training and for testing, ' +
      'and the figures are then too good',
  };
}
