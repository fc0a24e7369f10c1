import { describe, expect, it } from 'vitest';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph } from '../onnx/graph.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { conv } from '../onnx/operators/convolution.ts';
import { mul } from '../onnx/operators/elementwise.ts';
import { reduceMean } from '../onnx/operators/reduction.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import { predictFields } from './predict-fields.ts';
import { PREDICTION_SESSION } from './run-model.ts';

/** A model that sees every pixel but those of the first row: their sum divided by the number of all pixels. */
function allButFirstRow(): Uint8Array {
  const graph = createGraph();
  const image = graph.input('image', 'float32', [1, 1, 'H', 'W']);
  const pixelBelow = graph.constant(float32([0, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 3, 3]));
  const row = reduceMean(conv(image, pixelBelow, { pads: 1 }), { axes: [2, 3] });
  return encodeModel(graph, { outputs: { probability: row, bag: mul(row, 2), map: mul(row, 3) } });
}

const data = Float32Array.from([1, 2, 3, 4, 5, 6]);
const field = { data, channels: 1, height: 2, width: 3 };

async function withModel<T>(use: (pool: SessionPool) => Promise<T>): Promise<T> {
  const pool = createNodeSessionPool({ workers: 1 });
  try {
    await pool.load(PREDICTION_SESSION, allButFirstRow());
    return await use(pool);
  } finally {
    await pool.release();
  }
}

async function predict(pool: SessionPool, symmetries: boolean) {
  for await (const { prediction } of predictFields([0], { pool, read: async () => field, symmetries })) {
    return [prediction!.probability[0]!, prediction!.bag[0]!];
  }
  return [];
}

describe('prediction in the eight symmetries', () => {
  it('is the mean over all of them, for fields that are no squares too', async () => {
    await withModel(async (pool) => {
      expect(await predict(pool, false)).toEqual([2.5, 5]);
      // The first row is in turn the top, right, bottom and left edge, each twice.
      const mean = (15 + 12 + 6 + 16) / 6 / 4;
      const [probability, bag] = await predict(pool, true);
      expect(probability).toBeCloseTo(mean, 5);
      expect(bag).toBeCloseTo(2 * mean, 5);
    });
  });
});
