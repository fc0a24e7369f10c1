import * as z from 'zod';
import { MilscopeError } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import type { OmeZarrVersion } from './ome-zarr-version.ts';
import type { LevelSize } from './pyramid.ts';

/** A level of the pyramid of an image. */
export interface ImageLevel extends LevelSize {
  /** Scale and translation of rows and columns, as the image has them for this level. */
  readonly transformations: readonly object[];
}

/** An OME-Zarr image that others can be put beside. */
export interface ImageGroup {
  readonly version: OmeZarrVersion;
  /** Rows and columns, with their units. */
  readonly axes: readonly object[];
  /** Largest first. */
  readonly levels: readonly ImageLevel[];
}

const transformation = z.looseObject({
  type: z.string(),
  scale: z.array(z.number()).optional(),
  translation: z.array(z.number()).optional(),
});
const multiscales = z
  .array(
    z.looseObject({
      axes: z.array(z.looseObject({ name: z.string() })).min(2),
      datasets: z.array(z.looseObject({ path: z.string(), coordinateTransformations: z.array(transformation) })).min(1),
    }),
  )
  .min(1);
const zarr2 = z.looseObject({ multiscales });
const zarr3 = z.looseObject({ attributes: z.looseObject({ ome: z.looseObject({ multiscales }) }) });
const array = z.looseObject({ shape: z.array(z.int().positive()).min(2) });

/** Whether a path is the folder of an OME-Zarr image: one with `multiscales` in its metadata. */
export async function isZarrImage(folder: string, files: Files): Promise<boolean> {
  try {
    return (await readMultiscales(folder, files)) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Reads what has to be known of an OME-Zarr image, 0.4 or 0.5, to put labels beside it.
 *
 * @throws BadImage when the folder is none, or an array of its pyramid is missing
 */
export async function readImageGroup(folder: string, files: Files): Promise<ImageGroup> {
  const found = await attempt(() => readMultiscales(folder, files));
  if (found === undefined) {
    throw notAnImage(folder, {
      problem: 'this is no OME-Zarr image',
      expected: 'a folder with multiscales in its metadata',
    });
  }
  const [{ axes, datasets }] = found.multiscales as [z.infer<typeof multiscales>[number]];
  const places = ['y', 'x'].map((wanted) => axes.findIndex(({ name }) => name === wanted));
  if (places.includes(-1)) {
    const names = axes.map(({ name }) => name).join(', ');
    throw notAnImage(folder, { problem: 'the image lacks an axis', found: names, expected: 'y and x among them' });
  }
  const readLevel = async ({ path, coordinateTransformations }: (typeof datasets)[number]): Promise<ImageLevel> => {
    const file = join(folder, path, found.version === '0.5' ? 'zarr.json' : '.zarray');
    const shape = await attempt(async () => array.parse(await readJson(file, files)).shape);
    if (shape?.length !== axes.length) {
      throw notAnImage(folder, { problem: 'a level of the pyramid cannot be used', found: file });
    }
    const pick = (values: readonly number[]) => places.map((place) => values[place]!);
    const transformations = coordinateTransformations.map(({ type, scale, translation }) => ({
      type,
      ...(scale && { scale: pick(scale) }),
      ...(translation && { translation: pick(translation) }),
    }));
    return { height: shape[places[0]!]!, width: shape[places[1]!]!, transformations };
  };
  const levels: ImageLevel[] = [];
  for (const dataset of datasets) levels.push(await readLevel(dataset));
  return { version: found.version, axes: places.map((place) => axes[place]!), levels };
}

async function readMultiscales(
  folder: string,
  files: Files,
): Promise<{ readonly version: OmeZarrVersion; readonly multiscales: z.infer<typeof multiscales> } | undefined> {
  const [three, two] = [join(folder, 'zarr.json'), join(folder, '.zattrs')];
  if (await files.status(three)) {
    return { version: '0.5', multiscales: zarr3.parse(await readJson(three, files)).attributes.ome.multiscales };
  }
  if (!(await files.status(two))) return undefined;
  return { version: '0.4', multiscales: zarr2.parse(await readJson(two, files)).multiscales };
}

/** A JSON document. */
export async function readJson(file: string, files: Files): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await files.read(file)));
}

async function attempt<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}

function notAnImage(file: string, details: { problem: string; found?: string; expected?: string }): MilscopeError {
  return new MilscopeError('BadImage', { file, ...details });
}
