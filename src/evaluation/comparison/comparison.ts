import { stringify } from '#csv-stringify/sync';

/** One finished piece of a comparison: a method under a protocol with a seed, all folds together. */
export interface ComparisonRow {
  /** `noisy-and`, `mean`, `field-features`, `majority-class` and so on. */
  readonly method: string;
  readonly kind: 'network' | 'baseline';
  /** Of networks: the pooling function, its sharpness where it has one, and the last layer. */
  readonly pooling?: string;
  readonly sharpness?: number;
  readonly head?: string;
  /** Of networks: what an instance is, unless it is a position of the maps; and whose cells are pooled, unless a field's. */
  readonly instances?: string;
  readonly bag?: string;
  /** `paper`, `replicate`, `compound`, `compound-batch` or `k-fold`. */
  readonly protocol: string;
  readonly seed: number;
  readonly folds: number;
  /** Fields tested, and how many of them are right. */
  readonly fields: number;
  readonly correctFields: number;
  /** Bounds of the 95 % interval of the share of right fields, over wells; comparisons of earlier versions do not have it. */
  readonly accuracy95?: { readonly low: number; readonly high: number };
  /** Null where it is not known, as the mean average precision of a baseline without scores. */
  readonly meanClassAccuracy: number | null;
  readonly meanAveragePrecision: number | null;
  /** Treatments tested, and how many of them are right. */
  readonly treatments: number;
  readonly correctTreatments: number;
  /** Median over plates of Z′ of the tested control wells, where controls are named; null where a plate tests too few. */
  readonly zPrime?: number | null;
  /** Time of training. */
  readonly seconds?: number;
}

const columns: readonly (readonly [string, (row: ComparisonRow) => string | number | null | undefined])[] = [
  ['Method', ({ method }) => method],
  ['Kind', ({ kind }) => kind],
  ['Pooling', ({ pooling }) => pooling],
  ['Sharpness', ({ sharpness }) => sharpness],
  ['Head', ({ head }) => head],
  ['Instances', ({ kind, instances }) => (kind === 'network' ? (instances ?? 'positions') : undefined)],
  ['Bag', bagOf],
  ['Protocol', ({ protocol }) => protocol],
  ['Seed', ({ seed }) => seed],
  ['Folds', ({ folds }) => folds],
  ['Fields', ({ fields }) => fields],
  ['CorrectFields', ({ correctFields }) => correctFields],
  ['FieldAccuracy', ({ fields, correctFields }) => correctFields / fields],
  ['FieldAccuracyLow', ({ accuracy95 }) => accuracy95?.low],
  ['FieldAccuracyHigh', ({ accuracy95 }) => accuracy95?.high],
  ['MeanClassAccuracy', ({ meanClassAccuracy }) => meanClassAccuracy],
  ['MeanAveragePrecision', ({ meanAveragePrecision }) => meanAveragePrecision],
  ['Treatments', ({ treatments }) => treatments],
  ['CorrectTreatments', ({ correctTreatments }) => correctTreatments],
  [
    'TreatmentAccuracy',
    ({ treatments, correctTreatments }) => (treatments === 0 ? null : correctTreatments / treatments),
  ],
  ['Zfactor', ({ zPrime }) => zPrime],
  ['Seconds', ({ seconds }) => seconds],
];

/** What a network pools over: a cropped cell is a bag of its own. */
function bagOf({ kind, instances, bag }: ComparisonRow): string | undefined {
  if (kind === 'baseline') return undefined;
  return instances === 'cropped-cells' ? 'cell' : (bag ?? 'field');
}

/** `comparison.csv`: a row for each method, protocol and seed; empty where something is not known. Numbers are exact. */
export function formatComparisonCsv(rows: readonly ComparisonRow[]): string {
  return stringify([columns.map(([name]) => name), ...rows.map((row) => columns.map(([, value]) => value(row)))]);
}
