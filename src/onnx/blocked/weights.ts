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
