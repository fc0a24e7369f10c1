import { MilscopeError } from '../../errors.ts';
import type { Table } from '../../tables/read-table.ts';

/** The places, among the columns of a table, of all that tells where one image is. */
export interface ImageColumns {
  /** The name of the channel or of the objects, as its column has it. */
  readonly name: string;
  /** The column of the file's name, that of its folder, and that of its address: the first or the last is always there. */
  readonly file: number | undefined;
  readonly path: number | undefined;
  readonly url: number | undefined;
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

/** Whether a row may be the header of a LoadData table: it names images. */
export function namesImages(header: readonly string[]): boolean {
  return header.some((name) => /^(image_)?(filename|url)_/i.test(name.trim()));
}

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
      const [, objects = '', , name = ''] = locating.exec(column) ?? [];
      const place = (other: string): number | undefined => places.get(`${prefix}${other}_${name.toLowerCase()}`);
      const [file, url] = [place('filename'), place('url')];
      // Where an image has both, it stands in the place of its file's name.
      if (objects.toLowerCase() !== prefix || index !== (file ?? url)) return [];
      return [{ name, file, path: place('pathname'), url, frame: place('frame'), series: place('series') }];
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
