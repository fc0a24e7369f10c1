import type { Files } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import { wellName } from '../well.ts';
import { type HarmonyImage, type HarmonyIndex, parseHarmonyIndex } from './harmony-index.ts';
import { type NamedPlane, type Naming, partsOf } from './naming.ts';

const named =
  /^r(?<row>\d{2,})c(?<column>\d{2,})f(?<field>\d{2,})(?:p(?<plane>\d{2,}))?-ch(?<channel>\d+)(?:sk(?<sequence>\d+)(?:fk\d+)?(?:fl\d+)?|t(?<time>\d+))?\.tiff?$/i;

/** Largest index that is read, in bytes. */
const MOST_BYTES = 2 ** 28;

/**
 * The names that Harmony gives the images of an Operetta or Opera Phenix: `r01c01f01p01-ch2sk1fk1fl1.tiff` is row, column,
 * field, plane and channel. `Index.idx.xml` or `Index.xml` beside them says what plate and channels are called, and
 * where an image is; without one the plate is called after the folder above `Images`, and channels `ch1`, `ch2`, …
 */
export const harmony: Naming = {
  name: 'Operetta or Opera Phenix (Harmony)',
  example: 'r01c01f01p01-ch1sk1fk1fl1.tiff',
  parse(path, { folder }) {
    const { folders, name } = partsOf(path, folder);
    const { row, column, field, plane = '1', channel, sequence, time } = named.exec(name)?.groups ?? {};
    if (row === undefined) return undefined;
    const above = folders.at(/^images$/i.test(folders.at(-1) ?? '') ? -2 : -1) ?? '';
    const image = { row, column: column!, field: field!, plane, time: sequence ?? time ?? '1', channel: channel! };
    return namePlane(path, image, { plate: above.replace(/__.*$/, '') || above, channel: `ch${Number(channel)}` });
  },
  async complete(planes, { folder, files: all }, files) {
    const indices = new Map<string, HarmonyIndex>();
    const folders = new Set(planes.map(({ path }) => folderOf(path)));
    const beside = all.filter((file) => /(^|\/)Index(\.idx)?\.xml$/i.test(file) && folders.has(folderOf(file)));
    const read = async (path: string) => ({ path, index: await readIndex(join(folder, path), files) });
    for await (const { path, index } of mapInOrder(beside, 1, read)) {
      if (!indices.has(folderOf(path))) indices.set(folderOf(path), index);
    }
    return planes.map((plane) => {
      const index = indices.get(folderOf(plane.path));
      return index === undefined ? plane : indexed(plane, index);
    });
  },
};

function namePlane(
  path: string,
  { row, column, field, plane, time, channel: id, pixelSize }: HarmonyImage,
  { plate, channel }: { plate: string; channel: string },
): NamedPlane {
  return {
    path,
    metadata: {
      Metadata_Plate: plate,
      Metadata_Well: wellName(String(Number(row)), column),
      Metadata_Site: String(Number(field)),
      Metadata_TimePoint: String(Number(time)),
    },
    channel,
    rank: id,
    depth: Number(plane),
    ...(pixelSize !== undefined && { pixelSize }),
  };
}

/** A plane with what the index beside it says. */
function indexed(plane: NamedPlane, { plate, channels, images }: HarmonyIndex): NamedPlane {
  const image = images.get(plane.path.split('/').at(-1)!.toLowerCase());
  const id = String(Number(image?.channel ?? plane.rank));
  const names = { plate: plate ?? plane.metadata.Metadata_Plate!, channel: channels.get(id) ?? `ch${id}` };
  if (image !== undefined) return namePlane(plane.path, image, names);
  return { ...plane, metadata: { ...plane.metadata, Metadata_Plate: names.plate }, channel: names.channel };
}

async function readIndex(file: string, files: Files): Promise<HarmonyIndex> {
  return parseHarmonyIndex(await files.read(file), { file, most: MOST_BYTES });
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
