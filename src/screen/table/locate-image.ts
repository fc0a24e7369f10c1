import { isMilscopeError, MilscopeError } from '../../errors.ts';
import { remoteAddress } from '../../files/addresses.ts';
import { dirname, isAbsolute, resolve } from '../../files/paths.ts';
import type { Table, TableRow } from '../../tables/read-table.ts';
import type { ImagePlace } from '../assemble-screen.ts';
import type { ImageColumns } from './load-data.ts';

/** The columns of an image, and the table that they are of. */
interface Columns {
  readonly table: Table;
  readonly home: TableHome;
  readonly image: ImageColumns;
}

/** The folder of a table, and whether it is on a computer with Windows. */
export interface TableHome {
  readonly folder: string;
  readonly windows: boolean;
  /** Paths of other folders from here, by how they are written: a table of many rows names few. */
  readonly folders: Map<string, string>;
}

export function homeOf({ file }: Table): TableHome {
  const folder = dirname(resolve(file));
  // Where the table is on a drive, or the working folder, this is Windows.
  const windows = [folder, resolve('.')].some((path) => /^[a-z]:/i.test(path));
  return { folder, windows, folders: new Map() };
}

/** A file in a folder from the folder of the table. */
function resolveFile(path: string, name: string, { folder, windows, folders }: TableHome): string {
  // A name without slashes, drives and leading dots stays as it is.
  if (!/^[^./\\:][^/\\:]*$/.test(name)) return resolve(folder, localPath(path, windows), localPath(name, windows));
  const known = folders.get(path) ?? `${resolve(folder, localPath(path, windows)).replace(/\/$/, '')}/`;
  folders.set(path, known);
  return known + name;
}

/**
 * Where the image of a row is, and which page of the file it is where a column says so; or what is wrong with the row, so
 * that it costs only itself: it names no image, an address or path that is not of this computer, or no such page.
 */
export function placeImage(row: TableRow, columns: Columns): ImagePlace {
  try {
    const [file, ...stack] = stackIn(row, columns).map((plane) => locateImage(plane, columns));
    if (file === undefined) {
      return wrong(row, columns, 'the row does not name its image', {
        remedy: 'fill the cell in, or leave the row out',
      });
    }
    const { table, image } = columns;
    const [frame, series] = [frameOf(row, columns), wholeIn(row, { table, column: image.series })];
    return {
      file,
      ...(frame !== undefined && { frame }),
      ...(series !== undefined && { series }),
      ...(stack.length > 0 && { stack: stack.flatMap((plane) => plane ?? []) }),
    };
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    return error;
  }
}

/** What stands between the names of the files of a stack. */
export const STACK_MARK = '|';

/** The row once for every file that it names for an image: `z1.tif|z2.tif` are the planes of a stack, from low to high. */
function stackIn(row: TableRow, { image }: Pick<Columns, 'image'>): readonly TableRow[] {
  const place = image.file;
  const names = place === undefined ? [] : row.cells[place]!.split(STACK_MARK).map((name) => name.trim());
  if (place === undefined || names.length < 2 || names.includes('')) return [row];
  return names.map((name) => ({ ...row, cells: row.cells.with(place, name) }));
}

/**
 * The absolute path of the image that a row names: `FileName_` under `PathName_` under the table's folder, either of the
 * first two perhaps absolute, with either slash; or `URL_`, an address such as `file:///data/A%2001.tif`, or a path as
 * well. Where a row has both, the address counts if no folder is named and it is one of a file. Undefined where it has
 * neither.
 *
 * @throws BadTable for an address of a bucket or a server, for one that is no file's, and for a path of Windows where this is none.
 */
export function locateImage(row: TableRow, { table, image, home }: Columns): string | undefined {
  const { folder, windows } = home;
  const cell = (index: number | undefined) => (index === undefined ? '' : row.cells[index]!.trim());
  const [name, path, address] = [cell(image.file), cell(image.path), cell(image.url)];
  const isForeign = (text: string) => !windows && beginsWithDrive(text);
  const remote = [image.url, image.file, image.path].find((index) => remoteAddress(cell(index)) !== undefined);
  if (remote !== undefined && !(remote === image.url && name !== '') && !(remote === image.path && isAbsolute(name))) {
    throw remotePath(row, { table, index: remote, isFile: remote !== image.path });
  }
  const ofAddress = address !== '' && (name === '' || (path === '' && /^file:/i.test(address)));
  if (!ofAddress) {
    if (name === '') return undefined;
    const column = table.columns[isAbsolute(name) || path === '' || isForeign(name) ? image.file! : image.path!];
    const foreign = [name, ...(isAbsolute(name) ? [] : [path])].find(isForeign);
    if (foreign !== undefined) throw foreignPath(row, { table, column, found: foreign });
    return resolveFile(path, name, home);
  }
  const column = table.columns[image.url!];
  if (isForeign(address)) throw foreignPath(row, { table, column, found: address });
  if (!/^[a-z][a-z\d+.-]*:/i.test(address)) return resolve(folder, address);
  const file = pathOfAddress(address, { windows });
  if (file instanceof Error) {
    throw wrong(row, { table, image }, 'the address is not that of a file on this computer', {
      column,
      found: address,
      expected: 'such as file:///data/A01.tif',
      remedy: 'download the image, and name the copy in FileName_ and PathName_, or by its file: address',
      cause: file,
    });
  }
  if (isForeign(file)) throw foreignPath(row, { table, column, found: address });
  return file;
}

/** The page that `Frame_` names. @throws BadTable */
export function frameOf(row: TableRow, { table, image }: Omit<Columns, 'home'>): number | undefined {
  return wholeIn(row, { table, column: image.frame });
}

/** The whole number in a cell; undefined where there is no such column. @throws BadTable */
function wholeIn(
  { cells, row }: TableRow,
  { table, column }: { table: Table; column: number | undefined },
): number | undefined {
  if (column === undefined) return undefined;
  const text = cells[column]!.trim();
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new MilscopeError('BadTable', {
    file: table.file,
    row,
    column: table.columns[column],
    problem: 'not a plane that can be read',
    found: text,
    expected: 'a whole number from 0',
  });
}

function wrong(
  { row }: TableRow,
  { table, image }: Omit<Columns, 'home'>,
  problem: string,
  more: Partial<MilscopeError['details']>,
): MilscopeError {
  const column = table.columns[image.file ?? image.url!];
  return new MilscopeError('BadTable', { file: table.file, row, column, problem, ...more });
}

function foreignPath(
  { row }: TableRow,
  { table, column, found }: { table: Table; column: string | undefined; found: string },
): MilscopeError {
  return new MilscopeError('BadTable', {
    file: table.file,
    row,
    column,
    problem: 'the path is one of a computer with Windows',
    found,
    expected: 'a path on this computer, or one from the folder of the table on',
    remedy: 'write what follows the folder of the table, such as images\\A01.tif, and put the table beside the images',
  });
}

function remotePath(
  { row, cells }: TableRow,
  { table, index, isFile }: { table: Table; index: number; isFile: boolean },
): MilscopeError {
  const found = cells[index]!.trim();
  const { place, way } = remoteAddress(found, { isFile })!;
  return new MilscopeError('BadTable', {
    file: table.file,
    row,
    column: table.columns[index],
    problem: `the image is ${place}, and images are read from files`,
    found,
    expected: 'a path on this computer, or an address such as file:///data/A01.tif',
    remedy: `${way}, and write the folder on this computer in PathName_`,
  });
}

/** A path, also where it is written as a `file:` address. */
function localPath(text: string, windows: boolean): string {
  const path = /^file:\//i.test(text) ? pathOfAddress(text, { windows }) : text;
  return path instanceof Error ? text : path;
}

/** Whether a path begins with a drive or a share of Windows. */
function beginsWithDrive(path: string): boolean {
  return /^([a-z]:([\\/]|$)|\\\\)/i.test(path);
}

/** The path that a `file:` address is of, with `#` and `?` for themselves, as nobody means anything else by them. */
function pathOfAddress(address: string, { windows }: { windows: boolean }): string | Error {
  try {
    const { protocol, host, pathname } = new URL(address.replaceAll(/[?#]/g, encodeURIComponent));
    if (protocol !== 'file:') throw new Error(`the address begins ${protocol}`);
    if (/%2f/i.test(pathname)) throw new Error('a name in the address has a slash');
    const path = decodeURIComponent(pathname);
    if (host !== '' && !windows) throw new Error(`the address names the computer ${host}`);
    if (host !== '') return `//${host}${path}`;
    return path.replace(/^\/(?=[a-z]:)/i, '');
  } catch (error) {
    return error as Error;
  }
}
