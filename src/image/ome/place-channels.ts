import { MilscopeError } from '../../errors.ts';
import { basename, dirname, join } from '../../files/paths.ts';
import type { Ome, OmeBlock, OmePixels } from './parse-ome.ts';

/** Where the pixels of a channel are: a page of a file. */
export interface ChannelPlace {
  /** Absolute or as given; not set for the file itself. */
  readonly file?: string | undefined;
  readonly page: number;
}

/** The image of an OME-TIFF that a file belongs to, and the pages of its channels at the first depth and time. */
export interface PlacedChannels {
  readonly pixels: OmePixels;
  /** One for each channel, or for each `samples` of them. */
  readonly places: readonly ChannelPlace[];
}

/**
 * Finds the channels of an OME-TIFF: those of the first image of which the file has pages, or that says nothing of files.
 * Of several planes of depth or points in time, the first is taken.
 *
 * A file counts as the one that is meant where its name or its UUID is named, or where only one file is named: then it was
 * renamed.
 *
 * @param pages that the file has
 * @param samples of a pixel, each of which is a channel
 * @throws BadImage when the XML names pages that the file does not have, or no page for a channel.
 */
export function placeChannels(
  ome: Ome,
  { file, pages, samples }: { file: string; pages: number; samples: number },
): PlacedChannels | undefined {
  const named = new Set(ome.images.flatMap(({ blocks }) => blocks.flatMap((block) => block.file ?? [])));
  const isOwn = (block: OmeBlock): boolean =>
    block.file === undefined ||
    block.file === basename(file) ||
    (block.uuid !== undefined && block.uuid === ome.uuid && !named.has(basename(file))) ||
    named.size === 1;
  const pixels = ome.images.find(({ blocks }) => blocks.length === 0 || blocks.some(isOwn)) ?? ome.images[0];
  if (pixels === undefined) return undefined;
  const refuse = (problem: string, found: string, expected?: string): MilscopeError => {
    const remedy = 'copy the file again, or save it anew in the program that wrote it';
    return new MilscopeError('BadImage', { file, problem, found, expected, remedy });
  };
  const { sizeC, sizeZ, sizeT, order, blocks } = pixels;
  if (sizeC % samples !== 0) {
    throw refuse('the OME-XML does not fit the image', `${sizeC} channels`, `a multiple of its ${samples} samples`);
  }
  const channels = sizeC / samples;
  const sizes: Readonly<Record<string, number>> = { C: channels, Z: sizeZ, T: sizeT };
  const strides: Record<string, number> = {};
  let total = 1;
  for (const dimension of order.slice(2)) {
    strides[dimension] = total;
    total *= sizes[dimension]!;
  }
  const step = strides.C!;
  const places: (ChannelPlace | undefined)[] = Array.from({ length: channels });
  for (const block of blocks.length === 0 ? [{ first: { c: 0, z: 0, t: 0 } } as OmeBlock] : blocks) {
    const { c, z, t } = block.first;
    const first = Math.floor(c / samples) * step + z * strides.Z! + t * strides.T!;
    const own = isOwn(block);
    const count = block.count ?? (block.ifd === undefined ? (own ? pages : total) : 1);
    const elsewhere = own ? undefined : join(dirname(file), block.file!);
    // The channels at the first depth and time are every `step`-th plane.
    const to = Math.min(channels - 1, Math.floor((first + count - 1) / step));
    for (let channel = Math.ceil(first / step); channel <= to; channel++) {
      places[channel] = { file: elsewhere, page: (block.ifd ?? 0) + channel * step - first };
    }
  }
  const found = places.map((place, channel) => {
    if (place === undefined) {
      throw refuse('a channel of the OME-XML has no page', `no page for channel ${channel}, ${pages} in the file`);
    }
    if (place.file !== undefined || place.page < pages) return place;
    throw refuse('the OME-XML names a page that the TIFF does not have', `${pages} pages`, `page ${place.page} too`);
  });
  return { pixels, places: found };
}
