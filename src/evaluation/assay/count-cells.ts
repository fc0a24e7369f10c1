import { MilscopeError } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { findColumn } from '../../screen/columns.ts';
import { comparableCell } from '../../screen/compare-cells.ts';
import { sharedPlaces } from '../../screen/shared-places.ts';
import { readFittedRecords } from '../../tables/read-records.ts';
import type { PredictionRow, PredictionTable } from '../prediction-table.ts';

/** Names the field that a row of a table is of. */
interface Keys {
  readonly ofCell: (cells: readonly string[]) => string;
  readonly ofRow: (row: PredictionRow) => string;
}

/**
 * Counts the cells of predicted fields in a table of one row a cell, as `milscope detect` or CellProfiler writes it. Fields are
 * the same when plate, well and site agree, as far as both tables have them, or else by `ImageNumber`. Where several
 * fields cannot be told apart, each has its share of their cells. A field without a row has none.
 *
 * @throws what `readFittedRecords` throws, MissingColumn, and BadTable where no cell is in a predicted field or no field has two rows
 */
export async function countCells(
  path: string,
  table: PredictionTable,
  files: Files,
): Promise<(row: PredictionRow) => number> {
  let keys: Keys | undefined;
  const counts = new Map<string, number>();
  const wanted = { what: 'a table of cells', option: 'cells' };
  for await (const { cells } of readFittedRecords(path, files, { wanted, shorter: true })) {
    if (keys === undefined) {
      keys = keysOf(cells, { path, table });
      continue;
    }
    const key = keys.ofCell(cells);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const { ofRow } = keys ?? { ofRow: () => '' };
  const sharing = new Map<string, number>();
  for (const row of table.rows) sharing.set(ofRow(row), (sharing.get(ofRow(row)) ?? 0) + 1);
  if (![...sharing.keys()].some((key) => counts.has(key))) {
    throw new MilscopeError('BadTable', {
      file: path,
      problem: `no cell of the table is in a field of ${table.source}`,
      found: [...counts.keys()].slice(0, 3).join('; ') || 'no cell at all',
      remedy: 'give the cells of this screen',
    });
  }
  if ([...counts.values()].every((count) => count === 1)) {
    throw new MilscopeError('BadTable', {
      file: path,
      problem: 'no field or well has more than one row',
      expected: 'a table with a row for each cell',
      remedy: 'give what milscope detect writes, or the table of objects of CellProfiler',
    });
  }
  return (row) => (counts.get(ofRow(row)) ?? 0) / sharing.get(ofRow(row))!;
}

/** @throws MissingColumn when the table names neither wells nor numbers of fields */
function keysOf(header: readonly string[], { path, table }: { path: string; table: PredictionTable }): Keys {
  const shared = sharedPlaces(header, table.metadata);
  if (shared.some(({ name }) => name === 'Metadata_Well')) {
    const places = shared.map(({ name, here, there }) => ({ name, index: header.indexOf(here), there }));
    const key = (textOf: (place: (typeof places)[number]) => string | undefined) =>
      places.map((place) => `${place.name} ${comparableCell(place.name, textOf(place) ?? '')}`).join(', ');
    return {
      ofCell: (cells) => key(({ index }) => cells[index]),
      ofRow: ({ metadata }) => key(({ there }) => metadata[there]),
    };
  }
  const number = findColumn(header, 'ImageNumber');
  if (number === undefined) {
    throw new MilscopeError('MissingColumn', {
      file: path,
      column: 'Metadata_Well',
      option: 'cells',
      problem: 'nothing in the table tells which field a cell is in',
      found: header.join(', '),
      expected: 'Metadata_Plate, Metadata_Well and Metadata_Site as in the predictions, or ImageNumber',
    });
  }
  const index = header.indexOf(number);
  return {
    ofCell: (cells) => `ImageNumber ${Number(cells[index])}`,
    ofRow: ({ imageNumber }) => `ImageNumber ${imageNumber}`,
  };
}
