import { afterAll, describe, expect, it } from 'vitest';
import { encodeModelFile } from '../network/model-file.ts';
import { createProfileGraph, PROFILE_OUTPUT } from '../network/profile-graph.ts';
import { blobs, formulaModel } from '../network/testing/simulate.ts';
import type { Chain } from '../onnx/blocked/chain.ts';
import { findLanes } from '../onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import { predictCells } from './predict-cells.ts';
import { predictFields } from './predict-fields.ts';
import { createModelRunner, PREDICTION_SESSION } from './run-model.ts';

const lanes = await findLanes(createNodeSession);
const model = formulaModel();
const pool = createNodeSessionPool({ workers: 2 });
afterAll(() => pool.release());

/** A pool that remembers whether it was given chains. */
function watched(): SessionPool & { readonly loaded: string[] } {
  const loaded: string[] = [];
  return {
    ...pool,
    loaded,
    load(name: string, what: Uint8Array | Chain) {
      loaded.push(what instanceof Uint8Array ? 'graph' : what.kind);
      return pool.load(name, what);
    },
  };
}

async function all<T>(answers: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const answer of answers) found.push(answer);
  return found;
}

function expectClose(found: Float32Array | undefined, expected: Float32Array | undefined): void {
  expect(found!.length).toBe(expected!.length);
  for (const [i, value] of expected!.entries()) expect(Math.abs(found![i]! - value)).toBeLessThan(1e-5);
}

describe('what runs a model', () => {
  const sizes = [100, 64, 130, 71, 100, 64].map((side, i) => blobs(side, side + i, i));

  it('gives fields of any sizes what the model file gives them, in order', async () => {
    await pool.load(PREDICTION_SESSION, encodeModelFile(model.parameters, model.about));
    const expected = await all(predictFields(sizes, { pool, read: async (field) => field }));
    const to = watched();
    const run = createModelRunner(model, { pool: to, lanes });
    const found = await all(predictFields(sizes, { pool: to, run, read: async (field) => field }));
    for (const [i, { prediction }] of found.entries()) {
      expectClose(prediction!.probability, expected[i]!.prediction!.probability);
      expectClose(prediction!.bag, expected[i]!.prediction!.bag);
    }
    expect(new Set(to.loaded)).toEqual(new Set([lanes ? 'forward' : 'graph']));
  });

  it('gives the same where there are no blocks, to the last bit of the graph', async () => {
    const to = watched();
    const run = createModelRunner(model, { pool: to, profile: true });
    await pool.load(PREDICTION_SESSION, createProfileGraph(model));
    const of = (shown: Parameters<typeof predictFields>[1]) => all(predictFields([sizes[0]!], shown as never));
    const read = async () => sizes[0]!;
    const [expected] = await of({ pool, read, profile: true });
    const [found] = await of({ pool: to, read, run, profile: true });
    expect(found!.prediction).toEqual(expected!.prediction);
    expect(found!.prediction!.profile!.length).toBe(1000);
    // Of which there is one for all sizes.
    await all(predictFields(sizes, { pool: to, run, read: async (field) => field }));
    expect(to.loaded).toEqual(['graph']);
  });

  it('gives cells what the model file gives them, however many are left for the last batch', async () => {
    const field = blobs(200, 220);
    const cells = Array.from({ length: 21 }, (_, i) => ({ x: 10 * i, y: 200 - 7 * i }));
    const options = { pool, read: async () => ({ pixels: field, cells }), side: 64, batch: 8, profile: true };
    await pool.load(PREDICTION_SESSION, createProfileGraph(model));
    const expected = await all(predictCells([0], options));
    const run = createModelRunner(model, { pool, lanes, images: 8, profile: true });
    const found = await all(predictCells([0], { ...options, run }));
    expect(found.map(({ cell }) => cell)).toEqual(cells);
    for (const [i, { prediction }] of found.entries()) {
      expectClose(prediction.probability, expected[i]!.prediction.probability);
      expectClose(prediction[PROFILE_OUTPUT], expected[i]!.prediction[PROFILE_OUTPUT]);
    }
  });
});
