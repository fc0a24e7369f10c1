import { MilscopeError, named } from '../../errors.ts';
import { findColumn, requireColumn } from '../../screen/columns.ts';
import { labelParts } from '../../screen/label-sets.ts';
import type { Screen } from '../../screen/screen.ts';
import { counted } from '../../words.ts';
import type { SplitField } from '../splits.ts';
import { cell } from '../truth.ts';

/** One training and what it is tested on; fields are given by their places in the list of fields. */
export interface Fold {
  /** What is held out, as `Compound=taxol, Batch=Week7`. */
  readonly name: string;
  readonly train: readonly number[];
  readonly test: readonly number[];
  /** The tested fields that are trained on too: none but under `paper`. */
  readonly trainedOn: readonly number[];
}

/** Fields of one treatment that no fold tests. */
export interface LeftOut {
  readonly treatment: string;
  readonly label: string;
  readonly fields: readonly number[];
  readonly reason: string;
}

/** What a protocol makes of a screen. */
export interface ProtocolSplit {
  readonly folds: readonly Fold[];
  /** The treatments that are judged, in natural order: their number is the denominator. */
  readonly treatments: readonly string[];
  /** The labelled fields that are not tested. A treatment with other fields that are tested is judged by those. */
  readonly leftOut: readonly LeftOut[];
}

export interface ProtocolOptions {
  /** Seed of the draws of `paper` and `k-fold`. */
  readonly seed?: number;
  /** `paper`: share of the wells of every class to train on. */
  readonly fraction?: number;
  /** `holdout`: `COLUMN=VALUE` conditions; the fields that meet any of them are tested. */
  readonly holdout?: readonly string[];
  /** `k-fold`: number of folds. */
  readonly k?: number;
  /**
   * Compounds or labels of negative controls, in any case: neither trained on nor tested. Default: DMSO, unless fewer than two
   * classes would be left.
   */
  readonly setAside?: readonly string[];
  /** Where columns are looked up. Default: the columns of the first field. */
  readonly screen?: Pick<Screen, 'source' | 'columns'>;
  /** Default: `Replicate`. Columns are found in any case, with or without `Metadata_`. */
  readonly replicate?: string;
  /** Default: `Compound`. */
  readonly compound?: string;
  /** Default: `Batch`, else `Plate`. */
  readonly batch?: string;
  /** Default: `Treatment`, else `Compound`; without either, the fields of a class are one treatment. */
  readonly treatment?: string;
}

/** From labelled fields to folds. Fields whose label is empty take no part. */
export type Protocol = (fields: readonly SplitField[], options?: ProtocolOptions) => ProtocolSplit;

/** A fold before anybody has asked whether its test fields can be judged. */
export interface PlannedFold {
  readonly name: string;
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/**
 * Takes out of every fold the test fields that no model could get right, since no field of their class, or of one of
 * their labels, is trained on (`reason`) or no other class is; then says which treatments are judged and which are left out.
 *
 * @throws BadOption when nothing is left to test.
 */
export function judge(
  fields: readonly SplitField[],
  {
    planned,
    excluded,
    reason,
    protocol,
    remedy,
    options = {},
  }: {
    planned: readonly PlannedFold[];
    excluded: ReadonlyMap<number, string>;
    reason: string;
    protocol: string;
    /** What helps where nothing can be tested. */
    remedy: string;
    options?: ProtocolOptions | undefined;
  },
): ProtocolSplit {
  const untested = new Map(excluded);
  const folds = planned.flatMap(({ name, train, test }): Fold[] => {
    const trained = new Set(train);
    const classes = new Set(train.flatMap((i) => labelParts(fields[i]!.label)));
    const known = (i: number) => labelParts(fields[i]!.label).every((label) => classes.has(label));
    const fair = test.filter((i) => classes.size > 1 && known(i));
    const isFair = new Set(fair);
    for (const i of test.filter((place) => !isFair.has(place))) {
      untested.set(i, known(i) ? 'no other class is left to train on' : reason);
    }
    return fair.length === 0 ? [] : [{ name, train, test: fair, trainedOn: fair.filter((i) => trained.has(i)) }];
  });
  if (folds.length === 0) {
    throw new MilscopeError('BadOption', {
      file: options.screen?.source,
      option: 'protocols',
      problem: `no field can be tested by the protocol ${protocol}`,
      found: countReasons(untested) || 'no labelled field',
      remedy: `${remedy}, or choose another of ${named('protocols')}`,
    });
  }
  const treatmentOf = treatments(fields, options);
  const judged = new Set(folds.flatMap(({ test }) => test.map((i) => treatmentOf(fields[i]!))));
  const leftOut = new Map<string, { treatment: string; label: string; fields: number[]; reason: string }>();
  for (const [i, why] of [...untested].sort(([a], [b]) => a - b)) {
    const [treatment, { label }] = [treatmentOf(fields[i]!), fields[i]!];
    const key = JSON.stringify([treatment, label, why]);
    const known = leftOut.get(key);
    if (known) known.fields.push(i);
    else leftOut.set(key, { treatment, label, fields: [i], reason: why });
  }
  return { folds, treatments: naturally([...judged]), leftOut: [...leftOut.values()] };
}

/** Why fields are not tested, with the most frequent reason first. */
function countReasons(untested: ReadonlyMap<number, string>): string {
  const counts = new Map<string, number>();
  for (const reason of untested.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, fields]) => `${counted(fields, 'field')}: ${reason}`)
    .join('; ');
}

/** Where the columns of the fields are looked up. */
export function columnsOf(
  fields: readonly SplitField[],
  { screen }: ProtocolOptions,
): Pick<Screen, 'source' | 'columns'> {
  return screen ?? { source: 'the table', columns: Object.keys(fields[0]?.metadata ?? {}) };
}

/** Text in the order of people: Week2 before Week10. */
export function naturally(texts: readonly string[]): string[] {
  return texts.toSorted(new Intl.Collator('en', { numeric: true }).compare);
}

function treatments(fields: readonly SplitField[], options: ProtocolOptions): (field: SplitField) => string {
  const known = columnsOf(fields, options);
  const column =
    options.treatment === undefined
      ? (findColumn(known.columns, 'Treatment') ?? findColumn(known.columns, options.compound ?? 'Compound'))
      : requireColumn(known, options.treatment);
  return (field) => (column === undefined ? field.label : cell(field, column));
}
