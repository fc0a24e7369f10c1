/** Points at which the rows of a kernel are taken for polynomials, besides infinity. */
const POINTS = [0, 1, -1, 2, -2, 0.5, -0.5];

/** Combinations of rows that stand for a kernel of this many rows, in {@link blockRowWeights}. */
export const COMBINATIONS = POINTS.length + 1;
export const COMBINED_ROWS = 5;
/** Rows of outputs that they give. */
export const TILE_ROWS = 4;

/**
 * The rows of a kernel as the polynomial that they are the coefficients of, at the points and at infinity, over what the
 * combinations of the rows of an image are there (Lagrange): `[8, 5]`.
 */
const KERNEL_COMBINATIONS = [
  ...POINTS.map((a) => {
    const scale = POINTS.reduce((product, b) => (a === b ? product : product * (a - b)), 1);
    return Array.from({ length: COMBINED_ROWS }, (_, row) => a ** row / scale);
  }),
  [0, 0, 0, 0, 1],
];

/**
 * Weights `[O, C, 5, 5]` as eight convolutions of one row, for combinations of rows: in the layout of {@link blockWeights},
 * one after the other. If `turned`, those of the gradient of the image: inputs and outputs exchanged, turned by 180°.
 */
export function blockRowWeights(
  w: Float32Array,
  { outputs, inputs, lanes, turned }: { outputs: number; inputs: number; lanes: number; turned: boolean },
  into: Float32Array,
): void {
  const [to, from] = turned ? [inputs, outputs] : [outputs, inputs];
  const size = COMBINED_ROWS;
  let next = 0;
  for (const combination of KERNEL_COMBINATIONS) {
    for (let o = 0; o < to; o += lanes) {
      for (let c = 0; c < from; c += lanes) {
        for (let column = 0; column < size; column++) {
          for (let i = 0; i < lanes; i++) {
            for (let u = 0; u < lanes; u++) {
              const [output, input] = turned ? [c + i, o + u] : [o + u, c + i];
              const start = (output * inputs + input) * size * size;
              let sum = 0;
              for (let row = 0; row < size; row++) {
                const tap = row * size + column;
                sum += combination[row]! * w[start + (turned ? size * size - 1 - tap : tap)]!;
              }
              into[next++] = sum;
            }
          }
        }
      }
    }
  }
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
