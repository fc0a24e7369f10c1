import { MilscopeError, named } from '../errors.ts';
import { remoteAddress } from '../files/addresses.ts';
import { kindOf } from '../files/kind-of.ts';
import { dirname } from '../files/paths.ts';
import { readTable } from '../tables/read-table.ts';
import type { ScreenAccess } from './access.ts';
import { chooseChannels } from './channels/choose-channels.ts';
import { illuminate } from './illumination/illuminate.ts';
import { describeFields } from './join/describe-fields.ts';
import { joinMechanisms } from './join/join-mechanisms.ts';
import { needlessFormat } from './microscope/plate-format.ts';
import { readMicroscopeFolder } from './microscope/read-microscope-folder.ts';
import { requireNoImage } from './not-a-screen.ts';
import { pixelSizeOf } from './pixel-size.ts';
import { readingOf } from './reading.ts';
import { requireFields } from './require-fields.ts';
import type { Field, Screen } from './screen.ts';
import type { ScreenOptions } from './screen-options.ts';
import { fetchedFolders } from './table/fetch-record.ts';
import { namesImages } from './table/load-data.ts';
import { publishedTables } from './table/published-tables.ts';
import { screenOfTable } from './table/screen-of-table.ts';
import { isZarrScreen, readZarrScreen } from './zarr/read-zarr-screen.ts';

/**
 * Reads a screen, which is one of these:
 *
 * - a table (CSV, TSV, Excel or Parquet) in the columns of CellProfiler's LoadData (`screenOfTable`);
 * - a folder with the two tables of BBBC021, which become such a table (`joinMechanisms`); where `milscope fetch`
 *   has filled it, with the fields of the plates that it has brought;
 * - OME-Zarr (`readZarrScreen`);
 * - a folder of images that a microscope named (`readMicroscopeFolder`).
 *
 * Its fields are then given what `annotations` and `plateMap` say of them (`describeFields`). No pixel is decoded and an
 * image may be missing: `checkFields` finds that out. Their pixels are divided by illumination functions where the table or the
 * option `illumination` names such (`illuminate`). Only a screen of which no field can be read is refused at once. Of
 * its channels those that `channels` chooses are kept, and whatever is wrong with the images of others does not matter.
 *
 * @example
 * const screen = await readScreen('plate/fields.csv', {}, nodeAccess);
 * const labels = labelsOf(screen, 'MOA');
 *
 * @throws MissingFile, EmptyTable, MissingColumn when no column names images, DuplicateField when two rows or files are
 *   the same planes, BadOption for options that do not fit, and BadTable with row and column, or with names of files, for
 *   anything else that is wrong with the table or the folder.
 */
export async function readScreen(path: string, options: ScreenOptions, access: ScreenAccess): Promise<Screen> {
  const whole = await readWholeScreen(path, options, access);
  return requireFields(options.channels === undefined ? whole : chooseChannels(whole, options.channels));
}

/**
 * The screen with all of its channels, from which some are yet to be chosen: `readScreen` without `channels`, and without
 * asking whether there is a field that may be readable. Throws the rest of what that throws.
 */
export async function readWholeScreen(path: string, options: ScreenOptions, access: ScreenAccess): Promise<Screen> {
  const { maxPixels } = options;
  const described = await describeFields(await readFields(path, options, access), options, access);
  const { screen, isDivided } = await illuminate(described, options.illumination, access);
  const { pixelSize, notes } = await pixelSizeOf(screen, access);
  const read = {
    ...screen,
    reading: readingOf(options, { isDivided }),
    ...(pixelSize !== undefined && { pixelSize }),
    notes: [...(screen.notes ?? []), ...notes],
  };
  return maxPixels === undefined ? read : boundPixels(read, maxPixels);
}

/** The screen with a bound on the pixels of each file. */
function boundPixels(screen: Screen, maxPixels: number): Screen {
  const bound = (field: Field): Field => ({
    ...field,
    sources: field.sources.map((source) => ({ ...source, maxPixels })),
  });
  return { ...screen, fields: screen.fields.map(bound) };
}

async function readFields(path: string, options: ScreenOptions, access: ScreenAccess): Promise<Screen> {
  const { pattern, plateFormat } = options;
  const { files } = access;
  if ((await kindOf(path, files)) !== 'folder') {
    if (pattern !== undefined) throw patternOfTable(path);
    if (plateFormat !== undefined) throw needlessFormat(path, plateFormat);
    if (remoteAddress(path) === undefined && (await files.status(path)) === undefined) {
      throw new MilscopeError('MissingFile', { file: path, problem: 'there is no such table or folder' });
    }
    await requireNoImage(path, files);
    return screenOfTable(await readTable(path, files, { fits: namesImages }), options, access);
  }
  if (pattern === undefined || plateFormat === undefined) return readFolder(path, options, access);
  throw needlessFormat(path, plateFormat);
}

async function readFolder(path: string, options: ScreenOptions, access: ScreenAccess): Promise<Screen> {
  const { pattern, plateFormat } = options;
  const { files } = access;
  const tables = pattern === undefined ? await publishedTables(path, files) : undefined;
  const isZarr = tables === undefined && pattern === undefined && (await isZarrScreen(path, files));
  if (plateFormat !== undefined && (tables !== undefined || isZarr)) throw needlessFormat(path, plateFormat);
  if (tables !== undefined) {
    const { images, mechanisms } = tables;
    const table = joinMechanisms(await readTable(images, files), await readTable(mechanisms, files));
    const screen = await screenOfTable(table, options, access);
    const fetched = await fetchedFolders(path, files);
    const fields = screen.fields.filter(({ sources }) => fetched?.has(dirname(sources[0]!.file)) ?? true);
    return { ...screen, layout: 'the tables of BBBC021', fields, tables: [images, mechanisms] };
  }
  if (isZarr) return await readZarrScreen(path, options, files);
  return readMicroscopeFolder(path, options, access);
}

function patternOfTable(path: string): MilscopeError {
  return new MilscopeError('BadOption', {
    option: 'pattern',
    problem: 'a pattern says how the images of a folder are named, and a table names each of its own',
    found: path,
    expected: 'a folder',
    remedy: `leave ${named('pattern')} out, or give the folder of the images`,
  });
}
