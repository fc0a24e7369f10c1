import { isMilscopeError, MilscopeError } from '../../errors.ts';
import type { ReadFiles } from '../../files/files.ts';
import { kindOf } from '../../files/kind-of.ts';
import { basename, join, resolve } from '../../files/paths.ts';
import { checkOme, isZarr, type OmeGroup, readOmeGroup } from '../../image/zarr/ome-group.ts';
import { plateSchema, wellImageSchema, wellImagesSchema } from '../../image/zarr/ome-schemas.ts';
import { collectInOrder } from '../../threads/map-in-order.ts';
import { normalWell } from '../well.ts';

/** Groups whose metadata are read at once. */
export const AT_ONCE = 16;

/** An image of a group, and what the metadata of the group say of it. */
export interface ListedField {
  /** Absolute path of the folder of the image, or of that of its well where nothing more is known. */
  readonly folder: string;
  /** What files of the field are called after. */
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Why it cannot be read, where that is known already. */
  readonly problem?: MilscopeError;
}

/**
 * The images of a group of OME-Zarr: of a plate those of its wells, of what bioformats2raw writes its series, of an image
 * itself. That an image is there is not looked at. A well that is not there, or whose metadata cannot be read, is one field
 * that nobody can read.
 *
 * @param name of the group, in place of what it or its folder calls it
 * @throws BadImage when the metadata of the group itself cannot be read, or it is no such group
 */
export async function listFields(
  path: string,
  { name }: { name?: string | undefined },
  files: ReadFiles,
): Promise<ListedField[]> {
  const folder = resolve(path);
  const group = await readOmeGroup(folder, files);
  if (group.ome.plate !== undefined) return listPlate(group, name, files);
  const image = name ?? groupName(folder);
  if (group.ome.multiscales !== undefined) {
    return [{ folder, name: fileName(image), metadata: { Metadata_Image: image } }];
  }
  if (group.ome['bioformats2raw.layout'] === 3) {
    return (await seriesOf(folder, files)).map((series) => ({
      folder: join(folder, series),
      name: fileName(`${image}_${series}`),
      metadata: { Metadata_Image: image, Metadata_Site: series },
    }));
  }
  throw new MilscopeError('BadImage', {
    file: folder,
    problem: 'this group of OME-Zarr holds no fields that are known',
    found: Object.keys(group.ome).slice(0, 8).join(', '),
    expected: 'a plate, an image, or the images that bioformats2raw writes',
  });
}

/** The name of a folder without what says that it is of OME-Zarr. */
export function groupName(folder: string): string {
  return basename(folder).replace(/(\.ome)?\.zarr$/i, '');
}

/** The name that a plate gives itself. */
export async function plateName(folder: string, files: ReadFiles): Promise<string | undefined> {
  const { plate } = (await readOmeGroup(folder, files)).ome as { plate?: { name?: unknown } };
  return typeof plate?.name === 'string' && plate.name.trim() !== '' ? plate.name.trim() : undefined;
}

async function listPlate(group: OmeGroup, given: string | undefined, files: ReadFiles): Promise<ListedField[]> {
  const { folder } = group;
  const { plate } = checkOme(group, (options) => plateSchema({ ...options, anyPath: true }));
  const name = given ?? (await plateName(folder, files)) ?? groupName(folder);
  const acquisitions = new Map(plate.acquisitions?.map(({ id, name: text }) => [id, text?.trim() || String(id)]));
  const wells = await collectInOrder(plate.wells, AT_ONCE, async ({ path }) => {
    const [row = '', column = ''] = path.split('/');
    const well = normalWell(/^[a-z]+$/i.test(row) ? row + column : path);
    return { folder: join(folder, path), well, ...(await imagesOf(join(folder, path), files)) };
  });
  const several = new Set(wells.flatMap(({ images }) => images.map(({ acquisition }) => acquisition))).size > 1;
  return wells.flatMap(({ folder: place, well, images, problem: lost }) => {
    const ofWell = { Metadata_Plate: name, Metadata_Well: well };
    if (images.length === 0) {
      return [{ folder: place, name: fileName(`${name}_${well}`), metadata: ofWell, ...(lost && { problem: lost }) }];
    }
    return images.map(({ path, acquisition, problem }) => ({
      folder: join(place, path),
      name: fileName(`${name}_${well}_${path}`),
      metadata: {
        ...ofWell,
        Metadata_Site: path,
        ...(several && { Metadata_Acquisition: acquisitionName(acquisition, acquisitions) }),
      },
      ...(problem && { problem }),
    }));
  });
}

function acquisitionName(id: number | null | undefined, names: ReadonlyMap<number, string>): string {
  return id === undefined || id === null ? '' : (names.get(id) ?? String(id));
}

/** An image that a well lists. */
interface WellImage {
  readonly path: string;
  readonly acquisition?: number | null | undefined;
  readonly problem?: MilscopeError;
}

/** The images of a well; where none is known, why. A well that is not there is missed when it is read. */
async function imagesOf(
  well: string,
  files: ReadFiles,
): Promise<{ readonly images: readonly WellImage[]; readonly problem?: MilscopeError }> {
  try {
    const { images } = checkOme(await readOmeGroup(well, files), () => wellImagesSchema).well;
    return { images: images.map((image, i) => wellImage(well, image, i)) };
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    return (await kindOf(well, files)) === undefined ? { images: [] } : { images: [], problem: error };
  }
}

function wellImage(well: string, image: unknown, place: number): WellImage {
  const { data, error } = wellImageSchema.safeParse(image);
  if (data) return data;
  const [{ path, message } = { path: [], message: '' }] = error.issues;
  const problem = new MilscopeError('BadImage', {
    file: well,
    problem: 'the metadata of the well name an image in a way that is not understood',
    found: `well.images.${place}${path.map((part) => `.${String(part)}`).join('')}: ${message}`,
    remedy: 'write the metadata anew with the program that the data are from',
  });
  return { path: `image ${place + 1}`, problem };
}

/** The series that the group `OME` lists, or else the folders 0, 1 and so on. */
async function seriesOf(folder: string, files: ReadFiles): Promise<string[]> {
  const group = join(folder, 'OME');
  const listed = (await isZarr(group, files)) ? (await readOmeGroup(group, files)).ome.series : undefined;
  if (Array.isArray(listed)) return listed.map(String).filter((series) => !series.split('/').includes('..'));
  const series: string[] = [];
  while (await isZarr(join(folder, String(series.length)), files)) series.push(String(series.length));
  return series;
}

/** Signs that no file system minds. */
const fileName = (text: string) => text.replaceAll(/[^\p{L}\p{N} ._+-]/gu, '_');
