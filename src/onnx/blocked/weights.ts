/** Sizes of kernels whose rows can be combined. */
export type CombinedSize = 3 | 5;

/** Points at which the rows of a kernel are taken for polynomials, besides infinity. */
const POINTS = [0, 1, -1, 2, -2, 0.5, -0.5];

/** Combinations of rows. */
export const COMBINATIONS = POINTS.length + 1;

/** Rows of outputs that they give for a kernel of so many rows. */
export function tileRows(size: CombinedSize): 4 | 6 {
  return size === 3 ? 6 : 4;
}

/**
 * The combinations of a kernel's rows that combinations of the rows of an image are convolved with, `[8, size]`: the rows as the
 * polynomial that they are the coefficients of, at the points and at infinity, over what the combinations of the rows of an
 * image are there (Lagrange).
 */
export function kernelCombinations(size: CombinedSize): readonly (readonly number[])[] {
  const rows = Array.from({ length: size }, (_, row) => row);
  return [
    ...POINTS.map((a) => {
      const scale = POINTS.reduce((product, b) => (a === b ? product : product * (a - b)), 1);
      return rows.map((row) => a ** row / scale);
    }),
    rows.map((row) => (row === size - 1 ? 1 : 0)),
  ];
}

/** Sizes of a convolution's weights `[outputs, inputs, size, size]`, and the channels of a block. */
export interface WeightSizes {
  readonly outputs: number;
  readonly inputs: number;
  readonly size: number;
  readonly lanes: number;
}

/**
 * Weights as the runtime's blocked convolution wants them: `[O / lanes, C / lanes, k, k, lanes of C, lanes of O]`; where
 * there are fewer inputs than lanes, `[O / lanes, C, k, k, lanes of O]`.
 */
export function blockWeights(w: Float32Array, { outputs, inputs, size, lanes }: WeightSizes, into: Float32Array): void {
  const taps = size * size;
  const inner = inputs < lanes ? 1 : lanes;
  let to = 0;
  for (let o = 0; o < outputs; o += lanes) {
    for (let c = 0; c < inputs; c += inner) {
      for (let tap = 0; tap < taps; tap++) {
        for (let i = 0; i < inner; i++) {
          for (let u = 0; u < lanes; u++) into[to++] = w[((o + u) * inputs + c + i) * taps + tap]!;
        }
      }
    }
  }
}

/**
 * The same of the convolution that gives the gradient of the image: inputs and outputs exchanged, turned by 180°. Inputs
 * that do not fill a block are filled up with zeros.
 */
export function blockTurnedWeights(
  w: Float32Array,
  { outputs, inputs, size, lanes }: WeightSizes,
  into: Float32Array,
): void {
  const taps = size * size;
  let to = 0;
  for (let c = 0; c < inputs; c += lanes) {
    for (let o = 0; o < outputs; o += lanes) {
      for (let tap = taps - 1; tap >= 0; tap--) {
        for (let i = 0; i < lanes; i++) {
          for (let u = 0; u < lanes; u++) into[to++] = c + u < inputs ? w[((o + i) * inputs + c + u) * taps + tap]! : 0;
        }
      }
    }
  }
}
