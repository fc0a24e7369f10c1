/**
 * The table of predictions: one row a field or a cell, CellProfiler's columns first, the model's after them. Written in pieces, so
 * that a screen of any size passes through; what is written reads back to the very same float32 numbers.
 *
 * @example
 * write(formatPredictionHeader(columns));
 * for await (const rows of batches) write(formatPredictions(rows, columns));
 */
import { columnsOf, formatHeader, formatRows, type TableCell, type TableLayout } from '../tables/table-layout.ts';

/** What the columns of a table of predictions are. */
export interface PredictionColumns {
  /** Columns of the screen, see {@link carriedColumns} for what becomes of them. */
  readonly metadata: readonly string[];
  /** Classes in the order of the model. */
  readonly classes: readonly string[];
  /** Channels whose mean intensity is known. */
  readonly channels: readonly string[];
  /** Whether the rows are single cells. */
  readonly cells?: boolean;
  /**
   * Where fields may have several labels, the threshold of each class: one that reaches it is a label. Of cells, those of
   * the pooling layer. A table has these columns only then, which is how it is known.
   */
  readonly thresholds?: readonly number[] | undefined;
  /** Whether several models were averaged, and how far they differ is known. */
  readonly spread?: boolean | undefined;
  /** Whether it is told how far fields lie from those of the training. */
  readonly novelty?: boolean | undefined;
}

/** One field, or one cell of it, as a model sees it. */
export interface PredictionRow {
  readonly imageNumber: number;
  /** Text by column, as in the screen. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Name of the class with the largest probability; of a cell, with the largest number in the pooling layer. With
   * thresholds, the names of those that reach them, in the order of the classes with `|` between them; maybe none.
   */
  readonly predicted: string;
  /** `[K]`, output of the last layer, in the order of the classes. */
  readonly probability: ArrayLike<number>;
  /** `[K]`, output of the pooling layer; empty when not known. */
  readonly bag: ArrayLike<number>;
  /** SHA-256 of the model. */
  readonly model: string;
  /** How far the models differ that were averaged, see `spreadOf`; only of several. */
  readonly spread?: number | undefined;
  /** Mean intensity of each channel in counts of the file; empty when not known. */
  readonly channelMeans: ArrayLike<number>;
  /** Largest intensity of each channel in counts of the file, where it is known; in no table. */
  readonly channelLargest?: ArrayLike<number> | undefined;
  /**
   * How far the field, or that of the cell, lies from those of the training, from 0 to 100: see `percentileAmong`. Where a model
   * tells it; a group has the median of its fields.
   */
  readonly novelty?: number | undefined;
  /** The mean of each feature map, which has a table of its own; only where it was asked for. */
  readonly profile?: ArrayLike<number> | undefined;
  /** Of a cell that is an instance: its share of the summary of its bag, `[K]` for each part; in no table. */
  readonly summary?: readonly Float32Array[] | undefined;
  /** Which cell of the field it is: its number and centre (pixels, origin top left). */
  readonly cell?: { readonly objectNumber: number; readonly x: number; readonly y: number };
}

/** What a row of a table of predictions is of: a field, or the group that `predict` made of fields. */
export type PredictedUnit = 'field' | 'well' | 'treatment';

/** A table of predictions, read or about to be written. */
export interface PredictionTable extends PredictionColumns {
  /** Default: `field`. Rows of groups are only numbered by their `imageNumber`. */
  readonly unit?: PredictedUnit | undefined;
  /** Its path, for messages. */
  readonly source: string;
  readonly rows: readonly PredictionRow[];
  /** What a user should know of how it was read, a sentence each. */
  readonly notes?: readonly string[] | undefined;
}

export const probabilityPrefix = 'MIL_Probability_';
export const bagPrefix = 'MIL_Bag_';
/** How far models that were averaged differ. */
export const SPREAD = 'MIL_Spread';
export const thresholdPrefix = 'MIL_Threshold_';
export const NOVELTY = 'MIL_Novelty';
/** pycytominer's name for the number of fields of a group. */
export const SITE_COUNT = 'Metadata_Site_Count';
/** CellProfiler's name for the mean intensity of an image. */
export const intensityPrefix = 'Intensity_MeanIntensity_';

/** The table as columns and cells, for whatever file it is written to. */
export function layOutPredictions(columns: PredictionColumns): TableLayout<PredictionRow> {
  const { cells = false } = columns;
  const carried = carriedColumns(columns.metadata);
  const names = carried.map(({ name }) => name);
  const outputs = layOutOutputs(columns);
  return {
    columns: [
      ...columnsOf('text', names),
      ...columnsOf('integer', ['ImageNumber', ...(cells ? ['ObjectNumber'] : [])]),
      ...columnsOf('double', cells ? ['Location_Center_X', 'Location_Center_Y'] : []),
      ...outputs.columns,
    ],
    cells: (row) => [
      ...carried.map(({ column }) => row.metadata[column] ?? ''),
      row.imageNumber,
      ...(cells ? [row.cell?.objectNumber, row.cell?.x, row.cell?.y] : []),
      ...outputs.cells(row),
    ],
  };
}

/** The columns of what the model says, from `MIL_Predicted` on. */
export function layOutOutputs({
  classes,
  channels,
  thresholds,
  spread = false,
  novelty,
}: Omit<PredictionColumns, 'metadata'>): TableLayout<PredictedOutputs> {
  const numbers = (values: ArrayLike<number>, count: number): TableCell[] =>
    Array.from({ length: count }, (_, i) => values[i]);
  const limits = thresholds ? numbers(thresholds, classes.length) : [];
  const prefixed = (prefix: string, names: readonly string[]) =>
    columnsOf(
      'single',
      names.map((name) => prefix + name),
    );
  return {
    columns: [
      ...columnsOf('text', ['MIL_Predicted']),
      ...prefixed(probabilityPrefix, classes),
      ...prefixed(bagPrefix, classes),
      ...columnsOf('text', ['MIL_Model']),
      ...columnsOf('single', spread ? [SPREAD] : []),
      ...prefixed(thresholdPrefix, thresholds ? classes : []),
      ...columnsOf('single', novelty ? [NOVELTY] : []),
      ...prefixed(intensityPrefix, channels),
    ],
    cells: (row) => [
      row.predicted,
      ...numbers(row.probability, classes.length),
      ...numbers(row.bag, classes.length),
      row.model,
      ...(spread ? [row.spread] : []),
      ...limits,
      ...(novelty ? [row.novelty] : []),
      ...numbers(row.channelMeans, channels.length),
    ],
  };
}

/** What a row says of the model's answer. */
export type PredictedOutputs = Pick<
  PredictionRow,
  'predicted' | 'probability' | 'bag' | 'model' | 'spread' | 'novelty' | 'channelMeans'
>;

/** The header line of the table as CSV. */
export function formatPredictionHeader(columns: PredictionColumns): string {
  return formatHeader(layOutPredictions(columns));
}

/** The lines of some rows as CSV, to follow the header or other rows. */
export function formatPredictions(rows: readonly PredictionRow[], columns: PredictionColumns): string {
  return formatRows(rows, layOutPredictions(columns));
}

/**
 * The columns of a screen that its predictions carry on, and their names there: `Metadata_*` as they are, without the
 * `Image_` before it, and a plain column such as `Replicate` as `Metadata_Replicate`. What CellProfiler counts or
 * measures is not carried.
 */
export function carriedColumns(
  columns: readonly string[],
): readonly { readonly column: string; readonly name: string }[] {
  const taken = new Set<string>();
  const named = columns
    .filter((column) => !notMetadata.test(column))
    .map((column) => ({ column, name: `Metadata_${column.replace(/^(image_)?(metadata_)?/i, '')}` }))
    // The column that has the full name comes before one that would only get it.
    .sort((a, b) => Number(b.column === b.name) - Number(a.column === a.name))
    .filter(({ name }) => !taken.has(name.toLowerCase()) && taken.add(name.toLowerCase()));
  return named.sort((a, b) => columns.indexOf(a.column) - columns.indexOf(b.column));
}

/** The table as it reads back once written: metadata under the names that {@link carriedColumns} gives them. */
export function asWritten(table: PredictionTable): PredictionTable {
  const carried = carriedColumns(table.metadata);
  if (carried.length === table.metadata.length && carried.every(({ column, name }) => column === name)) return table;
  const rows = table.rows.map((row) => ({
    ...row,
    metadata: Object.fromEntries(carried.map(({ column, name }) => [name, row.metadata[column] ?? ''])),
  }));
  return { ...table, metadata: carried.map(({ name }) => name), rows };
}

const notMetadata =
  /^(image_)?((image|table|object)(number)$|(filename|pathname|url|series|frame|channel|height|width|scaling|md5digest|group|count|intensity|mil|objects(filename|pathname|url|series|frame|channel|zplane|timepoint))_)/i;
