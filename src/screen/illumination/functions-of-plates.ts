import { isMilscopeError, MilscopeError, named } from '../../errors.ts';
import { createSpelling, type SpellPath } from '../../files/unicode-paths.ts';
import { readTable, type Table, type TableRow } from '../../tables/read-table.ts';
import type { ScreenAccess } from '../access.ts';
import type { ChannelSource, Field, Screen } from '../screen.ts';
import { type ImageColumns, illuminationColumns, namesImages } from '../table/load-data.ts';
import { homeOf, locateImage, type TableHome } from '../table/locate-image.ts';
import { placeOf } from '../well.ts';

/** The illumination function of each channel, or why there is none; undefined where none is meant. */
type Functions = readonly (string | MilscopeError | undefined)[];

type Described = Pick<Screen, 'source' | 'channels' | 'fields' | 'tables'>;

/**
 * The screen with the illumination functions that another table names: a row for each plate, with `FileName_Illum<CH>` (and
 * `PathName_Illum<CH>`) for each channel, as `milscope illumination` writes it. A LoadData table is one, too: rows of a plate
 * may be many that say the same. Where the table names no plate, its functions are those of all fields. The table is added to
 * those of the screen.
 *
 * A channel without a column stays as it is. An empty cell costs the fields of its plate.
 *
 * @throws what `readTable` throws; MissingColumn when the table names no illumination function; BadTable when rows of a plate
 *   differ, and when a plate of the screen has none
 */
export async function functionsOfPlates<Given extends Described>(
  screen: Given,
  path: string,
  access: ScreenAccess,
): Promise<Given> {
  const fits = (header: readonly string[]) =>
    header.some((name) => /^(image_)?(filename|url)_illum/i.test(name.trim()));
  const wanted = { what: 'a table of illumination functions', option: 'illumination', fits };
  const table = await readTable(path, access.files, { fits: namesImages, wanted });
  const columnOf = illuminationColumns(table);
  const columns = screen.channels.map(columnOf);
  if (columns.every((column) => column === undefined)) {
    throw new MilscopeError('MissingColumn', {
      file: path,
      column: `FileName_Illum${screen.channels[0] ?? ''}`,
      option: 'illumination',
      problem: 'the table names no illumination function of a channel of the screen',
      found: table.columns.join(', '),
      remedy: `name them in columns such as FileName_Illum${screen.channels[0] ?? 'DNA'}`,
    });
  }
  const plates = await functionsByPlate(table, { channels: screen.channels, columns }, access);
  const ofAll = plates.size === 1 ? plates.get('') : undefined;
  const fields = screen.fields.map((field): Field => {
    const functions = ofAll ?? plates.get(placeOf(field.metadata).plate);
    if (functions === undefined) throw noRow(field, { path, plates });
    return { ...field, sources: field.sources.map((source, channel) => withFunction(source, functions[channel])) };
  });
  return { ...screen, fields, ...(screen.tables !== undefined && { tables: [...screen.tables, path] }) };
}

function withFunction(source: ChannelSource, found: Functions[number]): ChannelSource {
  if (source.problem !== undefined || found === undefined) return source;
  return found instanceof MilscopeError ? { ...source, problem: found } : { ...source, illumination: found };
}

async function functionsByPlate(
  table: Table,
  { channels, columns }: { channels: readonly string[]; columns: readonly (ImageColumns | undefined)[] },
  { files }: Pick<ScreenAccess, 'files'>,
): Promise<ReadonlyMap<string, Functions>> {
  const spell = createSpelling(files);
  const home = homeOf(table);
  const plates = new Map<string, { readonly row: number; readonly functions: Functions }>();
  for (const row of table.rows) {
    const { plate } = placeOf(Object.fromEntries(table.columns.map((name, i) => [name, row.cells[i]!])));
    const functions: Functions[number][] = [];
    for (const [channel, image] of columns.entries()) {
      if (image === undefined) functions.push(undefined);
      else functions.push(await functionIn(row, { table, image, channel: channels[channel]!, home, spell }));
    }
    const before = plates.get(plate);
    if (before === undefined) plates.set(plate, { row: row.row, functions });
    else if (textOf(before.functions) !== textOf(functions))
      throw differ(table, { row: row.row, before: before.row, plate });
  }
  return new Map([...plates].map(([plate, { functions }]) => [plate, functions]));
}

/** The function that a row names, spelled as in the file system, or what is wrong with the row. */
async function functionIn(
  row: TableRow,
  {
    table,
    image,
    channel,
    home,
    spell,
  }: { table: Table; image: ImageColumns; channel: string; home: TableHome; spell: SpellPath },
): Promise<string | MilscopeError> {
  try {
    const file = locateImage(row, { table, image, home });
    if (file !== undefined) return await spell(file);
    const column = table.columns[image.file ?? image.url!]!;
    return noFunction({ file: table.file, row: row.row, column }, channel);
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    return error;
  }
}

/** What is wrong where a row does not say what the pixels of a channel are divided by. */
export function noFunction(place: { file: string; row: number; column: string }, channel: string): MilscopeError {
  return new MilscopeError('BadTable', {
    ...place,
    problem: `the row does not name the illumination function of ${channel}`,
    remedy: `fill the cell in, or read pixels as they are, with ${named('illumination')} none`,
  });
}

const textOf = (functions: Functions): string =>
  JSON.stringify(functions.map((each) => (each instanceof MilscopeError ? each.details.problem : each)));

function differ(
  { file }: Table,
  { row, before, plate }: { row: number; before: number; plate: string },
): MilscopeError {
  return new MilscopeError('BadTable', {
    file,
    row,
    option: 'illumination',
    problem: `row ${before} names other illumination functions ${plate === '' ? 'of the same images' : `of plate ${plate}`}`,
    expected: 'the same functions in all rows of a plate',
    remedy: 'leave one of the rows out, or name each plate in a column Metadata_Plate',
  });
}

function noRow(
  field: Field,
  { path, plates }: { path: string; plates: ReadonlyMap<string, Functions> },
): MilscopeError {
  const { plate } = placeOf(field.metadata);
  return new MilscopeError('BadTable', {
    file: path,
    option: 'illumination',
    problem:
      plate === ''
        ? 'the table has functions of several plates, and the screen does not name its plates'
        : `the table has no illumination functions of plate ${plate}`,
    found: `plates ${[...plates.keys()].join(', ')}`,
    remedy: 'add a row for every plate of the screen',
  });
}
