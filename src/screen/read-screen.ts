import { existsSync } from 'node:fs';
import { isMilscopeError, MilscopeError } from '../errors.ts';
import { readImageHeader } from '../image/header.ts';
import { joinMechanisms } from './join-mechanisms.ts';
import { type ImageColumns, type LoadDataColumns, locate, sortColumns, wholeNumber } from './load-data.ts';
import type { ChannelSource, Field, Screen } from './screen.ts';
import type { ScreenOptions } from './screen-options.ts';
import { screenTables } from './screen-tables.ts';
import { readTable, type Table, type TableRow } from './table.ts';

/**
 * Reads a screen from a CSV or TSV in the columns of CellProfiler's LoadData, or from a folder with the tables of
 * BBBC021, which become such a table (see `joinMechanisms`). No pixel is decoded and an image may be missing:
 * `checkFields` finds that out.
 *
 * How many planes the files of a column have is taken from the first of them that is a readable image; until there is
 * one, they count as single. A column of single planes makes a channel of its name (`FileName_DNA` → `DNA`), one of RGB
 * images or stacks makes several (`Image:0`, `Image:1`, …), and a stack with a `Frame_` column beside it one.
 *
 * @example
 * const screen = await readScreen('plate/fields.csv');
 * const labels = labelsOf(screen, 'MOA');
 *
 * @throws MissingFile, EmptyTable, MissingColumn when no column names images, DuplicateField when two rows name the same
 *   planes, and BadTable with row and column for anything else that is wrong with the table.
 */
export async function readScreen(path: string, _options: ScreenOptions = {}): Promise<Screen> {
  const { fields: fieldTable, mechanisms } = await screenTables(path);
  const own = await readTable(fieldTable);
  const table = mechanisms === undefined ? own : joinMechanisms(own, await readTable(mechanisms));
  const columns = sortColumns(table);
  const files = columns.channels.map((image) => table.rows.map((row) => requireFile(row, { table, image })));
  const shapes = columns.channels.map((image, i) => channelShape(image, files[i]!));
  const numbers = imageNumbers(table, columns);
  const fields = table.rows.map((row, i): Field => {
    const sources = columns.channels.flatMap((image, c) =>
      sourcesOf(row, { table, image, file: files[c]![i]!, ...shapes[c]! }),
    );
    const metadata = Object.fromEntries(columns.metadata.map(({ name, index }) => [name, row.cells[index]!]));
    return { imageNumber: numbers[i]!, row: row.row, sources, metadata, ...objectsOf(row, { table, columns }) };
  });
  refuseDuplicates(fields, table);
  return {
    source: table.file,
    channels: columns.channels.flatMap(({ name }, c) => {
      const { planes } = shapes[c]!;
      return planes === 1 ? [name] : Array.from({ length: planes }, (_, plane) => `${name}:${plane}`);
    }),
    columns: columns.metadata.map(({ name }) => name),
    partlyLabelled: mechanisms !== undefined,
    tables: mechanisms === undefined ? [fieldTable] : [fieldTable, mechanisms],
    fields,
  };
}

function requireFile(row: TableRow, { table, image }: { table: Table; image: ImageColumns }): string {
  const file = locate(row, { table, image });
  if (file !== undefined) return file;
  throw new MilscopeError('BadTable', {
    file: table.file,
    row: row.row,
    column: table.columns[image.file],
    problem: 'the row does not name its image',
    remedy: 'fill the cell in, or leave the row out',
  });
}

/** How many channels a column makes, and whether its `Frame_` column picks a page. */
interface ChannelShape {
  readonly planes: number;
  readonly picked: boolean;
}

function channelShape(image: ImageColumns, files: readonly string[]): ChannelShape {
  for (const file of files) {
    if (!existsSync(file)) continue;
    try {
      const { channels, samples } = readImageHeader(file);
      // CellProfiler's frames are pages: an RGB image has one.
      return image.frame === undefined || samples === 3
        ? { planes: channels, picked: false }
        : { planes: 1, picked: true };
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
    }
  }
  return { planes: 1, picked: image.frame !== undefined };
}

function sourcesOf(
  row: TableRow,
  { table, image, file, planes, picked }: { table: Table; image: ImageColumns; file: string } & ChannelShape,
): ChannelSource[] {
  wholeNumber(row, { table, column: image.series, most: 0 });
  const frame = wholeNumber(row, { table, column: image.frame, ...(picked ? {} : { most: 0 }) });
  if (picked) return [{ file, plane: frame }];
  return Array.from({ length: planes }, (_, plane) => ({ file, plane, planes }));
}

function objectsOf(
  row: TableRow,
  { table, columns }: { table: Table; columns: LoadDataColumns },
): Pick<Field, 'objects'> {
  if (columns.objects.length === 0) return {};
  const named = columns.objects.map((image) => [image.name, locate(row, { table, image })] as const);
  return { objects: Object.fromEntries(named.filter((pair): pair is [string, string] => pair[1] !== undefined)) };
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

function refuseDuplicates(fields: readonly Field[], { file }: Table): void {
  const rows = new Map<string, number>();
  for (const { sources, row } of fields) {
    const key = JSON.stringify(sources.map((source) => [source.file, source.plane]));
    const before = rows.get(key);
    if (before !== undefined) {
      throw new MilscopeError('DuplicateField', {
        file,
        row,
        problem: `the same images are in row ${before} already`,
        found: sources[0]?.file,
        remedy: 'leave one of the rows out: a field in training and test alike makes every figure wrong',
      });
    }
    rows.set(key, row);
  }
}
