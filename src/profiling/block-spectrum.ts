import type { Image, Pixels } from '../pixels/pixels.ts';
import { spreadPixels } from '../pixels/spread-pixels.ts';
import { measureImage, type StripMeasure } from '../pixels/windows/strips.ts';
import { quantile } from './quantile.ts';

const PERCENTILES = [1, 25, 50, 75, 99];

/** Octaves that are measured at most: the last is the difference of blocks of 32 pixels within those of 64. */
const MOST_LEVELS = 6;

/** Blocks along a side at the last octave, at least, so that a variance is one of many. */
const LEAST_BLOCKS = 8;

/** Pixels of a channel, evenly spread, that percentiles are taken of. */
const LOOKED_AT = 4096;

/** Blocks whose variances are measured at each octave, about; of more, evenly spread rows are. */
const BLOCKS = 65_536;

/** A variance (counts squared) that counts as none. */
const NO_VARIANCE = 1e-9;

/** How many octaves the blocks of a field of this size (pixels) have. */
export function levelsFor({ height, width }: Pick<Image, 'height' | 'width'>): number {
  const levels = Math.floor(Math.log2(Math.min(height, width) / LEAST_BLOCKS));
  return Math.max(0, Math.min(MOST_LEVELS, levels));
}

/** How many numbers {@link measureBlocks} gives. */
export function blockFeatures({ channels, levels }: { channels: number; levels: number }): number {
  const pairs = (channels * (channels - 1)) / 2;
  return channels * (2 + PERCENTILES.length + levels) + pairs * (1 + levels);
}

/**
 * What a field looks like, pooled over it, in one pass and without a network: for each channel the mean and standard deviation of
 * the intensity, five percentiles, and by octave the logarithm of the variance of blocks of pixels within blocks twice as wide
 * (the Haar wavelet variance, Percival 1995: fine texture, cells, clusters); for each pair of channels the correlation, overall and
 * by octave. Turns by right angles and reflections change nothing where the sides are multiples of the widest block.
 *
 * @param levels octaves, see {@link levelsFor}; undefined is given of a field that has fewer
 * @param alone whether intensities count by the mean and deviation of the field itself, so that brightness and contrast change nothing
 */
export function measureBlocks(
  image: Image,
  { levels, alone = false }: { levels: number; alone?: boolean },
): Float64Array | undefined {
  return measureImage(image, blockMeasure(image, { levels, alone }));
}

/** What {@link measureBlocks} gives of a field that comes in strips of whole blocks: the same bits, however it is cut. */
export function blockMeasure(
  size: Omit<Image, 'data'>,
  { levels, alone = false }: { levels: number; alone?: boolean },
): StripMeasure<Float64Array | undefined> {
  if (levelsFor(size) < levels) return { add: () => undefined, result: () => undefined };
  const { channels } = size;
  const side = 2 ** levels;
  const octaves = Array.from({ length: levels }, (_, level) => createOctave(size, { level, side }));
  const tops: Blocks[] = [];
  const some = spreadPixels(size, LOOKED_AT);
  return {
    rows: side,
    add(strip) {
      some.add(strip);
      let blocks = firstBlocks(strip.image, levels);
      for (const octave of octaves) blocks = octave.halve(blocks);
      if (blocks.rows > 0) tops.push(blocks);
    },
    result() {
      const bands = octaves.map(({ within }) => within());
      const { means, covariances: top } = momentsOf(below(tops));
      const total = top.map((value, i) => bands.reduce((sum, band) => sum + band[i]!, value));
      const features: number[] = [];
      for (let c = 0; c < channels; c++) {
        const variance = total[at(c, c)]!;
        const deviation = Math.sqrt(variance);
        const unit = alone && variance > NO_VARIANCE ? deviation : 1;
        const zero = alone ? means[c]! : 0;
        const sorted = some.result()[c]!.toSorted();
        features.push((means[c]! - zero) / unit, deviation / unit);
        for (const p of PERCENTILES) features.push((quantile(sorted, p / 100) - zero) / unit);
        for (const band of bands) features.push(Math.log(Math.max(band[at(c, c)]!, NO_VARIANCE)) - 2 * Math.log(unit));
        for (let d = 0; d < c; d++) for (const of of [total, ...bands]) features.push(correlationIn(of, c, d));
      }
      return Float64Array.from(features);
    },
  };
}

/** Covariances of channels, those of the `c`-th with the `d`-th (`d` ≤ `c`) at {@link at}. */
type Covariances = Float64Array;

const at = (c: number, d: number) => (c * (c + 1)) / 2 + d;

function correlationIn(covariances: Covariances, c: number, d: number): number {
  const [own, other] = [covariances[at(c, c)]!, covariances[at(d, d)]!];
  return own > NO_VARIANCE && other > NO_VARIANCE ? covariances[at(c, d)]! / Math.sqrt(own * other) : 0;
}

/** Planes `[channels, rows, columns]`, with so many numbers from one row to the next and from one plane to the next. */
interface Blocks {
  readonly data: Pixels;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
  readonly pitch: number;
  readonly plane: number;
}

/** The pixels that the widest blocks cover. */
function firstBlocks({ data, channels, height, width }: Image, levels: number): Blocks {
  const side = 2 ** levels;
  const [rows, columns] = [height - (height % side), width - (width % side)];
  return { data, channels, rows, columns, pitch: width, plane: height * width };
}

/** Blocks of strips, one below the other. */
function below(strips: readonly Blocks[]): Blocks {
  const [first] = strips;
  if (strips.length === 1) return first!;
  const { channels, columns } = first!;
  const rows = strips.reduce((sum, strip) => sum + strip.rows, 0);
  const data = new Float32Array(channels * rows * columns);
  let top = 0;
  for (const strip of strips) {
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < strip.rows; y++) {
        const from = c * strip.plane + y * strip.pitch;
        data.set(strip.data.subarray(from, from + columns), (c * rows + top + y) * columns);
      }
    }
    top += strip.rows;
  }
  return { data, channels, rows, columns, pitch: columns, plane: rows * columns };
}

/** An octave of a field, of which strips of blocks go by. */
interface Octave {
  /** Means of two by two blocks of the next strip. */
  readonly halve: (strip: Blocks) => Blocks;
  /** The mean covariance of the channels within all two by two blocks. */
  readonly within: () => Covariances;
}

/**
 * Of a block a b / e f, the three coefficients of Haar (a + b - e - f, a - b + e - f, a - b - e + f) have four times the squares of
 * the four differences from the mean.
 */
function createOctave(
  { channels, height, width }: Omit<Image, 'data'>,
  { level, side }: { readonly level: number; readonly side: number },
): Octave {
  const halved = (length: number) => (length - (length % side)) / 2 ** (level + 1);
  const [allDown, across] = [halved(height), halved(width)];
  const every = Math.max(1, Math.floor((allDown * across) / BLOCKS));
  const sums = new Float64Array(at(channels, 0));
  // Those of one row of blocks, channel after channel.
  const coefficients = new Float32Array(channels * 3 * across);
  // Both rows of pixels of a row of blocks, in numbers of one kind whatever the field has: loops over these are compiled best.
  const pair = new Float32Array(4 * across);
  let top = 0;
  return {
    halve({ data, rows, pitch, plane }) {
      const down = rows / 2;
      const means = new Float32Array(channels * down * across);
      for (let y = 0; y < down; y++) {
        const looked = (top + y) % every === 0;
        for (let c = 0; c < channels; c++) {
          for (let i = 0; i < 2; i++) {
            const from = c * plane + (2 * y + i) * pitch;
            pair.set(data.subarray(from, from + 2 * across), i * 2 * across);
          }
          averageRow(pair, { to: (c * down + y) * across, across }, means);
          if (looked) takeCoefficients(pair, { to: c * 3 * across, across }, coefficients);
        }
        if (!looked) continue;
        for (let c = 0; c < channels; c++)
          for (let d = 0; d <= c; d++) sums[at(c, d)]! += product(coefficients, { c, d, length: 3 * across });
      }
      top += down;
      return { data: means, channels, rows: down, columns: across, pitch: across, plane: down * across };
    },
    within() {
      const pixels = 16 * Math.ceil(allDown / every) * across;
      return sums.map((sum) => sum / pixels);
    },
  };
}

/** A row of blocks: how many there are, and where their numbers go. */
interface BlockRow {
  readonly to: number;
  readonly across: number;
}

/** Means of blocks, of the upper and the lower row of their pixels. */
function averageRow(pair: Float32Array, { to, across }: BlockRow, means: Float32Array): void {
  const lower = 2 * across;
  for (let x = 0, i = 0; x < across; x++, i += 2)
    means[to + x] = (pair[i]! + pair[i + 1]! + pair[i + lower]! + pair[i + lower + 1]!) / 4;
}

function takeCoefficients(pair: Float32Array, { to, across }: BlockRow, coefficients: Float32Array): void {
  const lower = 2 * across;
  for (let x = 0, i = 0, k = to; x < across; x++, i += 2, k += 3) {
    const a = pair[i]!;
    const b = pair[i + 1]!;
    const e = pair[i + lower]!;
    const f = pair[i + lower + 1]!;
    coefficients[k] = a + b - e - f;
    coefficients[k + 1] = a - b + e - f;
    coefficients[k + 2] = a - b - e + f;
  }
}

/** The inner product of the `c`-th with the `d`-th of some vectors that stand one after the other; four sums do not wait for each other. */
function product(vectors: Float32Array, { c, d, length }: { c: number; d: number; length: number }): number {
  const [first, apart] = [c * length, (d - c) * length];
  const end = first + length;
  let s = 0;
  let t = 0;
  let u = 0;
  let v = 0;
  let i = first;
  for (; i < end - 3; i += 4) {
    s += vectors[i]! * vectors[i + apart]!;
    t += vectors[i + 1]! * vectors[i + 1 + apart]!;
    u += vectors[i + 2]! * vectors[i + 2 + apart]!;
    v += vectors[i + 3]! * vectors[i + 3 + apart]!;
  }
  for (; i < end; i++) s += vectors[i]! * vectors[i + apart]!;
  return s + t + u + v;
}

/** Means of channels, and their covariances. */
function momentsOf({ data, channels, rows, columns, pitch, plane }: Blocks): {
  readonly means: readonly number[];
  readonly covariances: Covariances;
} {
  const length = rows * columns;
  const centred = new Float32Array(channels * length);
  const means = Array.from({ length: channels }, (_, c) => {
    const own = centred.subarray(c * length, (c + 1) * length);
    for (let y = 0; y < rows; y++)
      own.set(data.subarray(c * plane + y * pitch, c * plane + y * pitch + columns), y * columns);
    const mean = own.reduce((sum, value) => sum + value, 0) / length;
    for (let i = 0; i < length; i++) own[i]! -= mean;
    return mean;
  });
  const covariances = new Float64Array(at(channels, 0));
  for (let c = 0; c < channels; c++)
    for (let d = 0; d <= c; d++) covariances[at(c, d)] = product(centred, { c, d, length }) / length;
  return { means, covariances };
}
