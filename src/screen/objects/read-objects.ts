import { isMilscopeError, MilscopeError } from '../../errors.ts';
import { isZarrFolder, readImageHeader } from '../../image/header.ts';
import type { ImageHeader } from '../../image/image.ts';
import { openImage } from '../../image/read.ts';
import type { Region } from '../../image/region.ts';
import { MAX_PIXELS } from '../../image/require-decodable.ts';
import type { Image } from '../../pixels/pixels.ts';
import { counted } from '../../words.ts';
import type { ScreenAccess } from '../access.ts';
import type { Field, Screen } from '../screen.ts';

/** A label image: 0 background, other numbers the objects, not always without gaps; `[height, width]`. */
export interface ObjectLabels {
  readonly data: Int32Array;
  readonly height: number;
  readonly width: number;
  /** The largest label. */
  readonly count: number;
}

/** Height and width of a field (pixels). */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * Reads the label image that a row of the table names in its column `ObjectsFileName_<OBJ>`. Undefined where the row
 * leaves it empty.
 *
 * @param name of the objects, without regard to case
 * @param size of the field
 * @throws MissingColumn when no row of the screen names such objects, and as {@link readLabelImage} does
 */
export async function readObjects(
  screen: Pick<Screen, 'source' | 'fields'>,
  field: Field,
  { name, size }: { name: string; size: Size },
  access: ScreenAccess,
): Promise<ObjectLabels | undefined> {
  const file = fileOf(field, name);
  if (file !== undefined) return readLabelImage(file, { ...size, frame: frameOf(field, name) }, access);
  requireObjects(screen, name);
  return undefined;
}

/** Opens what {@link readObjects} reads, so that rows of it can be read. */
export async function openObjects(
  screen: Pick<Screen, 'source' | 'fields'>,
  field: Field,
  { name, size }: { name: string; size: Size },
  access: ScreenAccess,
): Promise<LabelImageRows | undefined> {
  const file = fileOf(field, name);
  if (file !== undefined) return openLabelImage(file, { ...size, frame: frameOf(field, name) }, access);
  requireObjects(screen, name);
  return undefined;
}

/** Lets objects pass that some row of the screen names. @throws MissingColumn */
export function requireObjects({ source, fields }: Pick<Screen, 'source' | 'fields'>, name: string): void {
  if (fields.some((field) => fileOf(field, name) !== undefined)) return;
  const known = new Set(fields.flatMap(({ objects = {} }) => Object.keys(objects)));
  throw new MilscopeError('MissingColumn', {
    file: source,
    column: `ObjectsFileName_${name}`,
    problem: 'the table names no label images of such objects',
    found: known.size > 0 ? [...known].join(', ') : 'no objects at all',
    remedy: 'name one of the objects found, or add the column',
  });
}

function fileOf({ objects = {} }: Field, name: string): string | undefined {
  return Object.entries(objects).find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];
}

function frameOf({ objectFrames = {} }: Field, name: string): number | undefined {
  return Object.entries(objectFrames).find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];
}

/**
 * Reads a label image of one plane with whole numbers from 0: a file, or the folder of a label image of OME-Zarr, such as
 * `labels/nuclei` in that of an image. Of a pyramid the level is read that has the size of the field: labels that were made
 * on a smaller level of the image have fewer of them.
 *
 * @param where the size of the field that it is of, and the page that it is, from 0, of a file with several
 * @throws MissingFile and BadImage as `readImage` does; BadImage too when it has another size than the field, several
 *   planes, or numbers that are no labels.
 */
export async function readLabelImage(
  file: string,
  where: Size & { readonly frame?: number | undefined },
  access: ScreenAccess,
): Promise<ObjectLabels> {
  const { header, readRows } = await openLabelImage(file, where, access);
  const { height, width } = header;
  const data = await readRows({ top: 0, height });
  return { data, height, width, count: data.reduce((most, label) => Math.max(most, label), 0) };
}

/** A label image of which rows are read. */
export interface LabelImageRows {
  /** Labels of some rows over the whole width, `[height, width]`. */
  readonly readRows: (rows: { readonly top: number; readonly height: number }) => Promise<Int32Array>;
}

/** Opens a label image as {@link readLabelImage} reads it: rows are decoded as they are asked for, where its format allows that. */
export async function openLabelImage(
  file: string,
  { frame, ...size }: Size & { readonly frame?: number | undefined },
  access: ScreenAccess,
): Promise<LabelImageRows & { readonly header: ImageHeader }> {
  const level = frame === undefined ? await levelOfSize(file, size, access) : undefined;
  const { header, read, blocks } = await openImage(
    file,
    { level, maxPixels: Math.max(MAX_PIXELS, size.height * size.width) },
    access,
  );
  if (frame !== undefined) requirePage(file, { header, frame });
  const { height, width } = header;
  // A number for every object may have a colour too: of a palette the places are read.
  const channels = frame === undefined ? header.channels / (header.palette ? header.samples : 1) : 1;
  if (channels !== 1) {
    throw new MilscopeError('BadImage', {
      file,
      problem: 'a label image has one plane',
      found: counted(channels, 'plane'),
      remedy: 'save the labels as a grey image, a number for every object',
    });
  }
  if (height !== size.height || width !== size.width) {
    throw new MilscopeError('BadImage', {
      file,
      problem: 'the label image has another size than its field',
      found: `${width} × ${height} pixels`,
      expected: `${size.width} × ${size.height}`,
      remedy: 'give the labels at the size of the images, enlarged without interpolation where they were reduced',
    });
  }
  // Checked before it is decoded, since it has no more pixels than the field then.
  const places = { places: true, ...(frame !== undefined && { channels: [frame] }) };
  const labelsOf = async (part: Region) => {
    const { data: pixels } = await read({ ...places, ...part });
    requireLabels(file, pixels);
    return Int32Array.from(pixels);
  };
  const band = bandsOf({ height, width }, Math.ceil(BAND / blocks.height) * blocks.height, labelsOf);
  return { header, readRows: (rows) => (rows.height === height ? labelsOf({}) : band(rows)) };
}

/** Rows that are decoded together, at least. */
const BAND = 256;

/** Reads rows of an image in bands, of which the last is kept, so that its blocks are not decoded again for each few rows. */
function bandsOf(
  { height, width }: Size,
  step: number,
  read: (part: Region) => Promise<Int32Array>,
): LabelImageRows['readRows'] {
  let kept: { readonly top: number; readonly labels: Promise<Int32Array> } | undefined;
  const bandAt = (top: number): Promise<Int32Array> => {
    if (kept?.top !== top) kept = { top, labels: read({ rows: [top, Math.min(height, top + step)] }) };
    return kept.labels;
  };
  return async ({ top, height: high }) => {
    const out = new Int32Array(high * width);
    for (let y = top; y < top + high; ) {
      const first = y - (y % step);
      const end = Math.min(top + high, first + step);
      out.set((await bandAt(first)).subarray((y - first) * width, (end - first) * width), (y - top) * width);
      y = end;
    }
    return out;
  };
}

/** The level of a pyramid that has a size; the largest where none has. */
async function levelOfSize(file: string, { height, width }: Size, access: ScreenAccess): Promise<number | undefined> {
  if (!(await isZarrFolder(file, access.files))) return undefined;
  for (let level = 0; ; level++) {
    try {
      const header = await readImageHeader(file, { level }, access);
      if (header.height === height && header.width === width) return level;
      if (header.height < height || header.width < width) return undefined;
    } catch (error) {
      if (isMilscopeError(error)) return undefined;
      throw error;
    }
  }
}

function requirePage(file: string, { header, frame }: { header: ImageHeader; frame: number }): void {
  if ((header.samples === 1 || header.palette) && frame < header.channels / header.samples) return;
  throw new MilscopeError('BadImage', {
    file,
    problem: 'the label image does not have the page that the table names',
    found: header.samples === 1 ? `${header.channels} pages` : 'an RGB image',
    expected: `a grey page ${frame}, counted from 0`,
  });
}

/** Above 2²⁴ a float32 does not hold every whole number. */
function requireLabels(file: string, pixels: Image['data']): void {
  if (!(pixels instanceof Float32Array)) return;
  const unfit = pixels.find((value) => !Number.isInteger(value) || value < 0 || value > 2 ** 24);
  if (unfit === undefined) return;
  throw new MilscopeError('BadImage', {
    file,
    problem: 'some pixels are no labels',
    found: String(unfit),
    expected: 'whole numbers from 0 to 16777216',
  });
}
