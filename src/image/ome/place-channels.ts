import { MilscopeError } from '../../errors.ts';
import { basename, dirname, join } from '../../files/paths.ts';
import { counted } from '../../words.ts';
import type { Ome, OmeBlock, OmePixels } from './parse-ome.ts';

/** Where the pixels of a channel are: a page of a file. */
export interface ChannelPlace {
  /** Absolute or as given; not set for the file itself. */
  readonly file?: string | undefined;
  readonly page: number;
}

/** One image (series) of an OME-TIFF, and where its planes are at the first point in time. */
export interface PlacedChannels {
  readonly pixels: OmePixels;
  /** Where the channels are at a depth, counted from 0: one place for each channel, or for each `samples` of them. */
  readonly at: (z: number) => readonly ChannelPlace[];
  /** Its place among the images of the XML, and those of the images that are in this file. */
  readonly series: { readonly index: number; readonly own: readonly number[] };
}

/**
 * Finds the planes of one image of an OME-TIFF. Of several points in time, the first is taken.
 *
 * A file counts as the one that is meant where its name or its UUID is named, or where only one file is named: then it was
 * renamed. Where blocks of pages say nothing of their place, those of one image follow those of the one before.
 *
 * @param pages that the file has
 * @param samples of a pixel of a page, each of which is a channel
 * @param series which image of the XML, from 0; unless given, the first of which the file has pages, or that says nothing of
 *   files
 * @throws BadImage when there is no such image, or the XML names pages that the file does not have, or no page for a
 *   channel at the first depth. So does `at` for its own.
 */
export function placeChannels(
  ome: Ome,
  {
    file,
    pages,
    samples: samplesOf,
    series,
  }: { file: string; pages: number; samples: (page: number) => number; series?: number | undefined },
): PlacedChannels | undefined {
  const named = new Set(ome.images.flatMap(({ blocks }) => blocks.flatMap((block) => block.file ?? [])));
  const isOwn = (block: OmeBlock): boolean =>
    block.file === undefined ||
    block.file === basename(file) ||
    (block.uuid !== undefined && block.uuid === ome.uuid && !named.has(basename(file))) ||
    named.size === 1;
  const own = ome.images.flatMap(({ blocks }, i) => (blocks.length === 0 || blocks.some(isOwn) ? [i] : []));
  const index = series ?? own[0] ?? 0;
  const pixels = ome.images[index];
  const refuse = (problem: string, found: string, expected?: string): MilscopeError => {
    const remedy = 'copy the file again, or save it anew in the program that wrote it';
    return new MilscopeError('BadImage', { file, problem, found, expected, remedy });
  };
  if (pixels === undefined) {
    if (series === undefined) return undefined;
    throw noSeries(file, { series, count: ome.images.length });
  }
  const { sizeC, sizeZ, sizeT, order, blocks: given } = pixels;
  const blocks = given.length === 0 ? [{ first: { c: 0, z: 0, t: 0 } }] : given;
  const earlier = own.filter((i) => i < index).map((i) => ome.images[i]!);
  const before = earlier.reduce((sum, image) => sum + image.sizeC * image.sizeZ * image.sizeT, 0);
  // An image that says nothing of its pages follows those before it; the first begins the file.
  const start = before < pages ? before : 0;
  const samples = samplesOf(Math.min(pages - 1, blocks.find(isOwn)?.ifd ?? start));
  if (sizeC % samples !== 0) {
    throw refuse(
      'the OME-XML does not fit the image',
      counted(sizeC, 'channel'),
      `a multiple of its ${samples} samples`,
    );
  }
  const channels = sizeC / samples;
  const sizes: Readonly<Record<string, number>> = { C: channels, Z: sizeZ, T: sizeT };
  const strides: Record<string, number> = {};
  let total = 1;
  for (const dimension of order.slice(2)) {
    strides[dimension] = total;
    total *= sizes[dimension]!;
  }
  const ranges = blocks.map((block) => {
    const { c, z, t } = block.first;
    const first = Math.floor(c / samples) * strides.C! + z * strides.Z! + t * strides.T!;
    const isHere = isOwn(block);
    const count = block.count ?? (block.ifd === undefined ? (isHere ? pages : total) : 1);
    const elsewhere = isHere ? undefined : join(dirname(file), block.file!);
    return { first, count, ifd: block.ifd ?? (isHere ? start : 0), file: elsewhere };
  });
  const find = placeFinder(ranges);
  const at = (z: number): readonly ChannelPlace[] =>
    Array.from({ length: channels }, (_, channel) => {
      const place = find(channel * strides.C! + z * strides.Z!);
      const depth = z === 0 ? '' : ` at depth ${z}`;
      if (place === undefined) {
        const found = `no page for channel ${channel}${depth}, ${pages} in the file`;
        throw refuse('a channel of the OME-XML has no page', found);
      }
      if (place.file !== undefined || place.page < pages) return place;
      throw refuse(
        'the OME-XML names a page that the TIFF does not have',
        counted(pages, 'page'),
        `page ${place.page} too`,
      );
    });
  at(0);
  return { pixels, at, series: { index, own } };
}

/** That a file has fewer images than one was asked for. */
export function noSeries(file: string, { series, count }: { series: number; count: number }): MilscopeError {
  return new MilscopeError('BadImage', {
    file,
    problem: `the file has no series ${series}, counted from 0`,
    found: count === 1 ? 'one series' : `${count} series`,
    remedy: 'correct the Series_ column, or leave it out',
  });
}

/** Planes from one on, in the order of the image, and the page that the first of them is. */
interface PlaneRange {
  readonly first: number;
  readonly count: number;
  readonly ifd: number;
  readonly file: string | undefined;
}

/** Finds the page of a plane; of several ranges that have it, the last counts. Most ranges have one plane, and are many. */
function placeFinder(ranges: readonly PlaneRange[]): (plane: number) => ChannelPlace | undefined {
  const single = new Map(ranges.flatMap(({ first, count }, i) => (count === 1 ? [[first, i] as const] : [])));
  const long = ranges.flatMap((range, i) => (range.count === 1 ? [] : [{ ...range, i }])).reverse();
  return (plane) => {
    const covering = long.find(({ first, count }) => first <= plane && plane < first + count);
    const i = Math.max(covering?.i ?? -1, single.get(plane) ?? -1);
    const range = ranges[i];
    return range && { file: range.file, page: range.ifd + plane - range.first };
  };
}
