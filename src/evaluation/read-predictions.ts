import { MilscopeError, named } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { placeOf } from '../screen/well.ts';
import { commaRemedy, parseNumber } from '../tables/parse-number.ts';
import { readFittedRecords } from '../tables/read-records.ts';
import type { AboutTable } from '../tables/record-options.ts';
import type { TableRow } from '../tables/table-row.ts';
import { oneClass, type ReadPredicted, readThresholds, severalLabels } from './predicted-labels.ts';
import {
  bagPrefix,
  intensityPrefix,
  NOVELTY,
  type PredictedUnit,
  type PredictionRow,
  type PredictionTable,
  probabilityPrefix,
  SITE_COUNT,
  SPREAD,
  thresholdPrefix,
} from './prediction-table.ts';

/**
 * Reads a table of predictions, in any file that `readFittedRecords` reads. The classes are those of the columns `MIL_Probability_<class>`, in their order; columns
 * `MIL_Threshold_<class>` say that fields may have several labels.
 *
 * @throws what `readFittedRecords` throws, EmptyTable, MissingColumn without probabilities or with some thresholds only,
 *   BadTable with the row for a cell that is no probability or a prediction that does not follow from them, and
 *   DuplicateField for a row that stands there twice
 */
export async function readPredictions(path: string, files: Files): Promise<PredictionTable> {
  let read: ReadRow | undefined;
  let columns: Columns | undefined;
  let thresholds: readonly number[] | undefined;
  let notes: readonly string[] = [];
  const describe = (about: AboutTable) => {
    notes = about.notes;
  };
  const wanted = { what: 'a table of predictions' };
  const rows: PredictionRow[] = [];
  const seen = new Map<string, number>();
  for await (const record of readFittedRecords(path, files, { fits: hasProbabilities, wanted, describe })) {
    const { row, cells } = record;
    if (columns === undefined) {
      columns = readHeader(cells, path);
      continue;
    }
    const own = thresholdsOf(columns, { ...record, file: path });
    if (read === undefined) {
      thresholds = own;
      read = rowReader(columns, { file: path, thresholds });
    } else if (own?.join() !== thresholds?.join()) {
      throw otherThresholds(path, row);
    }
    const prediction = read(record, rows.length + 1);
    const identity = JSON.stringify([prediction.imageNumber, prediction.metadata, prediction.model]);
    const before = seen.get(identity);
    if (before !== undefined) throw duplicate(path, row, before);
    seen.set(identity, row);
    rows.push(prediction);
  }
  if (columns === undefined || rows.length === 0) {
    throw new MilscopeError('EmptyTable', { file: path, problem: 'the table has no predictions' });
  }
  const names = (found: readonly NamedColumn[]) => found.map(({ name }) => name);
  return {
    source: path,
    metadata: names(columns.metadata),
    classes: names(columns.probability),
    channels: names(columns.channels),
    ...(thresholds && { thresholds }),
    ...(columns.spread >= 0 && { spread: true }),
    ...(columns.novelty >= 0 && { novelty: true }),
    ...(notes.length > 0 && { notes }),
    unit: unitOf(columns, rows),
    rows,
  };
}

/** A table of groups counts their fields, and has no number of a field. */
function unitOf({ imageNumber, metadata }: Columns, rows: readonly PredictionRow[]): PredictedUnit {
  const isGrouped = imageNumber < 0 && metadata.some(({ name }) => name.toLowerCase() === SITE_COUNT.toLowerCase());
  if (!isGrouped) return 'field';
  return rows.every((row) => placeOf(row.metadata).well !== '') ? 'well' : 'treatment';
}

/** Whether a row is the header of predictions. */
const hasProbabilities = (header: readonly string[]): boolean =>
  header.some((name) => name.trim().toLowerCase().startsWith(probabilityPrefix.toLowerCase()));

function thresholdsOf(
  { probability, threshold }: Columns,
  place: TableRow & { file: string },
): readonly number[] | undefined {
  if (threshold.length === 0) return undefined;
  const classes = probability.map(({ name }) => name);
  return readThresholds(classes, { ...place, columns: threshold });
}

interface NamedColumn {
  readonly index: number;
  readonly name: string;
}

interface Columns {
  readonly metadata: readonly NamedColumn[];
  readonly probability: readonly NamedColumn[];
  readonly bag: readonly NamedColumn[];
  readonly threshold: readonly NamedColumn[];
  readonly channels: readonly NamedColumn[];
  /** Places of single columns, -1 where there is none. */
  readonly imageNumber: number;
  readonly predicted: number;
  readonly novelty: number;
  readonly model: number;
  readonly spread: number;
}

function readHeader(cells: readonly string[], file: string): Columns {
  const header = cells.map((name, index) => ({ index, name: name.trim() }));
  const place = (wanted: string) => header.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())?.index ?? -1;
  const prefixed = (prefix: string) =>
    header
      .filter(({ name }) => name.toLowerCase().startsWith(prefix.toLowerCase()))
      .map(({ index, name }) => ({ index, name: name.slice(prefix.length) }));
  const probability = prefixed(probabilityPrefix);
  if (probability.length === 0) {
    throw new MilscopeError('MissingColumn', {
      file,
      problem: 'this is no table of predictions: it has no column of probabilities',
      found: header.map(({ name }) => name).join(', '),
      expected: `${probabilityPrefix}<class>`,
      remedy: 'give the table that "milscope predict" or "milscope train" wrote',
    });
  }
  if (place('ObjectNumber') >= 0) {
    throw new MilscopeError('BadTable', {
      file,
      column: 'ObjectNumber',
      problem: 'these are predictions of single cells',
      expected: 'one row a field',
      remedy: `give the table of fields that ${named('by')} field wrote beside it, or predict whole fields, without ${named('cells')}`,
    });
  }
  return {
    metadata: header.filter(({ name }) => name !== '' && !/^(mil_|intensity_|imagenumber$)/i.test(name)),
    probability,
    bag: prefixed(bagPrefix),
    threshold: prefixed(thresholdPrefix),
    channels: prefixed(intensityPrefix),
    imageNumber: place('ImageNumber'),
    predicted: place('MIL_Predicted'),
    novelty: place(NOVELTY),
    model: place('MIL_Model'),
    spread: place(SPREAD),
  };
}

/** Reads a row, the `count`-th prediction. */
type ReadRow = (row: TableRow, count: number) => PredictionRow;

function rowReader(
  columns: Columns,
  { file, thresholds }: { file: string; thresholds: readonly number[] | undefined },
): ReadRow {
  const classes = columns.probability.map(({ name }) => name);
  const readPredicted: ReadPredicted = thresholds
    ? severalLabels(classes, { thresholds, file })
    : oneClass(classes, file);
  return (record, count) => {
    const { row, cells } = record;
    const number = (text: string | undefined) => parseNumber(text, record);
    const probability = Float32Array.from(columns.probability, ({ index, name }) => {
      const value = number(cells[index]);
      if (value >= 0 && value <= 1) return value;
      const column = probabilityPrefix + name;
      throw new MilscopeError('BadTable', {
        file,
        row,
        column,
        problem: 'not a probability',
        found: cells[index] || 'an empty cell',
        remedy: commaRemedy(cells[index]),
      });
    });
    const text = columns.predicted < 0 ? undefined : cells[columns.predicted]!.trim();
    const predicted = readPredicted({ probability, text, row });
    const novelty = columns.novelty < 0 ? Number.NaN : number(cells[columns.novelty]);
    const means = columns.channels.map(({ index }) => number(cells[index]));
    return {
      imageNumber: columns.imageNumber < 0 ? count : imageNumber(cells[columns.imageNumber], number, { file, row }),
      metadata: Object.fromEntries(columns.metadata.map(({ index, name }) => [name, cells[index] ?? ''])),
      predicted,
      probability,
      bag: Float32Array.from(columns.bag, ({ index }) => number(cells[index])),
      model: columns.model < 0 ? '' : cells[columns.model]!,
      ...(columns.spread >= 0 && { spread: number(cells[columns.spread]) }),
      ...(Number.isFinite(novelty) && { novelty: Math.fround(novelty) }),
      // A field without its means is like one of a table that has none.
      channelMeans: means.every(Number.isFinite) ? Float32Array.from(means) : [],
    };
  };
}

function imageNumber(
  text: string | undefined,
  number: (text: string | undefined) => number,
  place: { file: string; row: number },
): number {
  const value = number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new MilscopeError('BadTable', {
    ...place,
    column: 'ImageNumber',
    problem: 'not a whole number',
    found: text?.trim() || 'an empty cell',
    remedy: commaRemedy(text),
  });
}

function otherThresholds(file: string, row: number): MilscopeError {
  return new MilscopeError('BadTable', {
    file,
    row,
    column: thresholdPrefix,
    problem: 'the thresholds are not those of the first row',
    remedy: 'evaluate the predictions of each model in a table of its own',
  });
}

function duplicate(file: string, row: number, before: number): MilscopeError {
  return new MilscopeError('DuplicateField', {
    file,
    row,
    problem: `the same field is predicted already in row ${before}`,
    remedy: 'leave one of them out: a field that counts twice makes every figure wrong',
  });
}
