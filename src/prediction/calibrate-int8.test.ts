import { afterAll, describe, expect, it } from 'vitest';
import { encodeModelFile } from '../network/model-file.ts';
import { type NetworkModel, readModel } from '../network/read-model.ts';
import { blobs, formulaModel } from '../network/testing/simulate.ts';
import { createTiledPrediction } from '../network/tiles/predict-in-tiles.ts';
import { findLanes } from '../onnx/blocked/find-lanes.ts';
import { decodeModel } from '../onnx/decode.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import type { Image } from '../pixels/pixels.ts';
import { calibrateInt8 } from './calibrate-int8.ts';
import { calibrationPictures } from './calibration-pictures.ts';
import { predictFields } from './predict-fields.ts';
import { createModelRunner } from './run-model.ts';

const lanes = await findLanes(createNodeSession);
const pool = createNodeSessionPool({ workers: 2 });
afterAll(() => pool.release());
const fields = [131, 160, 202].map((side, i) => blobs(side, side + i, i));

async function quantized(model: NetworkModel): Promise<NetworkModel> {
  const pictures = async function* () {
    yield undefined;
    for (const field of fields) yield calibrationPictures(field, model.about);
  };
  const int8 = await calibrateInt8(model, { pool, pictures: pictures() });
  expect(int8!.fields).toBe(fields.length);
  return readModel(encodeModelFile(model.parameters, { ...model.about, int8 }), 'model.int8.onnx');
}

async function predicted(model: NetworkModel, shown: readonly Image[], to: SessionPool = pool): Promise<number[][]> {
  const found: number[][] = [];
  const run = createModelRunner(model, { pool: to, lanes });
  for await (const { prediction } of predictFields(shown, { pool: to, run, read: async (field) => field }))
    found.push([...prediction!.probability, ...prediction!.bag]);
  return found;
}

describe('a model in whole numbers', () => {
  it('says nearly what the model in floats says, but not the same', async () => {
    const model = formulaModel();
    const int8 = await quantized(model);
    const [floats, bytes] = [await predicted(model, fields), await predicted(int8, fields)];
    const differences = floats.flatMap((of, i) => of.map((value, j) => Math.abs(value - bytes[i]![j]!)));
    expect(Math.max(...differences)).toBeLessThan(0.01);
    expect(Math.max(...differences)).toBeGreaterThan(1e-6);
  });

  it('keeps the weights in floats, and convolves in bytes all but the first and the last time', async () => {
    const model = formulaModel();
    const { about, parameters } = await quantized(model);
    for (const [name, { data }] of Object.entries(model.parameters))
      expect(Buffer.compare(Buffer.from(parameters[name]!.data.buffer), Buffer.from(data.buffer)), name).toBe(0);
    const { nodes } = decodeModel(encodeModelFile(parameters, about));
    const kinds = nodes.flatMap(({ opType }) => (opType.endsWith('Conv') ? [opType] : []));
    expect(kinds).toEqual(['Conv', ...new Array(kinds.length - 2).fill('QLinearConv'), 'Conv']);
    expect(Object.keys(about.int8!.activations)).toHaveLength(kinds.length - 1);
  });

  it('says the same of a field in tiles, to the rounding of bytes', async () => {
    const int8 = await quantized(formulaModel());
    const field = blobs(261, 293);
    const [whole] = await predicted(int8, [field]);
    const { probability, bag } = await (await createTiledPrediction(int8, { pool, side: 64 }))(field);
    for (const [i, value] of [...probability, ...bag].entries())
      expect(Math.abs(value - whole![i]!)).toBeLessThan(1e-3);
  });

  it('is computed in floats where the processor sums whole numbers inexactly', async () => {
    const model = formulaModel();
    const int8 = await quantized(model);
    // What the trial gives where pairs of products do not fit into 16 bits.
    const inexact: SessionPool = {
      ...pool,
      async run(...asked) {
        const found = await pool.run(...asked);
        return found.y?.type === 'uint8'
          ? { y: { ...found.y, data: new Uint8Array(found.y.data.length).fill(101) } }
          : found;
      },
    };
    const floats = await predicted(model, fields);
    expect(await predicted(int8, fields, inexact)).toEqual(floats);
    expect(await predicted(int8, fields)).not.toEqual(floats);
    const field = blobs(261, 293);
    const tiles = async (of: NetworkModel, to: SessionPool) =>
      (await createTiledPrediction(of, { pool: to, side: 64 }))(field);
    expect((await tiles(int8, inexact)).bag).toEqual((await tiles(model, pool)).bag);
  });

  it('has no scales without a picture', async () => {
    const none = async function* () {};
    expect(await calibrateInt8(formulaModel(), { pool, pictures: none() })).toBeUndefined();
  });
});

describe('what a model is shown of a field', () => {
  const big = { data: new Uint8Array(2 * 1500 * 1300), channels: 2, height: 1500, width: 1300 };

  it('is its middle, of a thousand pixels a side at most', () => {
    const { views, shape } = calibrationPictures(big, formulaModel().about);
    expect(shape).toEqual([1, 2, 1024, 1024]);
    expect(views[0]!.box).toMatchObject({ top: 224, left: 128 });
    expect(calibrationPictures(fields[0]!, formulaModel().about).shape.slice(2)).toEqual([131, 131]);
  });

  it('is squares inside of it, for a model of cells', () => {
    const { views, shape } = calibrationPictures(big, { ...formulaModel().about, cellSize: 96 });
    expect(shape).toEqual([64, 2, 96, 96]);
    const places = new Set(views.map(({ box }) => `${box!.top} ${box!.left}`));
    expect(places.size).toBe(64);
    for (const { box } of views) expect(box!.top + 96 <= 1500 && box!.left + 96 <= 1300).toBe(true);
  });
});
