import { isMilscopeError, MilscopeError } from '../errors.ts';
import type { ReadFiles } from '../files/files.ts';
import { kindOf } from '../files/kind-of.ts';
import { basename, dirname } from '../files/paths.ts';
import { readImageHeader } from '../image/header.ts';
import type { ImageHeader } from '../image/image.ts';
import type { Size } from '../image/region.ts';
import type { ScreenAccess } from './access.ts';
import { nameChannels } from './channels/name-channels.ts';
import type { ChannelSource, Field, Screen } from './screen.ts';
import type { ScreenOptions } from './screen-options.ts';
import { pageQuestions, shortStackNotes, stackNotes } from './stack-note.ts';

/** Where the image of one column is in one field: a file, with a page where the table picks one, or why there is none. */
export type ImagePlace = FilePlace | MilscopeError;

interface FilePlace extends Pick<ChannelSource, 'series' | 'stack' | 'depths'> {
  readonly file: string;
  readonly frame?: number;
}

/** The images of one column of a table, or those that a microscope gave one name. */
export interface ImageColumn {
  readonly name: string;
  /** The column that picks a page of each file, where there is one. */
  readonly frameColumn?: string | undefined;
  /** One a field. */
  readonly places: readonly ImagePlace[];
  /** The path of the illumination function of each field, where a table names them, or why there is none. */
  readonly illumination?: readonly (string | MilscopeError)[] | undefined;
}

/**
 * The channels and fields of a screen whose images are known. No pixel is decoded and an image may be missing. How many
 * planes the files of a column have is taken from the first of them that is a readable image; until there is one, they
 * count as single. A column of single planes makes a channel of its name, one of RGB images or stacks makes several
 * (`Image:0`, `Image:1`, … or the names that an OME-TIFF gives), and a stack of which pages are picked one. Where an
 * OME-TIFF is of several files and other columns name those, too, each column has the channels of its own file alone.
 *
 * A field with an image that is nowhere keeps its place, with the `problem` in its source.
 *
 * Where columns of RGB images stand beside others of grey ones, their channels are `rendered`.
 *
 * @param fields one for every place of the columns
 */
export async function assembleScreen(
  listed: readonly ImageColumn[],
  fields: readonly Omit<Field, 'sources'>[],
  { source, seriesAreFields = false, ...options }: AssembleOptions,
  access: ScreenAccess,
): Promise<
  Pick<Screen, 'channels' | 'fields' | 'usualSize' | 'rendered'> & Required<Pick<Screen, 'notes' | 'questions'>>
> {
  const columns = listed.map(withDepths);
  const known = columns.map(({ places }) => places.flatMap((place) => (place instanceof MilscopeError ? [] : [place])));
  const shapes: ChannelShape[] = [];
  for (const [i, column] of columns.entries()) {
    const others = known.filter((_, other) => other !== i);
    shapes.push(await channelShape(column, { places: known[i]!, others, options }, access));
  }
  const assembled = fields.map((field, i): Field => {
    const sources = columns.flatMap((column, c) =>
      sourcesOf(column.places[i]!, {
        ...{ column, shape: shapes[c]!, field, source, options },
        illumination: column.illumination?.[i],
      }),
    );
    return { ...field, sources };
  });
  const channels = nameChannels(columns.map(({ name }, c) => ({ column: name, ...shapes[c]! })));
  const seen = columns.map(({ name }, c) => {
    const { header = { channels: 1 } } = shapes[c]!;
    const depths = known[c]!.map(({ stack = [] }) => 1 + stack.length);
    const depth = depths.reduce((most, own) => Math.max(most, own), 1);
    // Where a table picks a series, none is passed over unawares.
    const isPicked = !seriesAreFields && known[c]!.some(({ series }) => series !== undefined);
    return { name, header: isPicked ? { ...header, series: undefined } : header, ...(depth > 1 && { depth }) };
  });
  const depths = columns.map(({ name, places }) => ({
    name,
    depths: places.map((place) => (place instanceof MilscopeError ? undefined : place.depths)),
  }));
  const notes = [
    ...stackNotes(seen, { projection: options.projection, seriesAreFields }),
    ...shortStackNotes(depths, assembled),
  ];
  const usualSize = await findUsualSize(shapes, { places: known, options }, access);
  const coloured = shapes.flatMap(({ taken, colour }) => taken.map(() => colour));
  const rendered = coloured.includes(false) ? channels.filter((_, channel) => coloured[channel]) : [];
  return {
    ...{ channels, fields: assembled, notes, questions: pageQuestions(seen) },
    ...(usualSize && { usualSize }),
    ...(rendered.length > 0 && { rendered }),
  };
}

/** A column of a table in which cells name the files of stacks, with the planes that each field has. */
function withDepths(column: ImageColumn): ImageColumn {
  const files = column.places.flatMap((place) => (place instanceof MilscopeError ? [] : [place]));
  if (files.some(({ depths }) => depths) || files.every(({ stack }) => !stack)) return column;
  const deep = (place: FilePlace) => ({ ...place, depths: 1 + (place.stack?.length ?? 0) });
  return { ...column, places: column.places.map((place) => (place instanceof MilscopeError ? place : deep(place))) };
}

/** How a screen is read, and where from. */
interface AssembleOptions extends Pick<ScreenOptions, 'level' | 'projection' | 'pages'> {
  readonly source: string;
  /** Whether each series of a file is a field, so that none is passed over. */
  readonly seriesAreFields?: boolean;
}

/** Further images of each column that are asked for their size, where the first ones differ. */
const ASKED_FOR_SIZE = 8;

/** The size that the first images of the columns have; where they differ, the one that is most frequent among more of them. */
async function findUsualSize(
  shapes: readonly ChannelShape[],
  {
    places,
    options: { level, pages },
  }: { places: readonly (readonly FilePlace[])[]; options: Omit<AssembleOptions, 'source'> },
  access: ScreenAccess,
): Promise<Size | undefined> {
  const sizes = shapes.flatMap(({ size }) => size ?? []);
  const keyOf = ({ width, height }: Size) => `${width} ${height}`;
  if (new Set(sizes.map(keyOf)).size <= 1) return sizes[0];
  for (const own of places) {
    for await (const { file, series } of present(own.slice(1, 1 + ASKED_FOR_SIZE), access.files)) {
      const header = await readImageHeader(file, { level, series, pages }, access).catch(() => undefined);
      if (header) sizes.push({ width: header.width, height: header.height });
    }
  }
  const alike = (one: Size) => sizes.filter((other) => keyOf(other) === keyOf(one)).length;
  return sizes.reduce((best, one) => (alike(best) >= alike(one) ? best : one));
}

/** Which channels a column makes. */
interface ChannelShape {
  /** The size of its first readable image. */
  readonly size?: Size;
  /** Planes that its files have. */
  readonly planes: number;
  /** Those of them that are channels of the screen. */
  readonly taken: readonly number[];
  /** What the files call their planes. */
  readonly names?: readonly string[] | undefined;
  /** Of the first of its files, where pages are not picked. */
  readonly header?: ImageHeader;
  /** Whether its `Frame_` column picks a page. */
  readonly picked: boolean;
  /** Whether its files are RGB images. */
  readonly colour: boolean;
}

async function channelShape(
  { frameColumn }: ImageColumn,
  {
    places,
    others,
    options: { level, pages },
  }: {
    places: readonly FilePlace[];
    others: readonly (readonly FilePlace[])[];
    options: Omit<AssembleOptions, 'source'>;
  },
  access: ScreenAccess,
): Promise<ChannelShape> {
  for await (const { file, series } of present(places, access.files)) {
    try {
      const header = await readImageHeader(file, { level, series, pages }, access);
      const { channels, samples, channelNames, parts } = header;
      // CellProfiler's frames are pages: an RGB image has one.
      const size = { width: header.width, height: header.height };
      if (frameColumn !== undefined && samples === 1)
        return { size, planes: 1, taken: [0], picked: true, colour: false };
      const divided =
        parts !== undefined && others.some((column) => column.some(({ file: other }) => parts.files.includes(other)));
      const taken = divided ? parts.own : Array.from({ length: channels }, (_, plane) => plane);
      return { size, planes: channels, taken, names: channelNames, header, picked: false, colour: samples === 3 };
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
    }
  }
  return { planes: 1, taken: [0], picked: frameColumn !== undefined, colour: false };
}

/** Files that are asked for one by one; of further ones the folders are listed, since all images of a table may be missing. */
const ASKED = 4;

/** Those of some files that are there. */
async function* present(places: readonly FilePlace[], access: ReadFiles): AsyncGenerator<FilePlace> {
  const listed = new Map<string, ReadonlySet<string>>();
  for (const [i, place] of places.entries()) {
    const { file } = place;
    const folder = dirname(file);
    if (i >= ASKED && !listed.has(folder)) {
      const entries = await access.list(folder).catch(() => []);
      listed.set(folder, new Set(entries.map(({ name }) => name.toLowerCase())));
    }
    if (listed.get(folder)?.has(basename(file).toLowerCase()) === false) continue;
    if ((await kindOf(file, access)) !== undefined) yield place;
  }
}

function sourcesOf(
  place: ImagePlace,
  {
    column,
    shape,
    field,
    source,
    illumination,
    options: { level, projection, pages },
  }: {
    column: ImageColumn;
    shape: ChannelShape;
    field: Pick<Field, 'row'>;
    source: string;
    illumination: string | MilscopeError | undefined;
    options: Omit<AssembleOptions, 'source'>;
  },
): ChannelSource[] {
  const { planes, taken, names, picked } = shape;
  const lost = (problem: MilscopeError) => taken.map((plane): ChannelSource => ({ file: '', plane, problem }));
  if (place instanceof MilscopeError) return lost(place);
  if (illumination instanceof MilscopeError) return lost(illumination);
  const { file, frame = 0, series, stack, depths } = place;
  // Most tables have no more to say, and may have a million rows.
  const isPlain = [level, series, stack, depths, projection, pages, illumination].every((said) => said === undefined);
  if (isPlain && !picked && frame === 0)
    return taken.map((plane): ChannelSource => ({ file, plane, planes, name: names?.[plane] }));
  const own = {
    file,
    ...(level !== undefined && { level }),
    ...(series !== undefined && { series }),
    ...(stack !== undefined && { stack }),
    ...(depths !== undefined && { depths }),
    ...(projection !== undefined && projection !== 'maximum' && { projection }),
    ...(pages !== undefined && { pages }),
    ...(illumination !== undefined && { illumination }),
  };
  if (picked) return [{ ...own, plane: frame }];
  if (frame === 0) return taken.map((plane) => ({ ...own, plane, planes, name: names?.[plane] }));
  return lost(
    new MilscopeError('BadTable', {
      file: source,
      row: field.row,
      column: column.frameColumn,
      problem: 'an RGB image has one page',
      found: String(frame),
      expected: '0',
    }),
  );
}
