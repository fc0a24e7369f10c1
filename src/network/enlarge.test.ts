import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph } from '../onnx/graph.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { float32 } from '../onnx/tensor.ts';
import { checkGradients } from '../onnx/testing/gradient-check.ts';
import { enlarge } from './enlarge.ts';

async function enlarged(data: readonly number[], shape: readonly [number, number, number, number], factor: number) {
  const graph = createGraph();
  const image = graph.input('image', 'float32', ['N', shape[1], 'H', 'W']);
  const session = await createNodeSession(encodeModel(graph, { outputs: { y: enlarge(image, factor) } }), {
    threads: 1,
    strict: true,
  });
  const { y } = await session.run({ image: float32(data, shape) });
  await session.release();
  return y!;
}

it('enlarges every channel by itself, corners staying corners, and is exact on any quadratic away from the edge', async () => {
  const numbers = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(numbers, fc.integer({ min: 2, max: 4 }), async (coefficients, factor) => {
      const [height, width] = [8, 9];
      const value = (channel: number, y: number, x: number) => {
        const [a, b, c, d, e, f] = coefficients.slice(6 * channel) as [number, number, number, number, number, number];
        return a + b * y + c * x + d * y * y + e * x * x + f * x * y;
      };
      const data = [0, 1].flatMap((channel) =>
        Array.from({ length: height * width }, (_, i) => value(channel, Math.floor(i / width), i % width)),
      );
      const { shape, data: found } = await enlarged(data, [1, 2, height, width], factor);
      expect(shape).toEqual([1, 2, factor * height, factor * width]);
      for (let channel = 0; channel < 2; channel++) {
        for (let row = 2 * factor; row < (height - 2) * factor; row++) {
          for (let column = 2 * factor; column < (width - 2) * factor; column++) {
            const place = (channel * factor * height + row) * factor * width + column;
            const [y, x] = [(row + 0.5) / factor - 0.5, (column + 0.5) / factor - 0.5];
            expect(Math.abs((found[place] as number) - value(channel, y, x))).toBeLessThan(1e-4);
          }
        }
      }
    }),
    { numRuns: 12 },
  );
});

it('leaves an image as it is that is enlarged once', async () => {
  const { data } = await enlarged([1, 2, 3, 4], [1, 1, 2, 2], 1);
  expect([...data]).toEqual([1, 2, 3, 4]);
});

it('hands the gradient of its pixels back', async () => {
  await checkGradients({ of: (_g, x) => enlarge(x!, 2), at: [[1, 2, 3, 4]] });
});
