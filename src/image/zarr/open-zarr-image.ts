import type { Image } from '../../pixels/pixels.ts';
import type { ImageHeader } from '../image.ts';
import { readPlanes } from './read-planes.ts';
import { readZarrImage } from './zarr-image.ts';

/**
 * Opens one level of an image of OME-Zarr as `openImage` does a file: its pixels are decoded when they are asked for.
 *
 * @throws as `readZarrImage`, and `decode` as `readPlanes`
 */
export function openZarrImage(
  folder: string,
  options: { level?: number | undefined },
): { readonly header: ImageHeader; readonly decode: (planes?: readonly number[]) => Promise<Image> } {
  const image = readZarrImage(folder, options);
  const { height, width, channels } = image.header;
  const all = Array.from({ length: channels }, (_, plane) => plane);
  return {
    header: image.header,
    async decode(planes = all) {
      return { data: await readPlanes(folder, { image, planes }), channels: planes.length, height, width };
    },
  };
}
