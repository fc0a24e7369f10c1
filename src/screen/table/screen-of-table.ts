import { isMilscopeError, MilscopeError } from '../../errors.ts';
import { createSpelling, type SpellPath } from '../../files/unicode-paths.ts';
import type { Table, TableRow } from '../../tables/read-table.ts';
import type { ScreenAccess } from '../access.ts';
import { assembleScreen, type ImageColumn, type ImagePlace } from '../assemble-screen.ts';
import { noFunction } from '../illumination/functions-of-plates.ts';
import { inWords } from '../illumination/illuminate.ts';
import type { Field, Screen } from '../screen.ts';
import type { ScreenOptions } from '../screen-options.ts';
import { type ChannelColumns, type ImageColumns, type LoadDataColumns, sortColumns } from './load-data.ts';
import { frameOf, homeOf, locateImage, placeImage, type TableHome } from './locate-image.ts';

/**
 * The screen that a table in the columns of CellProfiler's LoadData describes. A row that does not say where one of its
 * images is costs only itself, see `assembleScreen`.
 *
 * @throws MissingColumn when no column names images, BadTable with row and column for what is wrong with the table as a
 *   whole, and as `assembleScreen` does.
 */
export async function screenOfTable(
  table: Table,
  { level, projection, pages, illumination }: Pick<ScreenOptions, 'level' | 'projection' | 'pages' | 'illumination'>,
  access: ScreenAccess,
): Promise<Screen> {
  const columns = sortColumns(table);
  const numbers = imageNumbers(table, columns);
  const home = homeOf(table);
  const spell = createSpelling(access.files);
  const images = columns.channels.map((image) => ({
    name: image.name,
    frameColumn: image.frame === undefined ? undefined : table.columns[image.frame],
    places: table.rows.map((row) => placeImage(row, { table, image, home })),
    // Where an option names other functions, or none, those of the table do not matter.
    illumination: illumination === undefined ? functionsOf(image, { table, home }) : undefined,
  }));
  const passedOver = columns.channels.filter(({ illumination: own }) => own !== undefined).map(({ name }) => name);
  const note = `The illumination functions that the table names for ${inWords(passedOver)} are not used`;
  const fields = table.rows.map((row, i) => ({
    imageNumber: numbers[i]!,
    row: row.row,
    metadata: Object.fromEntries(columns.metadata.map(({ name, index }) => [name, row.cells[index]!])),
    ...objectsOf(row, { table, columns, home }),
  }));
  const assembled = await assembleScreen(
    await spelledImages(images, spell),
    await spelledObjects(fields, spell),
    { source: table.file, level, projection, pages },
    access,
  );
  return {
    source: table.file,
    columns: columns.metadata.map(({ name }) => name),
    tables: [table.file],
    ...assembled,
    notes: [
      ...(table.notes ?? []),
      ...assembled.notes,
      ...(illumination !== undefined && passedOver.length > 0 ? [note] : []),
    ],
  };
}

/** The illumination function of a channel in every row; undefined where no row names one. */
function functionsOf(
  { name, illumination: image }: ChannelColumns,
  { table, home }: { table: Table; home: TableHome },
): ImageColumn['illumination'] {
  if (image === undefined) return undefined;
  const functions = table.rows.map((row) => {
    try {
      return locateImage(row, { table, image, home });
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
      return error;
    }
  });
  if (functions.every((found) => found === undefined)) return undefined;
  const column = table.columns[image.file ?? image.url!]!;
  return functions.map((found, i) => found ?? noFunction({ file: table.file, row: table.rows[i]!.row, column }, name));
}

/** The places of images as their names are spelled in the file system. */
async function spelledImages(images: readonly ImageColumn[], spell: SpellPath): Promise<ImageColumn[]> {
  const spelled: ImageColumn[] = [];
  for (const image of images) {
    const places: ImagePlace[] = [];
    for (const place of image.places) {
      if (place instanceof MilscopeError) places.push(place);
      else {
        const stack: string[] = [];
        for (const file of place.stack ?? []) stack.push(await spell(file));
        const file = await spell(place.file);
        const isSame = file === place.file && stack.length === 0;
        places.push(isSame ? place : { ...place, file, ...(stack.length > 0 && { stack }) });
      }
    }
    const illumination: (string | MilscopeError)[] = [];
    for (const found of image.illumination ?? []) {
      illumination.push(found instanceof MilscopeError ? found : await spell(found));
    }
    spelled.push({ ...image, places, ...(image.illumination && { illumination }) });
  }
  return spelled;
}

/** Fields with the paths of their label images as these are spelled in the file system. */
async function spelledObjects<Described extends Pick<Field, 'objects'>>(
  fields: readonly Described[],
  spell: SpellPath,
): Promise<Described[]> {
  const spelled: Described[] = [];
  for (const field of fields) {
    const objects: [string, string][] = [];
    for (const [name, file] of Object.entries(field.objects ?? {})) objects.push([name, await spell(file)]);
    spelled.push(field.objects === undefined ? field : { ...field, objects: Object.fromEntries(objects) });
  }
  return spelled;
}

function objectsOf(
  row: TableRow,
  { table, columns, home }: { table: Table; columns: LoadDataColumns; home: TableHome },
): Pick<Field, 'objects' | 'objectFrames'> {
  if (columns.objects.length === 0) return {};
  const named = columns.objects.flatMap((image) => {
    const file = locateObjects(row, { table, image, home });
    return file === undefined ? [] : [{ image, file }];
  });
  const framed = named.filter(({ image }) => image.frame !== undefined);
  return {
    objects: Object.fromEntries(named.map(({ image, file }) => [image.name, file])),
    ...(framed.length > 0 && {
      objectFrames: Object.fromEntries(framed.map(({ image }) => [image.name, frameOf(row, { table, image }) ?? 0])),
    }),
  };
}

/** What cannot be found stays as it was written, and is missed where label images are asked for. */
function locateObjects(
  row: TableRow,
  { table, image, home }: { table: Table; image: ImageColumns; home: TableHome },
): string | undefined {
  try {
    return locateImage(row, { table, image, home });
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    return row.cells[image.file ?? image.url!];
  }
}

/**
 * The fields' numbers: those of the `ImageNumber` column, or else their places from 1. So it is too where `TableNumber`
 * and `ImageNumber` are unique only together, as in BBBC021.
 */
function imageNumbers(table: Table, { metadata }: LoadDataColumns): number[] {
  const column = (wanted: string) => metadata.find(({ name }) => name.toLowerCase() === wanted)?.index;
  const places = table.rows.map((_, i) => i + 1);
  const [image, part] = [column('imagenumber'), column('tablenumber')];
  if (image === undefined) return places;
  const seen = new Map<string, number>();
  const numbers = table.rows.map(({ cells, row }) => {
    const text = cells[image]!.trim();
    const value = Number(text);
    const place = { file: table.file, row, column: table.columns[image] };
    if (text === '' || !Number.isSafeInteger(value) || value < 0) {
      const problem = 'the number of the image is no whole number';
      throw new MilscopeError('BadTable', { ...place, problem, found: text === '' ? 'an empty cell' : text });
    }
    const key = `${part === undefined ? '' : cells[part]!.trim()} ${value}`;
    const before = seen.get(key);
    if (before !== undefined) {
      const remedy = 'number the rows anew, or remove the column';
      throw new MilscopeError('BadTable', {
        ...place,
        problem: `row ${before} has the same number`,
        found: text,
        remedy,
      });
    }
    seen.set(key, row);
    return value;
  });
  return new Set(numbers).size === numbers.length ? numbers : places;
}
