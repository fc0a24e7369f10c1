/** The temperature is part of a model wherever its last layer is computed. */
import { afterAll, describe, expect, it } from 'vitest';
import { findLanes } from '../onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import { buildBags } from './forward.ts';
import { createForwardChain } from './forward-chain.ts';
import { lastLayerScores, probabilityOfScores } from './last-layer.ts';
import { describeModel, encodeModelFile } from './model-file.ts';
import { readModel } from './read-model.ts';
import { blobs, formulaModel } from './testing/simulate.ts';
import { createTiledPrediction } from './tiles/predict-in-tiles.ts';

const pool = createNodeSessionPool({ workers: 1 });
afterAll(() => pool.release());
const lanes = await findLanes(createNodeSession);
const field = blobs(100, 110);
const image = float32(Float32Array.from(field.data), [1, 2, 100, 110]);

async function fileOutputs(model: ReturnType<typeof formulaModel>) {
  const session = await createNodeSession(encodeModelFile(model.parameters, model.about), { threads: 1 });
  const found = await session.run({ image });
  await session.release();
  return found as unknown as Record<'probability' | 'bag' | 'map', { data: Float32Array }>;
}

describe.each(['softmax', 'sigmoid'] as const)('the temperature of a %s', (head) => {
  const plain = formulaModel({ head });
  const hot = formulaModel({ head, temperature: 2.5 });

  it('divides the scores of the last layer in the model file, and changes nothing else', async () => {
    const [before, after] = [await fileOutputs(plain), await fileOutputs(hot)];
    expect(after.bag.data).toEqual(before.bag.data);
    expect(after.map.data).toEqual(before.map.data);
    const scores = lastLayerScores(plain, before.bag.data);
    for (const [k, p] of probabilityOfScores(scores, { head }).entries()) {
      expect(before.probability.data[k]).toBeCloseTo(p, 6);
    }
    for (const [k, p] of probabilityOfScores(scores, { head, temperature: 2.5 }).entries()) {
      expect(after.probability.data[k]).toBeCloseTo(p, 6);
    }
    const largest = ({ data }: { data: Float32Array }) => data.indexOf(Math.max(...data));
    expect(largest(after.probability)).toBe(largest(before.probability));
  });

  it('is read back with the weights that were learned', () => {
    const bytes = encodeModelFile(hot.parameters, hot.about);
    expect(describeModel(bytes, 'm').temperature).toBe(2.5);
    const back = readModel(bytes, 'm');
    expect(back.parameters['fc.weight']!.data).toEqual(plain.parameters['fc.weight']!.data);
    expect(back.about).toEqual(hot.about);
    expect(describeModel(encodeModelFile(plain.parameters, plain.about), 'm').temperature).toBeUndefined();
  });

  it('is in tiles, and in chains of convolutions in blocks', async () => {
    const { probability } = await fileOutputs(hot);
    const tiled = await (await createTiledPrediction(hot, { pool, side: 64 }))(field);
    for (const [k, p] of probability.data.entries()) expect(tiled.probability[k]).toBeCloseTo(p, 5);
    if (!lanes) return;
    const chain = createForwardChain(hot, {
      ...{ images: 1, height: 100, width: 110, lanes, normalization: hot.about.normalization },
      outputs: (instances, { parameters }) => {
        return { probability: buildBags(instances, { ...hot.about, parameters }).probability };
      },
    });
    await pool.load('chain', chain!);
    const found = await pool.run('chain', { image });
    for (const [k, p] of probability.data.entries()) expect(found.probability!.data[k]).toBeCloseTo(p, 5);
  });
});
