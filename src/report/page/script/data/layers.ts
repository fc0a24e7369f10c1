import type { Scoring } from '../../../../evaluation/assay/assay.ts';
import { columnTitle } from '../words.ts';
import type { ScaleName } from './colours.ts';
import { countedThings, type FieldTable, type NumberColumn, numberColumns } from './field-table.ts';
import type { Plate, Well } from './wells.ts';

/** What the wells of a plate map can show. */
export type Layer = {
  readonly key: string;
  readonly name: string;
  /** What a colour means, in words. */
  readonly means: string;
} & (
  | { readonly kind: 'classes'; readonly classesOf: (well: Well) => readonly (readonly number[])[] }
  | {
      readonly kind: 'number';
      readonly scale: ScaleName;
      readonly valueIn: (well: Well) => number;
      /** Values at the ends of the scale, the same on all plates. */
      readonly domain: readonly [low: number, high: number];
      /** Whether colours follow the inverse hyperbolic sine: linear about zero, logarithmic on both sides of it. */
      readonly logarithmic: boolean;
      readonly isShare: boolean;
    }
  | { readonly kind: 'pictures' }
);

/** A robust z beyond which colours are logarithmic: in linear ones a lower score would look like none. */
const LARGE = 30;
/** Up to about which size logarithmic colours are linear: a robust z that is usual among controls. */
const USUAL = 3;

/** Wells from which on the ends of a scale leave out the outermost hundredth of the wells. */
const MANY = 50;

/** Every layer that the table, the assay and the pictures have something for. */
export function plateLayers(
  table: FieldTable,
  plates: readonly Plate[],
  { scoring, pictures, classes }: { scoring: Scoring | undefined; pictures: boolean; classes: number },
): readonly Layer[] {
  const wells = plates.flatMap(({ wells: own }) => own);
  const numbers = (layer: NewLayer): Layer[] => {
    const values = wells.map(layer.valueIn).filter((value) => !Number.isNaN(value));
    return values.length === 0 ? [] : [numberLayer(layer, values)];
  };
  const shares = (layer: NewLayer): Layer => {
    return { ...layer, kind: 'number', isShare: true, logarithmic: false, domain: [0, 1] };
  };
  const label = (key: string, name: string, of: (row: number) => readonly number[]): Layer => {
    return { key, name, kind: 'classes', means: 'a stripe for each field', classesOf: ({ rows }) => rows.map(of) };
  };
  const ofColumn = (column: NumberColumn, { key, name, means }: { key: string; name: string; means: string }) =>
    numbers({
      key,
      name,
      means,
      scale: 'viridis',
      valueIn: ({ rows }) => mean(rows.map((row) => column.numbers[row]!)),
    });
  const one = (role: 'novelty' | 'spread' | 'cells', name: string, means: string) =>
    numberColumns(table, role)
      .slice(0, 1)
      .flatMap((column) => ofColumn(column, { key: role, name, means }));
  return [
    ...(table.hasTruth && classes > 0 ? [label('truth', 'Truth', table.truth)] : []),
    ...(table.hasPrediction ? [label('predicted', 'Prediction', table.predicted)] : []),
    ...(table.hasPrediction
      ? [
          shares({
            key: 'confidence',
            name: 'Confidence',
            means: 'probability of the predicted class, mean over the fields',
            scale: 'viridis',
            valueIn: ({ rows }) => mean(rows.map((row) => table.confidence[row]!)),
          }),
        ]
      : []),
    ...(table.hasPrediction ? disagreement(table, wells, shares) : []),
    ...(scoring === undefined ? [] : scoreLayers(scoring, numbers)),
    ...one('novelty', 'Novelty', 'mean over the fields; larger is less like the training'),
    ...one('spread', 'Spread', 'of the models of an ensemble, mean over the fields'),
    ...(cellLayer(wells, numbers) ?? one('cells', countedThings(table), 'mean over the fields')),
    ...shareLayers(table, shares),
    ...numberColumns(table, 'channelMean').flatMap((column) =>
      ofColumn(column, {
        key: `mean:${column.of ?? column.name}`,
        name: `Mean ${column.of ?? columnTitle(column.name)}`,
        means: 'mean intensity of the channel (counts), mean over the fields',
      }),
    ),
    ...(pictures
      ? [{ key: 'pictures', name: 'Pictures', kind: 'pictures', means: 'the first field of each well' } as const]
      : []),
  ];
}

/** How far along its scale a layer has a value: 0 at the low end, 1 at the high one. */
export function placeOnScale({ domain: [low, high], logarithmic }: NumberLayer, value: number): number {
  if (!logarithmic) return (value - low) / (high - low);
  return (1 + Math.asinh(value / USUAL) / Math.asinh(high / USUAL)) / 2;
}

function numberLayer(layer: NewLayer, values: readonly number[]): NumberLayer {
  const domain = domainOf(values, layer.scale);
  const logarithmic = layer.scale === 'diverging' && domain[1] > LARGE;
  return { ...layer, kind: 'number', isShare: false, domain, logarithmic };
}

type NumberLayer = Extract<Layer, { kind: 'number' }>;
/** A layer of numbers before its scale is known. */
type NewLayer = Omit<NumberLayer, 'kind' | 'domain' | 'isShare' | 'logarithmic'>;
type MakeNumbers = (layer: NewLayer) => Layer[];

/** How many fields are wrong; without a truth how many of a well differ, where one has several. */
function disagreement(table: FieldTable, wells: readonly Well[], shares: (layer: NewLayer) => Layer): Layer[] {
  const [key, name, scale] = ['disagreement', 'Disagreement', 'fault'] as const;
  if (wells.some(({ rows }) => rows.some((row) => table.truth(row).length > 0))) {
    const isWrong = (row: number) =>
      table.truth(row).length === 0 ? Number.NaN : Number(table.truth(row).join() !== table.predicted(row).join());
    const valueIn = ({ rows }: Well) => mean(rows.map(isWrong));
    return [shares({ key, name, scale, means: 'share of the fields that are predicted wrong', valueIn })];
  }
  if (wells.every(({ rows }) => rows.length < 2)) return [];
  const valueIn = ({ rows }: Well) => {
    const counts = new Map<string, number>();
    for (const row of rows) {
      const labels = table.predicted(row).join();
      counts.set(labels, (counts.get(labels) ?? 0) + 1);
    }
    return rows.length === 0 ? Number.NaN : 1 - Math.max(...counts.values()) / rows.length;
  };
  const means = 'share of the fields that differ from the most frequent prediction';
  return [shares({ key, name, scale, means, valueIn })];
}

function scoreLayers(scoring: Scoring, numbers: MakeNumbers): Layer[] {
  const normalized = { 'robust-z': 'robust z', 'percent-of-controls': 'percent of controls', none: 'normalized' };
  return [
    ...numbers({
      key: 'normalized',
      name: 'Score against controls',
      means: `${scoring.words}; ${normalized[scoring.normalization]} against the negative controls of the plate`,
      scale: scoring.normalization === 'robust-z' ? 'diverging' : 'viridis',
      valueIn: ({ scored }) => scored?.normalized ?? Number.NaN,
    }),
    ...numbers({
      key: 'score',
      name: 'Score',
      means: `${scoring.words}; median over the fields`,
      scale: 'viridis',
      valueIn: ({ scored }) => scored?.score ?? Number.NaN,
    }),
  ];
}

/** Where rows are cells: the share of each class among those of a well. */
function shareLayers(table: FieldTable, shares: (layer: NewLayer) => Layer): Layer[] {
  if (numberColumns(table, 'objectNumber').length === 0 || !table.hasPrediction) return [];
  return table.classes.map((name, k) =>
    shares({
      ...{ key: `share:${name}`, name: `Cells of ${name}`, scale: 'viridis' },
      means: `share of the cells of the well that are predicted as ${name}`,
      valueIn: ({ rows }) => mean(rows.map((row) => Number(table.predicted(row).includes(k)))),
    }),
  );
}

function cellLayer(wells: readonly Well[], numbers: MakeNumbers): Layer[] | undefined {
  if (wells.every(({ scored }) => (scored?.cells ?? null) === null)) return undefined;
  const valueIn = ({ scored }: Well) => scored?.cells ?? Number.NaN;
  return numbers({ key: 'cells', name: 'Cells', means: 'in all fields of the well', scale: 'viridis', valueIn });
}

function domainOf(values: readonly number[], scale: ScaleName): readonly [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const cut = sorted.length >= MANY ? Math.floor(sorted.length / 100) : 0;
  const [low, high] = [sorted[cut]!, sorted.at(-1 - cut)!];
  if (scale === 'diverging') {
    const most = Math.max(Math.abs(low), Math.abs(high), Number.EPSILON);
    return [-most, most];
  }
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** Mean of the values that are there; NaN without any. */
function mean(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
