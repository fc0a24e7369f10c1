import type { Image } from '../../pixels/pixels.ts';
import type { Projection } from '../../pixels/projection.ts';
import type { ImageAccess } from '../access.ts';
import type { ImageHeader } from '../image.ts';
import { type Region, type Size, windowOf } from '../region.ts';
import { requireDecodable } from '../require-decodable.ts';
import { readPlanes } from './read-planes.ts';
import { readZarrImage, type ZarrImage } from './zarr-image.ts';

/** What is read of an image of OME-Zarr: its planes, all of them unless given. */
export interface ReadZarrOptions extends Region {
  readonly level?: number | undefined;
  readonly channels?: readonly number[] | undefined;
  readonly projection?: Projection | undefined;
}

/**
 * Opens an image of OME-Zarr as `openImage` does a file: its pixels are decoded when they are asked for.
 *
 * @throws as `readZarrImage`, and `read` as `readPlanes` too
 */
export async function openZarrImage(
  folder: string,
  { level = 0, maxPixels }: { level?: number | undefined; maxPixels?: number | undefined },
  access: ImageAccess,
): Promise<{
  readonly header: ImageHeader;
  readonly levels: () => Promise<readonly Size[]>;
  /** The size of a chunk of that level (pixels). */
  readonly blocks: Size;
  readonly read: (options: ReadZarrOptions) => Promise<Image>;
}> {
  const { files } = access;
  const opened = await readZarrImage(folder, { level }, files);
  const at = async (wanted: number) => (wanted === level ? opened : readZarrImage(folder, { level: wanted }, files));
  return {
    header: opened.header,
    async levels() {
      const sizes: Size[] = [];
      for (let each = 0; each < opened.levels; each++) {
        const { height, width } = (await at(each)).header;
        sizes.push({ height, width });
      }
      return sizes;
    },
    blocks: chunkSize(opened),
    async read({ level: wanted = level, channels, projection, ...region }) {
      const image = await at(wanted);
      const window = windowOf(region, image.header, folder);
      const planes = channels ?? Array.from({ length: image.header.channels }, (_, plane) => plane);
      const bytes = (planes.length * image.header.bitDepth) / 8;
      requireDecodable(folder, { ...window, bytes }, { maxPixels, memory: access.memory });
      const data = await readPlanes(folder, { image, planes, window, projection }, access);
      return { data, channels: planes.length, height: window.height, width: window.width };
    },
  };
}

function chunkSize({ array: { chunks }, axes, header }: ZarrImage): Size {
  return { height: Math.min(header.height, chunks[axes.y]!), width: Math.min(header.width, chunks[axes.x]!) };
}
