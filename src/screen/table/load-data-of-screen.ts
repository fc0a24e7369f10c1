import { basename, dirname, relative } from '../../files/paths.ts';
import { findNamed } from '../columns.ts';
import { PIXEL_SIZE_COLUMN } from '../pixel-size.ts';
import type { ChannelSource, Field, Screen } from '../screen.ts';
import { STACK_MARK } from './locate-image.ts';

/** A table in the columns of LoadData, the cells of each row in their order. */
export interface LoadData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** How planes are named: all of a file by one column (`whole`), or each by a column of its own with `Frame_`. */
export type PlaneNaming = 'whole' | 'frames';

/** A column of images: its name, and the place among the channels of the one whose file it names. */
interface ImageColumn {
  readonly name: string;
  readonly channel: number;
  /** Whether a `Frame_` column picks the page. */
  readonly framed: boolean;
  /** Whether a `Series_` column picks an image of the file. */
  readonly hasSeries: boolean;
  /** What its illumination function is called, where it has one. */
  readonly corrected?: string | undefined;
}

/**
 * The table that says what a screen is: `FileName_` and `PathName_` for each channel, or for the several channels of one
 * file, `Frame_` where pages are picked, their illumination functions, the same for objects, and all metadata. Where a field lacks an image, cells are
 * empty. Folders are relative to that of the table.
 *
 * @param folder of the table, absolute
 * @param planes how channels that share a file are named; see `readBack`, which finds out whether that reads back
 */
export function loadDataOf(
  screen: Screen,
  { folder, planes }: { readonly folder: string; readonly planes: PlaneNaming },
): LoadData {
  const images = imageColumns(screen, planes);
  const place = createPlacing(folder);
  const objects = objectColumns(screen);
  const numbered = numbersOf(screen);
  const metadata = screen.columns.map((column) => ({ column, name: numbered ? withoutNumber(column) : column }));
  const sizes = pixelSizes(screen);
  const columns = [
    ...images.flatMap(({ name, framed, hasSeries, corrected }) => [
      `FileName_${name}`,
      `PathName_${name}`,
      ...(framed ? [`Frame_${name}`] : []),
      ...(hasSeries ? [`Series_${name}`] : []),
      ...(corrected === undefined ? [] : [`FileName_${corrected}`, `PathName_${corrected}`]),
    ]),
    ...objects.flatMap(({ name, framed }) => [
      ...[`ObjectsFileName_${name}`, `ObjectsPathName_${name}`],
      ...(framed ? [`ObjectsFrame_${name}`] : []),
    ]),
    ...(numbered ? ['ImageNumber'] : []),
    ...metadata.map(({ name }) => name),
    ...(sizes === undefined ? [] : [PIXEL_SIZE_COLUMN]),
  ];
  const rows = screen.fields.map((field, i) => [
    ...images.flatMap((image) => [
      ...imageCells(field.sources[image.channel]!, { place, image }),
      ...(image.corrected === undefined ? [] : functionCells(field.sources[image.channel]!, place)),
    ]),
    ...objects.flatMap(({ name, framed }) => objectCells(field, { name, place, framed })),
    ...(numbered ? [String(field.imageNumber)] : []),
    ...metadata.map(({ column }) => field.metadata[column] ?? ''),
    ...(sizes === undefined ? [] : [sizes[i]!]),
  ]);
  return { columns, rows };
}

/** The columns of the images: one for all channels of a file where these are all of its planes in their order. */
function imageColumns({ channels, fields }: Screen, planes: PlaneNaming): ImageColumn[] {
  const columns: ImageColumn[] = [];
  for (let channel = 0; channel < channels.length; ) {
    const own = fields.map(({ sources }) => sources[channel]!).find(({ problem }) => problem === undefined);
    const count = own?.planes ?? 1;
    const isWhole = planes === 'whole' && count > 1 && fields.every((field) => hasAllPlanes(field, { channel, count }));
    const group = channels.slice(channel, channel + (isWhole ? count : 1));
    const name = isWhole ? columnOf(group, columns) : group[0]!;
    const framed = own !== undefined && (own.planes === undefined || (planes === 'frames' && count > 1));
    const hasSeries = fields.some(({ sources }) => sources[channel]!.series !== undefined);
    const isCorrected = fields.some(({ sources }) => sources[channel]!.illumination !== undefined);
    const corrected = isCorrected ? `Illum${name.replace(/^orig(?=.)/i, '')}` : undefined;
    columns.push({ name, channel, framed, hasSeries, corrected });
    channel += group.length;
  }
  return columns;
}

/** Whether all planes of a file are channels of a field, from one on. */
function hasAllPlanes({ sources }: Field, { channel, count }: { channel: number; count: number }): boolean {
  const [first, ...others] = sources.slice(channel, channel + count);
  return (
    others.length === count - 1 &&
    [first!, ...others].every(({ file, plane, planes, problem }, i) => {
      return problem !== undefined || (file === first!.file && plane === i && planes === count);
    })
  );
}

/** What a column is called whose files have these channels: `Image` for `Image:0` and `Image:1`, or for `DNA` and `Actin`. */
function columnOf(group: readonly string[], others: readonly ImageColumn[]): string {
  const prefixes = group.map((name) => name.slice(0, Math.max(0, name.lastIndexOf(':'))));
  const [prefix = ''] = prefixes;
  if (prefix !== '' && prefixes.every((other) => other === prefix)) return prefix;
  const taken = new Set(others.map(({ name }) => name));
  let name = 'Image';
  for (let i = 2; taken.has(name); i++) name = `Image${i}`;
  return name;
}

function objectColumns({ fields }: Screen) {
  const names = new Map<string, boolean>();
  for (const { objects = {}, objectFrames = {} } of fields) {
    for (const name of Object.keys(objects)) names.set(name, names.get(name) || name in objectFrames);
  }
  return [...names].map(([name, framed]) => ({ name, framed }));
}

function imageCells(
  { file, plane, problem, series = 0, stack = [] }: ChannelSource,
  { place, image: { framed, hasSeries } }: { readonly place: PlaceFile; readonly image: ImageColumn },
): string[] {
  const isMissing = problem !== undefined || file === '';
  const [name, path] = isMissing ? ['', ''] : place(file);
  const others = stack.map((other) => relative(dirname(file), other));
  return [
    ...[[name, ...others].join(STACK_MARK), path],
    ...(framed ? [isMissing ? '' : String(plane)] : []),
    ...(hasSeries ? [isMissing ? '' : String(series)] : []),
  ];
}

/** The side of a pixel of each field, where it is known and no column says it: of the largest level, as that is. */
function pixelSizes({ columns, fields, pixelSize, reading }: Screen): string[] | undefined {
  if ((reading?.level ?? 0) > 0 || findNamed(columns, PIXEL_SIZE_COLUMN) !== undefined) return undefined;
  const sizes = fields.map((field) => field.pixelSize ?? pixelSize);
  return sizes.some((size) => size !== undefined)
    ? sizes.map((size) => (size === undefined ? '' : String(size)))
    : undefined;
}

function functionCells({ problem, illumination }: ChannelSource, place: PlaceFile): [string, string] {
  return problem !== undefined || illumination === undefined ? ['', ''] : place(illumination);
}

function objectCells(
  { objects, objectFrames }: Field,
  { name, place, framed }: { readonly name: string; readonly place: PlaceFile; readonly framed: boolean },
): string[] {
  const file = objects?.[name];
  if (file === undefined) return framed ? ['', '', ''] : ['', ''];
  return [...place(file), ...(framed ? [String(objectFrames?.[name] ?? 0)] : [])];
}

/** The name of a file, and its folder as seen from that of the table. */
type PlaceFile = (file: string) => [name: string, path: string];

/** Of many files in few folders, each folder is looked at once. */
function createPlacing(folder: string): PlaceFile {
  const known = new Map<string, string>();
  return (file) => {
    const own = dirname(file);
    const path = known.get(own) ?? (relative(folder, own) || '.');
    known.set(own, path);
    return [basename(file), path];
  };
}

/** Whether fields have numbers that are not their places and that no column says either. */
function numbersOf({ columns, fields }: Screen): boolean {
  const column = columns.find((name) => name.toLowerCase() === 'imagenumber');
  if (column !== undefined) return fields.some(({ metadata, imageNumber }) => Number(metadata[column]) !== imageNumber);
  return fields.some(({ imageNumber }, i) => imageNumber !== i + 1);
}

/** Numbers that are unique only with those of a table make room for the numbers of the fields. */
function withoutNumber(column: string): string {
  return /^(image|table)number$/i.test(column) ? `Metadata_Source_${column}` : column;
}
