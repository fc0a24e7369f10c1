import { describe, expect, it } from 'vitest';
import { encodeModel } from '../onnx/encode.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import type { Image } from '../pixels/pixels.ts';
import { predictFields } from '../prediction/predict-fields.ts';
import { PREDICTION_SESSION } from '../prediction/run-model.ts';
import { buildForward } from './forward.ts';
import { encodeModelFile, type ModelDescription } from './model-file.ts';
import { parameterShapes } from './parameters.ts';
import { createProfileGraph, profileLength } from './profile-graph.ts';
import type { NetworkModel } from './read-model.ts';
import { blobs, formulaModel } from './testing/simulate.ts';
import { createTiledPrediction } from './tiles/predict-in-tiles.ts';

async function outputsOf(graph: Uint8Array, { data, channels, height, width }: Image, parameters = {}) {
  const session = await createNodeSession(graph, { threads: 1 });
  const image = float32(Float32Array.from(data), [1, channels, height, width]);
  const result = await session.run({ image, ...parameters });
  await session.release();
  return result;
}

/** The mean of each feature map, summed here, of a graph that has the parameters as inputs and all maps as output. */
async function independentProfile({ about, parameters }: NetworkModel, field: Image): Promise<number[]> {
  const { classes, channels, pooling } = about;
  const graph = createGraph();
  const image = graph.input('image', 'float32', ['N', channels.length, 'H', 'W']);
  const inputs: Record<string, Value> = {};
  for (const [name, shape] of Object.entries(
    parameterShapes({ classes: classes.length, channels: channels.length, pooling }),
  )) {
    inputs[name] = graph.input(name, 'float32', shape);
  }
  const { features } = buildForward(image, { ...about, parameters: inputs });
  const { maps } = await outputsOf(encodeModel(graph, { outputs: { maps: features } }), field, parameters);
  const [, count, rows, columns] = maps!.shape as [number, number, number, number];
  const values = maps!.data as Float32Array;
  return Array.from({ length: count }, (_, k) => {
    const map = values.subarray(k * rows * columns, (k + 1) * rows * columns);
    return map.reduce((sum, value) => sum + value, 0) / map.length;
  });
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  const largest = Math.max(...Array.from(expected, Math.abs));
  expect(found.length).toBe(expected.length);
  for (let k = 0; k < expected.length; k++) {
    expect(Math.abs(found[k]! - expected[k]!), `${k}`).toBeLessThan(1e-5 * largest);
  }
}

const variants: readonly Partial<ModelDescription>[] = [
  {},
  { pooling: 'attention', head: 'sigmoid' },
  { enlarge: 2 },
  { normalization: { mean: [0, 0], deviation: [1, 1], scope: 'field' } },
];

describe('a profile', () => {
  it.each(variants)('is the mean of each feature map after its ReLU, in tiles too: %j', async (changes) => {
    const model = formulaModel(changes);
    const field = blobs(150, 203);
    const expected = await independentProfile(model, field);
    expect(expected).toHaveLength(profileLength(model));
    expect(Math.min(...expected)).toBeGreaterThanOrEqual(0);
    const { profile, probability, bag } = await outputsOf(createProfileGraph(model), field);
    expectClose(profile!.data as Float32Array, expected);
    const plain = await outputsOf(encodeModelFile(model.parameters, model.about), field);
    expectClose(probability!.data as Float32Array, plain.probability!.data as Float32Array);
    expectClose(bag!.data as Float32Array, plain.bag!.data as Float32Array);
    const pool = createNodeSessionPool({ workers: 2 });
    const tiled = await (await createTiledPrediction(model, { pool, side: 32, profile: true }))(field);
    await pool.release();
    expectClose(tiled.profile!, expected);
  });

  it('is that of one instance where a field has no more, and the mean of eight views with symmetries', async () => {
    const model = formulaModel();
    const small = blobs(64, 64);
    const pool = createNodeSessionPool({ workers: 1 });
    await pool.load(PREDICTION_SESSION, createProfileGraph(model));
    const profileOf = async (symmetries: boolean) => {
      for await (const { prediction } of predictFields([small], {
        ...{ pool, symmetries, profile: true },
        read: async (field) => field,
      })) {
        return prediction!.profile!;
      }
      return new Float32Array();
    };
    expectClose(await profileOf(false), await independentProfile(model, small));
    const mean = new Float64Array(profileLength(model));
    const seen = (turns: number, reflected: boolean): Image => {
      const data = new Uint16Array(small.data.length);
      for (let channel = 0; channel < 2; channel++) {
        for (let row = 0; row < 64; row++) {
          for (let column = 0; column < 64; column++) {
            let [r, c] = [row, reflected ? 63 - column : column];
            for (let turn = 0; turn < turns; turn++) [r, c] = [63 - c, r];
            data[(channel * 64 + r) * 64 + c] = small.data[(channel * 64 + row) * 64 + column]!;
          }
        }
      }
      return { ...small, data };
    };
    for (const reflected of [false, true]) {
      for (let turns = 0; turns < 4; turns++) {
        for (const [k, value] of (await independentProfile(model, seen(turns, reflected))).entries()) {
          mean[k]! += value / 8;
        }
      }
    }
    expectClose(await profileOf(true), mean);
    await pool.release();
  });

  it('of a field without any structure does not depend on its size but for its rim', async () => {
    const model = formulaModel();
    const flat = (side: number): Image => ({
      ...{ channels: 2, height: side, width: side },
      data: new Uint16Array(2 * side * side).fill(700),
    });
    // Zeros beyond the edge change the outer two instances; within, all are alike, so larger fields come nearer to them.
    const [small, large, largest] = await Promise.all(
      [256, 512, 1024].map(async (side) => independentProfile(model, flat(side))),
    );
    const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((v, k) => v - b[k]!));
    expect(distance(large!, largest!)).toBeLessThan(0.7 * distance(small!, large!));
  });
});
