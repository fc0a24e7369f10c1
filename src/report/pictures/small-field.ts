import type { Image, Pixels } from '../../pixels/pixels.ts';
import { measureImage, type StripMeasure } from '../../pixels/windows/strips.ts';
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
export function shrinkField(image: Image, options: { readonly side?: number } = {}): SmallField {
  return measureImage(image, shrinkMeasure(image, options));
}

/** What {@link shrinkField} makes of a field that comes in strips. */
export function shrinkMeasure(
  { channels, height, width }: Omit<Image, 'data'>,
  { side = THUMBNAIL_SIDE }: { readonly side?: number } = {},
): StripMeasure<SmallField> {
  const factor = Math.min(1, side / Math.max(height, width));
  const to = { height: Math.max(1, Math.round(height * factor)), width: Math.max(1, Math.round(width * factor)) };
  const lines = { rows: sampledLines(height, to.height), columns: sampledLines(width, to.width) };
  const planes = Array.from({ length: Math.min(channels, MOST_CHANNELS) }, () => createMeans(lines));
  return {
    add({ top, image: { data, height: rows } }) {
      const size = rows * width;
      for (const [c, plane] of planes.entries())
        plane.add(data.subarray(c * size, (c + 1) * size), { top, rows, width });
    },
    result: () => ({
      ...to,
      planes: planes.map(({ result }) => {
        const { means, ...top } = result();
        return { ...packed(means), ...top };
      }),
      of: { height, width },
    }),
  };
}

/** For each of `to` parts of a line the places of the pixels that stand for it, as many for each. */
function sampledLines(from: number, to: number): { readonly places: Int32Array; readonly each: number } {
  const each = Math.min(SAMPLES, Math.max(1, Math.floor(from / to)));
  const places = Int32Array.from({ length: to * each }, (_, i) => Math.floor(((i + 0.5) * from) / (to * each)));
  return { places, each };
}

type Lines = ReturnType<typeof sampledLines>;

/** Rows of a plane: the first, how many, and their length. */
interface PlaneRows {
  readonly top: number;
  readonly rows: number;
  readonly width: number;
}

/** The mean over the sampled pixels of each block; and the largest intensity of the sample. */
function createMeans({ rows, columns }: { readonly rows: Lines; readonly columns: Lines }): {
  readonly add: (plane: Pixels, of: PlaneRows) => void;
  readonly result: () => { readonly means: Float32Array; readonly top: number; readonly atTop: number };
} {
  const [high, wide] = [rows.places.length / rows.each, columns.places.length / columns.each];
  const sums = new Float32Array(high * wide);
  let [top, atTop, line] = [Number.NEGATIVE_INFINITY, 0, 0];
  const [across, each] = [columns.places, columns.each];
  const area = rows.each * each;
  const addLine = (plane: Pixels, from: number, out: number) => {
    for (let column = 0, i = 0; column < wide; column++) {
      let sum = 0;
      for (const end = i + each; i < end; i++) {
        const value = plane[from + across[i]!]!;
        sum += value;
        if (value < top) continue;
        atTop = value > top ? 1 : atTop + 1;
        top = value;
      }
      sums[out + column]! += sum;
    }
  };
  return {
    add(plane, { top: first, rows: count, width }) {
      for (; line < rows.places.length && rows.places[line]! < first + count; line++)
        addLine(plane, (rows.places[line]! - first) * width, Math.floor(line / rows.each) * wide);
    },
    result: () => ({ means: divided(sums, area), top, atTop: atTop / (area * sums.length) }),
  };
}

function divided(sums: Float32Array, by: number): Float32Array {
  const out = new Float32Array(sums.length);
  for (let i = 0; i < sums.length; i++) out[i] = sums[i]! / by;
  return out;
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
