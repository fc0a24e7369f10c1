import type { Image, Pixels } from '../../pixels/pixels.ts';
import type { Size } from '../gallery/resample.ts';
import { MOST_CHANNELS } from '../inspection/thumbnail.ts';

/** A channel made small: a byte a pixel, which is the root of how far its intensity lies from `low` to `high` (counts). */
interface SmallPlane {
  /** `[height, width]`. */
  readonly bytes: Uint8Array;
  readonly low: number;
  readonly high: number;
  /** The largest intensity of the field, and the share of its pixels that have it; both from a sample of them. */
  readonly top: number;
  readonly atTop: number;
}

/** A field made small enough that thousands can be kept: its first channels, in nearly the intensities of the file. */
export interface SmallField extends Size {
  readonly planes: readonly SmallPlane[];
  /** The size of the field itself (pixels). */
  readonly of: Size;
}

/** Longer side of a thumbnail (pixels). */
const THUMBNAIL_SIDE = 128;

/** Pixels that are read of a block in each direction, at most: enough for its mean. */
const SAMPLES = 4;
/** The share of pixels beyond `high`: a speck should not take the levels that cells need. */
const BRIGHTEST = 0.001;

/** Makes the first channels of a field small, to at most `side` pixels a side; a smaller field keeps its size. */
export function shrinkField(
  { data, channels, height, width }: Image,
  { side = THUMBNAIL_SIDE }: { readonly side?: number } = {},
): SmallField {
  const factor = Math.min(1, side / Math.max(height, width));
  const to = { height: Math.max(1, Math.round(height * factor)), width: Math.max(1, Math.round(width * factor)) };
  const lines = { rows: sampledLines(height, to.height), columns: sampledLines(width, to.width) };
  const size = height * width;
  const planes = Array.from({ length: Math.min(channels, MOST_CHANNELS) }, (_, c) => {
    const { means, ...top } = meansOf(data.subarray(c * size, (c + 1) * size), { width, ...lines });
    return { ...packed(means), ...top };
  });
  return { ...to, planes, of: { height, width } };
}

/** For each of `to` parts of a line the places of the pixels that stand for it, as many for each. */
function sampledLines(from: number, to: number): { readonly places: Int32Array; readonly each: number } {
  const each = Math.min(SAMPLES, Math.max(1, Math.floor(from / to)));
  const places = Int32Array.from({ length: to * each }, (_, i) => Math.floor(((i + 0.5) * from) / (to * each)));
  return { places, each };
}

type Lines = ReturnType<typeof sampledLines>;

/** The mean over the sampled pixels of each block; and the largest intensity of the sample. */
function meansOf(
  plane: Pixels,
  { width, rows, columns }: { readonly width: number; readonly rows: Lines; readonly columns: Lines },
): { readonly means: Float32Array; readonly top: number; readonly atTop: number } {
  const [high, wide] = [rows.places.length / rows.each, columns.places.length / columns.each];
  const means = new Float32Array(high * wide);
  let [top, atTop] = [Number.NEGATIVE_INFINITY, 0];
  const [across, each] = [columns.places, columns.each];
  for (let line = 0; line < rows.places.length; line++) {
    const out = Math.floor(line / rows.each) * wide;
    const from = rows.places[line]! * width;
    for (let column = 0, i = 0; column < wide; column++) {
      let sum = 0;
      for (const end = i + each; i < end; i++) {
        const value = plane[from + across[i]!]!;
        sum += value;
        if (value < top) continue;
        atTop = value > top ? 1 : atTop + 1;
        top = value;
      }
      means[out + column]! += sum;
    }
  }
  const area = rows.each * columns.each;
  for (let i = 0; i < means.length; i++) means[i]! /= area;
  return { means, top, atTop: atTop / (area * means.length) };
}

/** Levels between which `high` is found. */
const LEVELS = 4096;

function packed(means: Float32Array): Pick<SmallPlane, 'bytes' | 'low' | 'high'> {
  let [low, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < means.length; i++) {
    const value = means[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > most) most = value;
  }
  if (!(most > low))
    return {
      bytes: new Uint8Array(means.length),
      low: Number.isFinite(low) ? low : 0,
      high: Number.isFinite(low) ? low : 0,
    };
  const high = brightEnd(means, { low, most });
  const scale = 1 / (high - low);
  // Loops: functions that typed arrays call for each pixel, as `from` does, take ten times as long.
  const bytes = new Uint8Array(means.length);
  for (let i = 0; i < bytes.length; i++) {
    // What is no number is black.
    bytes[i] = Math.round(255 * Math.sqrt(Math.min(1, (means[i]! - low) * scale || 0)));
  }
  return { bytes, low, high };
}

/** The intensity beyond which few pixels lie; to one of many levels. */
function brightEnd(means: Float32Array, { low, most }: { readonly low: number; readonly most: number }): number {
  const scale = (LEVELS - 1) / (most - low);
  const counts = new Int32Array(LEVELS);
  for (let i = 0; i < means.length; i++) {
    const value = means[i]!;
    if (Number.isFinite(value)) counts[Math.min(LEVELS - 1, Math.ceil((value - low) * scale))]!++;
  }
  let [level, beyond] = [LEVELS - 1, 0];
  while (level > 1 && beyond + counts[level]! <= BRIGHTEST * means.length) beyond += counts[level--]!;
  return low + level / scale;
}

/**
 * The intensities of a channel (counts), `[height, width]`.
 *
 * @param of what becomes of each; it is asked once for each of the 256 that there are
 */
export function intensitiesOf(
  { bytes, low, high }: Pick<SmallPlane, 'bytes' | 'low' | 'high'>,
  of: (intensity: number) => number = (intensity) => intensity,
): Float32Array {
  const levels = Float32Array.from({ length: 256 }, (_, byte) => of(low + (high - low) * (byte / 255) ** 2));
  const intensities = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) intensities[i] = levels[bytes[i]!]!;
  return intensities;
}
