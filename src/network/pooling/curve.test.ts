import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeModel } from '../../onnx/encode.ts';
import { createGraph } from '../../onnx/graph.ts';
import { createNodeSession } from '../../onnx/node/session.ts';
import { add } from '../../onnx/operators/elementwise.ts';
import { float32 } from '../../onnx/tensor.ts';
import { hasPoolingCurve, poolingCurve } from './curve.ts';
import { POOLING_NAMES, POOLINGS } from './poolings.ts';

/** The sigmoid of this is 1 in float32, that of its negative no more than 10⁻¹⁷. */
const CERTAIN = 40;
const INSTANCES = 100;

const cases = POOLING_NAMES.filter(hasPoolingCurve).flatMap((pooling) =>
  (POOLINGS[pooling].sharpness ? [1, 2.5, 7.5, 10] : [undefined]).map((sharpness) => ({ pooling, sharpness })),
);

describe.each(cases)('$pooling $sharpness', async ({ pooling, sharpness }) => {
  const graph = createGraph();
  const logits = graph.input('z', 'float32', [1, 1, 1, 'n']);
  const b = graph.input('b', 'float32', [1]);
  const { summary, finish } = POOLINGS[pooling];
  const options = { sharpness: sharpness ?? 0, parameters: { b } };
  const { probability } = finish(summary({ logits, features: logits }, options), options);
  const model = encodeModel(graph, { outputs: { probability, threshold: add(b, 0) } });
  const session = await createNodeSession(model, { threads: 1 });
  afterAll(session.release);

  it('is what the graph of the network computes', async () => {
    for (const threshold of [0.1, 0.5, 0.9]) {
      const curve = poolingCurve({ pooling, sharpness, threshold });
      for (const positive of [0, 1, 7, 50, 93, 100]) {
        const z = Array.from({ length: INSTANCES }, (_, i) => (i < positive ? CERTAIN : -CERTAIN));
        const feeds = { z: float32(z, [1, 1, 1, INSTANCES]), b: float32([threshold], [1]) };
        const { probability: pooled } = await session.run(feeds);
        expect(pooled!.data[0]).toBeCloseTo(curve(positive / INSTANCES), 4);
      }
    }
  });

  it('rises from 0 to 1 and stays between them', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (x, y, threshold) => {
        const curve = poolingCurve({ pooling, sharpness, threshold });
        expect([curve(0), curve(1)]).toEqual([expect.closeTo(0, 12), expect.closeTo(1, 12)]);
        expect(curve(Math.min(x, y))).toBeLessThanOrEqual(curve(Math.max(x, y)) + 1e-12);
        for (const value of [curve(x), curve(y)]) {
          expect(value).toBeGreaterThanOrEqual(-1e-12);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });
});

it('takes Noisy-AND through one half near a threshold in the middle, and there most steeply', () => {
  const curve = poolingCurve({ pooling: 'noisy-and', sharpness: 10, threshold: 0.5 });
  expect(curve(0.5)).toBeCloseTo(0.5, 12);
  const slope = (x: number) => curve(x + 0.01) - curve(x - 0.01);
  for (const x of [0.1, 0.3, 0.7, 0.9]) expect(slope(0.5)).toBeGreaterThan(slope(x));
});

it('has the mean as the generalized mean of r = 1', () => {
  for (const x of [0, 0.2, 0.9]) expect(poolingCurve({ pooling: 'generalized-mean', sharpness: 1 })(x)).toBe(x);
});
