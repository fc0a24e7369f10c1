import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MilscopeError } from '../errors.ts';
import { nodeFiles } from '../files/node-files.ts';
import { readTable } from '../tables/read-table.ts';
import type { ScreenAccess } from './access.ts';
import { describeFields } from './join/describe-fields.ts';
import { joinMechanisms } from './join/join-mechanisms.ts';
import { readMicroscopeFolder } from './microscope/read-microscope-folder.ts';
import type { Screen } from './screen.ts';
import type { ScreenOptions } from './screen-options.ts';
import { fetchedFolders } from './table/fetch-record.ts';
import { publishedTables } from './table/published-tables.ts';
import { screenOfTable } from './table/screen-of-table.ts';
import { isZarrScreen, readZarrScreen } from './zarr/read-zarr-screen.ts';

/**
 * Reads a screen, which is one of these:
 *
 * - a CSV or TSV in the columns of CellProfiler's LoadData (`screenOfTable`);
 * - a folder with the two tables of BBBC021, which become such a table (`joinMechanisms`); where `milscope fetch`
 *   has filled it, with the fields of the plates that it has brought;
 * - OME-Zarr (`readZarrScreen`);
 * - a folder of images that a microscope named (`readMicroscopeFolder`).
 *
 * Its fields are then given what `annotations` and `plateMap` say of them (`describeFields`). No pixel is decoded and an
 * image may be missing: `checkFields` finds that out. Only a screen of which no field can be read is refused at once.
 *
 * @example
 * const screen = await readScreen('plate/fields.csv');
 * const labels = labelsOf(screen, 'MOA');
 *
 * @throws MissingFile, EmptyTable, MissingColumn when no column names images, DuplicateField when two rows or files are
 *   the same planes, BadOption for options that do not fit, and BadTable with row and column, or with names of files, for
 *   anything else that is wrong with the table or the folder.
 */
export async function readScreen(path: string, options: ScreenOptions = {}, _access?: ScreenAccess): Promise<Screen> {
  return describeFields(await readFields(path, options), options);
}

async function readFields(path: string, { pattern, level }: ScreenOptions): Promise<Screen> {
  if (!(await isFolder(path))) {
    if (pattern !== undefined) throw patternOfTable(path);
    return screenOfTable(await readTable(path, nodeFiles), { level });
  }
  const tables = pattern === undefined ? await publishedTables(path) : undefined;
  if (tables !== undefined) {
    const { images, mechanisms } = tables;
    const screen = screenOfTable(
      joinMechanisms(await readTable(images, nodeFiles), await readTable(mechanisms, nodeFiles)),
      { level },
    );
    const fetched = await fetchedFolders(path);
    const fields = screen.fields.filter(({ sources }) => fetched?.has(dirname(sources[0]!.file)) ?? true);
    return { ...screen, fields, partlyLabelled: true, tables: [images, mechanisms] };
  }
  if (pattern === undefined && isZarrScreen(path)) return readZarrScreen(path, { level });
  return readMicroscopeFolder(path, { pattern, level });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function patternOfTable(path: string): MilscopeError {
  return new MilscopeError('BadOption', {
    option: '--pattern',
    problem: 'a pattern says how the images of a folder are named, and a table names each of its own',
    found: path,
    expected: 'a folder',
    remedy: 'leave --pattern out, or give the folder of the images',
  });
}
