import type { CreateSession } from '../session.ts';
import { float32 } from '../tensor.ts';
import { blockedConvolution } from './convolution.ts';
import { blockWeights } from './weights.ts';

const [CHANNELS, SIDE, SIZE] = [32, 4, 3];

/**
 * How many channels this runtime puts into a block on this processor: 16 with AVX-512, 8 with AVX2; undefined where it
 * has no blocked convolution, or where that gives wrong numbers. A tiny convolution tells.
 */
export async function findLanes(createSession: CreateSession): Promise<8 | 16 | undefined> {
  const numbers = (count: number, step: number) =>
    Float32Array.from({ length: count }, (_, i) => ((i * step) % 17) / 8 - 1);
  const x = numbers(CHANNELS * SIDE * SIDE, 5);
  const w = numbers(CHANNELS * CHANNELS * SIZE * SIZE, 7);
  const expected = convolve(x, w);
  try {
    const model = blockedConvolution({
      image: [CHANNELS, SIDE, SIDE],
      weights: [CHANNELS, CHANNELS, SIZE, SIZE],
      sides: 0,
    });
    const session = await createSession(model, { threads: 1 });
    try {
      for (const lanes of [16, 8] as const) {
        const weights = new Float32Array(w.length);
        blockWeights(w, { outputs: CHANNELS, inputs: CHANNELS, size: SIZE, lanes }, weights);
        const { y } = await session.run({
          x: float32(toBlocks(x, SIDE * SIDE, lanes), [1, CHANNELS, SIDE, SIDE]),
          w: float32(weights, [CHANNELS, CHANNELS, SIZE, SIZE]),
        });
        const wanted = toBlocks(expected, (SIDE - SIZE + 1) ** 2, lanes);
        if (wanted.every((value, i) => Math.abs(value - (y!.data[i] as number)) < 1e-3)) return lanes;
      }
    } finally {
      await session.release();
    }
  } catch {
    // The runtime doesn't know the operator.
  }
  return undefined;
}

function toBlocks(x: Float32Array, pixels: number, lanes: number): Float32Array {
  const blocked = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const [channel, pixel] = [Math.floor(i / pixels), i % pixels];
    blocked[(Math.floor(channel / lanes) * pixels + pixel) * lanes + (channel % lanes)] = x[i]!;
  }
  return blocked;
}

/** The same by loops, without padding. */
function convolve(x: Float32Array, w: Float32Array): Float32Array {
  const side = SIDE - SIZE + 1;
  return Float32Array.from({ length: CHANNELS * side * side }, (_, i) => {
    const [o, row, column] = [Math.floor(i / side / side), Math.floor(i / side) % side, i % side];
    let sum = 0;
    for (let c = 0; c < CHANNELS; c++) {
      for (let tap = 0; tap < SIZE * SIZE; tap++) {
        const at = (c * SIDE + row + Math.floor(tap / SIZE)) * SIDE + column + (tap % SIZE);
        sum += x[at]! * w[(o * CHANNELS + c) * SIZE * SIZE + tap]!;
      }
    }
    return sum;
  });
}
