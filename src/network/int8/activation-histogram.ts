/** Bits of a float32 that are not told apart: 7 of its fraction are, so that numbers of a bin differ by less than 1 %. */
const DROPPED_BITS = 16;
/** Those of finite numbers. */
const BINS = 0x7f80_0000 >>> DROPPED_BITS;
/** Whole numbers that a byte has. */
const LARGEST = 255;
/** Scales that are tried, down to this share of the one that reaches the largest number. */
const TRIED = 200;
const LEAST_SHARE = 0.05;

/** Counts how often activations have which size, on a scale with as many bins for small numbers as for large ones. */
export interface ActivationHistogram {
  /** Takes numbers, none of which is negative. */
  readonly add: (activations: Float32Array) => void;
  /** What 1 stands for in bytes from 0 to 255 so that the mean square of the errors is least. */
  readonly scale: () => number;
}

export function createActivationHistogram(): ActivationHistogram {
  const counts = new Float64Array(BINS);
  return {
    add(activations) {
      const bits = new Uint32Array(activations.buffer, activations.byteOffset, activations.length);
      // Zero is exact with every scale.
      for (const of of bits) counts[of >>> DROPPED_BITS]!++;
      counts[0] = 0;
    },
    scale: () => bestScale(counts),
  };
}

/** The middle of the numbers of a bin. */
function middleOf(bin: number): number {
  const middle = new Uint32Array([(bin << DROPPED_BITS) + 2 ** (DROPPED_BITS - 1)]);
  return new Float32Array(middle.buffer)[0]!;
}

/** Tries ranges of bytes: numbers beyond are cut off, those within are rounded. */
function bestScale(counts: Float64Array): number {
  const seen = [...counts.keys()].filter((bin) => counts[bin]! > 0);
  const values = seen.map(middleOf);
  const largest = values.at(-1);
  // A layer that never answers.
  if (largest === undefined) return 1;
  let [best, least] = [1, Infinity];
  for (let i = 0; i < TRIED; i++) {
    const scale = Math.fround((largest * LEAST_SHARE ** (i / (TRIED - 1))) / LARGEST);
    const error = squaredError(values, { counts: seen.map((bin) => counts[bin]!), scale });
    if (error < least) [best, least] = [scale, error];
  }
  return best;
}

function squaredError(
  values: readonly number[],
  { counts, scale }: { counts: readonly number[]; scale: number },
): number {
  let sum = 0;
  for (const [i, value] of values.entries()) {
    const error = Math.min(LARGEST, Math.round(value / scale)) * scale - value;
    sum += counts[i]! * error * error;
  }
  return sum;
}
