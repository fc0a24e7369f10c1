import { MilscopeError } from '../errors.ts';
import type { PredictionRow, PredictionTable } from './prediction-table.ts';

/**
 * Several tables of predictions as one, such as those of two halves of a plate, each predicted by a model that was trained on the
 * other. Classes may stand in another order. Channel means are kept where all tables have the same channels.
 *
 * @throws BadTable where the classes or the kinds of rows differ, or only some may have several labels; DuplicateField for a
 *   field that two tables predict
 */
export function joinPredictions(tables: readonly [PredictionTable, ...PredictionTable[]]): PredictionTable {
  const [first, ...others] = tables;
  if (others.length === 0) return first;
  const rows = [...first.rows];
  const identity = ({ imageNumber, metadata }: PredictionRow) => JSON.stringify([imageNumber, metadata]);
  const seen = new Map(first.rows.map((row) => [identity(row), first.source]));
  for (const table of others) {
    requireAlike(table, first);
    const places = first.classes.map((name) => table.classes.indexOf(name));
    const inOrder = (values: ArrayLike<number>) =>
      values.length === 0 ? values : Float32Array.from(places, (k) => values[k]!);
    for (const row of table.rows) {
      const before = seen.get(identity(row));
      if (before !== undefined) throw predictedTwice(row, { source: table.source, before });
      seen.set(identity(row), table.source);
      rows.push({ ...row, probability: inOrder(row.probability), bag: inOrder(row.bag) });
    }
  }
  const alike = others.every(({ channels }) => channels.join('\n') === first.channels.join('\n'));
  return {
    ...first,
    metadata: [...new Set(tables.flatMap(({ metadata }) => metadata))],
    channels: alike ? first.channels : [],
    notes: tables.flatMap(({ notes = [] }) => notes),
    rows: alike ? rows : rows.map((row) => ({ ...row, channelMeans: [] })),
  };
}

function requireAlike(table: PredictionTable, first: PredictionTable): void {
  const differs = (problem: string, of: (one: PredictionTable) => string) => {
    if (of(table) === of(first)) return;
    throw new MilscopeError('BadTable', {
      file: table.source,
      problem,
      found: of(table),
      expected: `${of(first)}, as in ${first.source}`,
    });
  };
  differs('the classes are not those of the other table', ({ classes }) => classes.toSorted().join(', '));
  differs('the rows are not of the same kind', ({ unit = 'field' }) => unit);
  differs('the labels of a field are not decided in the same way', ({ thresholds }) =>
    thresholds ? 'several labels' : 'one label',
  );
}

function predictedTwice({ imageNumber }: PredictionRow, { source, before }: { source: string; before: string }) {
  return new MilscopeError('DuplicateField', {
    file: source,
    problem: `field ${imageNumber} is predicted in ${before} already`,
    remedy: 'leave one of them out, or tell the fields apart by Metadata_Plate, Metadata_Well and Metadata_Site',
  });
}
