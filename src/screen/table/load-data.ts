import { MilscopeError, named as option } from '../../errors.ts';
import { sameName } from '../../tables/distinct-columns.ts';
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

/** The columns of the images of a channel, and those of their illumination functions (`FileName_Illum<CH>`). */
export interface ChannelColumns extends ImageColumns {
  readonly illumination?: ImageColumns;
}

/** What the columns of a CellProfiler LoadData table are for. */
export interface LoadDataColumns {
  readonly channels: readonly ChannelColumns[];
  readonly objects: readonly ImageColumns[];
  /** Every other column, by its name without `Image_`. */
  readonly metadata: readonly { readonly name: string; readonly index: number }[];
}

const locating = /^(objects)?(filename|pathname|url|series|frame|channel|zplane|timepoint)_(.+)$/i;

/** Whether a row may be the header of a LoadData table: it names images. */
export function namesImages(header: readonly string[]): boolean {
  return header.some((name) => /^(image_)?(filename|url)_/i.test(name.trim()));
}

/** Columns by their names in small letters, and in their order. */
interface NamedColumns {
  readonly named: readonly { readonly name: string; readonly index: number }[];
  readonly places: ReadonlyMap<string, number>;
}

/** The columns without the prefix `Image_`. @throws BadTable for one that stands there twice */
function nameColumns({ file, columns }: Pick<Table, 'file' | 'columns'>): NamedColumns {
  const named = columns
    .map((column, index) => ({ name: column.replace(/^image_/i, ''), index }))
    .filter(({ name }) => name);
  const places = new Map<string, number>();
  for (const { name, index } of named) {
    const before = places.get(name.toLowerCase());
    if (before !== undefined) throw sameName(columns, [before, index], { file });
    places.set(name.toLowerCase(), index);
  }
  return { named, places };
}

function imagesIn({ named, places }: NamedColumns, prefix: '' | 'objects'): ImageColumns[] {
  return named.flatMap(({ name: column, index }) => {
    const [, objects = '', , name = ''] = locating.exec(column) ?? [];
    const place = (other: string): number | undefined => places.get(`${prefix}${other}_${name.toLowerCase()}`);
    const [file, url] = [place('filename'), place('url')];
    // Where an image has both, it stands in the place of its file's name.
    if (objects.toLowerCase() !== prefix || index !== (file ?? url)) return [];
    return [{ name, file, path: place('pathname'), url, frame: place('frame'), series: place('series') }];
  });
}

/** What an illumination function is for: `dna` for `IllumDNA`; undefined for columns that are called otherwise. */
const correctedBy = ({ name }: ImageColumns): string | undefined => /^illum(.+)$/i.exec(name)?.[1]?.toLowerCase();

/** What a channel may be called in the name of its illumination function, in small letters: `OrigDNA` is `DNA` there. */
const namesOf = (channel: string): readonly string[] => {
  const name = channel.toLowerCase();
  return name.startsWith('orig') ? [name, name.slice('orig'.length)] : [name];
};

/**
 * Finds the columns of the illumination function of a channel, `FileName_IllumDNA` for the channel `DNA` or `OrigDNA`.
 *
 * @throws BadTable for a column that stands there twice
 */
export function illuminationColumns(
  table: Pick<Table, 'file' | 'columns'>,
): (channel: string) => ImageColumns | undefined {
  const functions = imagesIn(nameColumns(table), '').filter((image) => correctedBy(image) !== undefined);
  return (channel) => functions.find((image) => namesOf(channel).includes(correctedBy(image)!));
}

/**
 * Sorts the columns of a LoadData table: `FileName_<CH>`, `PathName_<CH>`, `URL_<CH>`, `Frame_<CH>`, `Series_<CH>`, the
 * same with `Objects` before them for label images, and metadata; all without regard to case and to the prefix `Image_`.
 * A column without a name is passed over. `FileName_Illum<CH>` beside `<CH>` or `Orig<CH>` is the illumination function of
 * that channel.
 *
 * @throws BadTable for a column that stands there twice, MissingColumn when none names an image.
 */
export function sortColumns({ file, columns }: Table): LoadDataColumns {
  const known = nameColumns({ file, columns });
  const { named } = known;
  const all = imagesIn(known, '');
  const areImages = new Set(all.flatMap(({ name }) => namesOf(name)));
  const isFunction = (image: ImageColumns) => areImages.has(correctedBy(image) ?? '');
  const functions = all.filter(isFunction);
  const channels = all
    .filter((image) => !isFunction(image))
    .map((image): ChannelColumns => {
      const illumination = functions.find((other) => namesOf(image.name).includes(correctedBy(other)!));
      return { ...image, ...(illumination && { illumination }) };
    });
  if (channels.length === 0) {
    throw new MilscopeError('MissingColumn', {
      file,
      column: 'FileName_<channel>',
      problem: 'the table has no column that names images',
      found: columns.join(', '),
      remedy: `name the images of each channel in a column such as FileName_DNA, and their folder in PathName_DNA; a plate map is given with ${option('plateMap')}, beside the screen`,
    });
  }
  const objects = imagesIn(known, 'objects');
  const used = new Set(
    [...all.map(({ name }) => name), ...objects.map(({ name }) => name)].map((n) => n.toLowerCase()),
  );
  const metadata = named.filter(({ name }) => !used.has(locating.exec(name)?.[3]?.toLowerCase() ?? ''));
  return { channels, objects, metadata };
}
