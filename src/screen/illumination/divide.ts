import { MilscopeError } from '../../errors.ts';
import { type Region, type Size, windowOf } from '../../image/region.ts';
import type { Image } from '../../pixels/pixels.ts';
import type { ScreenAccess } from '../access.ts';
import type { ChannelSource } from '../screen.ts';
import { type IlluminationFunction, readIlluminationFunction } from './read-function.ts';

/** The size of a field at the level that is read unless another is asked for, and at all of its levels. */
interface FieldSizes {
  readonly usual: Size;
  readonly levels: () => Promise<readonly Size[]>;
}

/** Which part of a field some pixels are: its channels in their order, the level, rows and columns. */
interface PixelsOf extends Region {
  readonly channels: readonly number[];
  readonly level?: number | undefined;
}

/** Pixels divided by the illumination functions of their channels. */
export type DividePixels = (image: Image, of: PixelsOf) => Promise<Image>;

/**
 * What divides the pixels of a field by the illumination functions of its channels, as CellProfiler's module
 * CorrectIlluminationApply does; pixels of channels without one stay as they are. Where one of the channels asked for has one,
 * all come as float32. A function is as large as one level of the field, and is interpolated for the others. It is read when
 * it is first needed.
 *
 * What it gives throws what `readIlluminationFunction` throws, and ChannelMismatch for a function of another size.
 */
export function createDivider(
  sources: readonly ChannelSource[],
  { usual, levels }: FieldSizes,
  access: ScreenAccess,
): DividePixels {
  const files = new Map<string, Promise<IlluminationFunction>>();
  const kept = new Map<string, Float32Array>();
  const read = (file: string, maxPixels: number | undefined) => {
    const known = files.get(file) ?? readIlluminationFunction(file, { maxPixels }, access);
    files.set(file, known);
    return known;
  };
  const divisorOf = async (source: ChannelSource, { width, height }: Size): Promise<Float32Array | undefined> => {
    if (source.illumination === undefined) return undefined;
    const key = JSON.stringify([source.illumination, source.plane, width, height]);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const whole = await read(source.illumination, source.maxPixels);
    const { planes } = whole;
    requireFit({ ...whole, planes: planes.length }, { source, sizes: [usual, ...(await levels())] });
    const divisor = resampled(planes[planes.length === 1 ? 0 : source.plane]!, whole, { width, height });
    kept.set(key, divisor);
    return divisor;
  };
  return async (image, { channels, level, ...region }) => {
    if (channels.every((channel) => sources[channel]!.illumination === undefined)) return image;
    const size = level === undefined ? usual : (await levels())[level]!;
    const { top, left } = windowOf(region, size, sources[channels[0]!]!.file);
    const { width, height } = image;
    const data = new Float32Array(image.data);
    for (const [place, channel] of channels.entries()) {
      const divisor = await divisorOf(sources[channel]!, size);
      if (divisor === undefined) continue;
      for (let y = 0, i = place * width * height; y < height; y++) {
        const from = (top + y) * size.width + left;
        for (let x = 0; x < width; x++, i++) data[i]! /= divisor[from + x]!;
      }
    }
    return { ...image, data };
  };
}

/** @throws ChannelMismatch where a function has neither one plane nor those of an image, or none of its sizes */
export function requireFit(
  { file, width, height, planes }: Size & { readonly file: string; readonly planes: number },
  { source, sizes }: { source: ChannelSource; sizes: readonly Size[] },
): void {
  if (planes !== 1 && planes !== source.planes) {
    throw new MilscopeError('ChannelMismatch', {
      file,
      problem: 'the illumination function has other channels than the image',
      found: `${planes} planes`,
      expected: (source.planes ?? 1) === 1 ? '1 plane' : `1 plane or ${source.planes}, as in ${source.file}`,
    });
  }
  if (sizes.some((size) => size.width === width && size.height === height)) return;
  const [size] = sizes;
  throw new MilscopeError('ChannelMismatch', {
    file,
    problem: 'the illumination function has another size than the image',
    found: `${width} × ${height} pixels`,
    expected: `${size!.width} × ${size!.height} as in ${source.file}`,
    remedy: 'give the function that was made for these images',
  });
}

/** A plane at another size, between whose pixels is interpolated; the plane itself where it has that size. */
export function resampled(plane: Float32Array, from: Size, to: Size): Float32Array {
  if (from.width === to.width && from.height === to.height) return plane;
  const out = new Float32Array(to.width * to.height);
  const across = Array.from({ length: to.width }, (_, x) => between(x, { to: to.width, from: from.width }));
  for (let y = 0, i = 0; y < to.height; y++) {
    const down = between(y, { to: to.height, from: from.height });
    const [upper, lower] = [down.before * from.width, down.after * from.width];
    for (const { before, after, share } of across) {
      const above = plane[upper + before]! * (1 - share) + plane[upper + after]! * share;
      const below = plane[lower + before]! * (1 - share) + plane[lower + after]! * share;
      out[i++] = above * (1 - down.share) + below * down.share;
    }
  }
  return out;
}

/** The pixels between whose centres a pixel of another size lies, and the weight of the latter. */
function between(x: number, { to, from }: { to: number; from: number }) {
  const place = Math.min(from - 1, Math.max(0, ((x + 0.5) * from) / to - 0.5));
  const before = Math.floor(place);
  return { before, after: Math.min(from - 1, before + 1), share: place - before };
}
