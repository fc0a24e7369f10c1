import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../onnx/encode.ts';
import { createGraph } from '../../onnx/graph.ts';
import { createNodeSession } from '../../onnx/node/session.ts';
import { float32 } from '../../onnx/tensor.ts';
import { createRandom } from '../../random.ts';
import { PAPER_LAYERS } from '../architecture.ts';
import { convolveInt8, isInt8, scaledConvolutions } from './convolve-int8.ts';

const [INPUTS, OUTPUTS, SIDE, KERNEL] = [16, 8, 9, 3];

/** What the runtime gives for an image and weights, and what exact sums of whole numbers give. */
async function convolve(pixels: Float32Array, weights: Float32Array, { from, to }: { from: number; to: number }) {
  const bias = Float32Array.from({ length: OUTPUTS }, (_, i) => 0.1 * (i - 3));
  const graph = createGraph();
  const x = graph.input('x', 'float32', [1, INPUTS, SIDE, SIDE]);
  const weight = graph.constant(float32(weights, [OUTPUTS, INPUTS, KERNEL, KERNEL]));
  const y = convolveInt8(x, { weight, bias: graph.constant(float32(bias, [OUTPUTS])) }, { from, to });
  const session = await createNodeSession(encodeModel(graph, { outputs: { y } }), { threads: 1 });
  const found = (await session.run({ x: float32(pixels, [1, INPUTS, SIDE, SIDE]) })).y!.data as Uint8Array;
  await session.release();
  return { found, expected: exactly(pixels, { weights, bias, from, to }) };
}

function exactly(
  pixels: Float32Array,
  { weights, bias, from, to }: { weights: Float32Array; bias: Float32Array; from: number; to: number },
): number[] {
  const bytes = Array.from(pixels, (value) => Math.min(255, Math.max(0, Math.round(value / from))));
  const length = INPUTS * KERNEL * KERNEL;
  const expected: number[] = [];
  for (let o = 0; o < OUTPUTS; o++) {
    const own = weights.subarray(o * length, (o + 1) * length);
    const scale = Math.max(...own.map(Math.abs)) / 127;
    const whole = Array.from(own, (value) => Math.round(value / scale));
    for (let i = 0; i < SIDE * SIDE; i++) {
      let sum = Math.round(bias[o]! / (scale * from));
      for (let j = 0; j < length; j++) {
        const [c, tap] = [Math.floor(j / KERNEL ** 2), j % KERNEL ** 2];
        const [row, column] = [Math.floor(i / SIDE) + Math.floor(tap / KERNEL) - 1, (i % SIDE) + (tap % KERNEL) - 1];
        if (row < 0 || column < 0 || row >= SIDE || column >= SIDE) continue;
        sum += whole[j]! * bytes[(c * SIDE + row) * SIDE + column]!;
      }
      expected.push(Math.min(255, Math.max(0, (sum * scale * from) / to)));
    }
  }
  return expected;
}

describe('a convolution in whole numbers', () => {
  it('sums products exactly, and rounds once', async () => {
    const random = createRandom(1, 'int8');
    const pixels = Float32Array.from({ length: INPUTS * SIDE * SIDE }, () => 5 * random.uniform());
    const weights = Float32Array.from({ length: OUTPUTS * INPUTS * KERNEL * KERNEL }, () => random.uniform() - 0.5);
    const { found, expected } = await convolve(pixels, weights, { from: 5 / 255, to: 0.03 });
    expect(new Set(found).size).toBeGreaterThan(50);
    for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(0.51);
  });
});

it('is used for all convolutions but the first and the last', () => {
  const names = PAPER_LAYERS.flatMap((layer) =>
    isInt8(layer, PAPER_LAYERS) && layer.kind === 'convolution' ? [layer.name] : [],
  );
  expect(names).toEqual(['conv2', 'conv3', 'conv4', 'conv5', 'conv6']);
  expect(scaledConvolutions(PAPER_LAYERS)).toEqual([...names, 'conv7']);
});
