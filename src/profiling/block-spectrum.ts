import { type Kernels, makeKernels } from '../kernels/kernels.ts';
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
  const { channels, height, width } = size;
  const side = 2 ** levels;
  const some = spreadPixels(size, LOOKED_AT);
  // The pixels that the widest blocks cover.
  const [covered, columns] = [height - (height % side), width - (width % side)];
  const { octaves, tops, take, release } = createOctaves({ channels, levels, covered, columns });
  return {
    rows: side,
    add(strip) {
      some.add(strip);
      const { data, height: rows } = strip.image;
      for (let y = 0; y < rows && strip.top + y < covered; y++)
        take((c) => data.subarray((c * rows + y) * width, (c * rows + y) * width + columns));
    },
    result() {
      release();
      const bands = octaves.map(({ within }) => within());
      const { means, covariances: top } = momentsOf(tops, channels);
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

/** Takes the next row of pixels of each channel, in the memory of the loops. */
interface RowTaker {
  /** Where the row of a channel goes (bytes). */
  readonly placeOf: (channel: number) => number;
  /** All of it is there. */
  readonly taken: () => void;
}

/** An octave of a field, whose rows go by one by one. */
interface Octave extends RowTaker {
  /** The mean covariance of the channels within all two by two blocks. */
  readonly within: () => Covariances;
}

/** Bytes of so many numbers, as many at a time as the loops take. */
const bytesOf = (numbers: number) => 4 * 8 * Math.ceil(numbers / 8);

/** All octaves of a field, one on top of the other, and the rows of the means that are left. */
function createOctaves({
  channels,
  levels,
  covered,
  columns,
}: {
  channels: number;
  levels: number;
  /** Rows that the widest blocks cover, and columns. */
  covered: number;
  columns: number;
}) {
  const widths = Array.from({ length: levels + 1 }, (_, level) => columns / 2 ** level);
  const differences = channels * 3 * bytesOf(columns / 2);
  const kernels = makeKernels(widths.reduce((sum, width) => sum + 2 * channels * bytesOf(width), differences));
  let next = differences;
  const placeOfRows = (width: number) => {
    const place = next;
    next += 2 * channels * bytesOf(width);
    return place;
  };
  const tops: Float32Array[] = [];
  const [top, left] = [placeOfRows(widths[levels]!), widths[levels]!];
  const rowAt = (place: number, length: number) => kernels.floats.subarray(place / 4, place / 4 + length);
  const last: RowTaker = {
    placeOf: (c) => top + c * bytesOf(left),
    taken() {
      const row = new Float32Array(channels * left);
      for (let c = 0; c < channels; c++) row.set(rowAt(last.placeOf(c), left), c * left);
      tops.push(row);
    },
  };
  const octaves: Octave[] = [];
  for (let level = levels - 1; level >= 0; level--) {
    const of = { channels, rows: covered / 2 ** level, columns: widths[level]! };
    octaves.unshift(createOctave(of, { kernels, place: placeOfRows(of.columns), passOn: octaves[0] ?? last }));
  }
  const first = octaves[0] ?? last;
  return {
    octaves,
    tops,
    take(rowOf: (channel: number) => Pixels) {
      for (let c = 0; c < channels; c++) kernels.floats.set(rowOf(c), first.placeOf(c) / 4);
      first.taken();
    },
    release: () => kernels.release(),
  };
}

/**
 * Passes on the means of two by two blocks. Of a block a b / e f, the three coefficients of Haar have four times the squares of the
 * four differences from the mean. These stand at the beginning of the memory: they are no longer wanted when the next row comes.
 */
function createOctave(
  { channels, rows, columns }: { readonly channels: number; readonly rows: number; readonly columns: number },
  { kernels, place, passOn }: { kernels: Kernels; place: number; passOn: RowTaker },
): Octave {
  const [down, across] = [rows / 2, columns / 2];
  const every = Math.max(1, Math.floor((down * across) / BLOCKS));
  const sums = new Float64Array(at(channels, 0));
  // Of differences the loop writes four at a time: beyond those there may be some of another octave.
  const [row, third] = [bytesOf(columns), 16 * Math.ceil(across / 4)];
  let taken = 0;
  const upperOf = (c: number) => place + 2 * c * row;
  return {
    placeOf: (c) => upperOf(c) + (taken % 2) * row,
    taken() {
      taken++;
      if (taken % 2 === 1) return;
      for (let c = 0; c < channels; c++) kernels.averageBlocks({ x: upperOf(c), far: row }, passOn.placeOf(c), across);
      if ((taken / 2 - 1) % every === 0) addCovariances();
      passOn.taken();
    },
    within() {
      const pixels = 16 * Math.ceil(down / every) * across;
      return sums.map((sum) => sum / pixels);
    },
  };

  function addCovariances(): void {
    for (let c = 0; c < channels; c++) {
      const b = c * 3 * third;
      kernels.differBlocks({ x: upperOf(c), far: row }, { y: b, apart: third }, across);
      for (let d = 0; d <= c; d++) sums[at(c, d)]! += kernels.product({ a: d * 3 * third, b }, (3 * third) / 4);
    }
  }
}

/** Means of channels, and their covariances, from rows of all of them. */
function momentsOf(
  rows: readonly Float32Array[],
  channels: number,
): { readonly means: readonly number[]; readonly covariances: Covariances } {
  const columns = rows[0]!.length / channels;
  const length = rows.length * columns;
  const centred = new Float32Array(channels * length);
  const means = Array.from({ length: channels }, (_, c) => {
    const own = centred.subarray(c * length, (c + 1) * length);
    for (const [y, row] of rows.entries()) own.set(row.subarray(c * columns, (c + 1) * columns), y * columns);
    let sum = 0;
    for (let i = 0; i < length; i++) sum += own[i]!;
    const mean = sum / length;
    for (let i = 0; i < length; i++) own[i]! -= mean;
    return mean;
  });
  const covariances = new Float64Array(at(channels, 0));
  for (let c = 0; c < channels; c++)
    for (let d = 0; d <= c; d++) covariances[at(c, d)] = product(centred, { c, d, length }) / length;
  return { means, covariances };
}

/** The inner product of the `c`-th with the `d`-th of some vectors that stand one after the other. */
function product(vectors: Float32Array, { c, d, length }: { c: number; d: number; length: number }): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += vectors[c * length + i]! * vectors[d * length + i]!;
  return sum;
}
