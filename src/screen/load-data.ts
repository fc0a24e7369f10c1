import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MilscopeError } from '../errors.ts';
import type { Table, TableRow } from './table.ts';

/** The places, among the columns of a table, of all that tells where one image is. */
export interface ImageColumns {
  /** The name of the channel or of the objects, as its column has it. */
  readonly name: string;
  /** The column of the file's name, or of its address. */
  readonly file: number;
  readonly isUrl: boolean;
  readonly path: number | undefined;
  /** The column of the page, from 0. */
  readonly frame: number | undefined;
  readonly series: number | undefined;
}

/** What the columns of a CellProfiler LoadData table are for. */
export interface LoadDataColumns {
  readonly channels: readonly ImageColumns[];
  readonly objects: readonly ImageColumns[];
  /** Every other column, by its name without `Image_`. */
  readonly metadata: readonly { readonly name: string; readonly index: number }[];
}

const locating = /^(objects)?(filename|pathname|url|series|frame|channel|zplane|timepoint)_(.+)$/i;

/**
 * Sorts the columns of a LoadData table: `FileName_<CH>`, `PathName_<CH>`, `URL_<CH>`, `Frame_<CH>`, `Series_<CH>`, the
 * same with `Objects` before them for label images, and metadata; all without regard to case and to the prefix `Image_`.
 * A column without a name is passed over. So is `FileName_Illum<CH>` beside `<CH>` or `Orig<CH>`: an illumination
 * function is no channel of the field.
 *
 * @throws BadTable for a column that stands there twice, MissingColumn when none names an image.
 */
export function sortColumns({ file, columns }: Table): LoadDataColumns {
  const named = columns
    .map((column, index) => ({ name: column.replace(/^image_/i, ''), index }))
    .filter(({ name }) => name);
  const places = new Map<string, number>();
  for (const { name, index } of named) {
    const before = places.get(name.toLowerCase());
    if (before !== undefined) {
      throw new MilscopeError('BadTable', {
        file,
        row: 1,
        column: columns[index],
        problem: 'two columns have the same name',
        found: `columns ${before + 1} and ${index + 1}`,
        remedy: 'rename or remove one of them',
      });
    }
    places.set(name.toLowerCase(), index);
  }
  const images = (prefix: '' | 'objects'): ImageColumns[] =>
    named.flatMap(({ name: column, index }) => {
      const [, objects = '', kind = '', name = ''] = locating.exec(column) ?? [];
      const place = (other: string): number | undefined => places.get(`${prefix}${other}_${name.toLowerCase()}`);
      const isUrl = kind.toLowerCase() === 'url' && place('filename') === undefined;
      if (objects.toLowerCase() !== prefix || (kind.toLowerCase() !== 'filename' && !isUrl)) return [];
      const path = isUrl ? undefined : place('pathname');
      return [{ name, file: index, isUrl, path, frame: place('frame'), series: place('series') }];
    });

  const all = images('');
  const names = new Set(all.map(({ name }) => name.toLowerCase()));
  const channels = all.filter(({ name }) => {
    const [, corrected] = /^illum(.+)$/i.exec(name.toLowerCase()) ?? [];
    return corrected === undefined || !(names.has(corrected) || names.has(`orig${corrected}`));
  });
  if (channels.length === 0) {
    throw new MilscopeError('MissingColumn', {
      file,
      column: 'FileName_<channel>',
      problem: 'the table has no column that names images',
      found: columns.join(', '),
      remedy: 'name the images of each channel in a column such as FileName_DNA, and their folder in PathName_DNA',
    });
  }
  const objects = images('objects');
  const used = new Set(
    [...all.map(({ name }) => name), ...objects.map(({ name }) => name)].map((n) => n.toLowerCase()),
  );
  const metadata = named.filter(({ name }) => !used.has(locating.exec(name)?.[3]?.toLowerCase() ?? ''));
  return { channels, objects, metadata };
}

/**
 * The absolute path of an image that a row names: `FileName` under `PathName` under the table's folder, either of the
 * first two perhaps absolute, with either slash; or a `file:` address. Undefined for an empty cell.
 *
 * @throws BadTable for an address that is no file's.
 */
export function locate(
  { cells, row }: TableRow,
  { table, image }: { table: Table; image: ImageColumns },
): string | undefined {
  const name = cells[image.file]!.trim();
  if (name === '') return undefined;
  const folder = dirname(resolve(table.file));
  if (!image.isUrl) return resolve(folder, slashes(cells[image.path ?? -1]?.trim() ?? ''), slashes(name));
  try {
    return fileURLToPath(name);
  } catch (cause) {
    throw new MilscopeError('BadTable', {
      file: table.file,
      row,
      column: table.columns[image.file],
      problem: 'the address is not that of a file on this computer',
      found: name,
      expected: 'such as file:///data/A01.tif',
      cause,
    });
  }
}

/** The whole number in the `Frame_` or `Series_` column of an image, 0 when the cell is empty. @throws BadTable */
export function wholeNumber(
  { cells, row }: TableRow,
  { table, column, most = Number.MAX_SAFE_INTEGER }: { table: Table; column: number | undefined; most?: number },
): number {
  const text = column === undefined ? '' : cells[column]!.trim();
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new MilscopeError('BadTable', {
    file: table.file,
    row,
    column: table.columns[column ?? -1],
    problem: 'not a plane that can be read',
    found: text,
    expected: most === 0 ? '0' : 'a whole number from 0',
  });
}

/** Tables made on Windows have backslashes in their relative paths. */
function slashes(path: string): string {
  return sep === '/' ? path.replaceAll('\\', '/') : path;
}
