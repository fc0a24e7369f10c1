import { describe, expect, it } from 'vitest';
import { createChainSession } from '../onnx/blocked/chain-session.ts';
import { findLanes } from '../onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import { predictFields } from '../prediction/predict-fields.ts';
import { createModelRunner } from '../prediction/run-model.ts';
import { PAPER_LAYERS } from './architecture.ts';
import { FOREGROUND, foregroundOf, mapSize } from './foreground.ts';
import { encodeModelFile } from './model-file.ts';
import { initialParameters } from './parameters.ts';
import type { PoolingName } from './pooling/poolings.ts';
import { blobs, formulaModel } from './testing/simulate.ts';
import { createTrainingChain } from './training-chain.ts';
import { createTrainingGraph } from './training-graph.ts';

const lanes = await findLanes(createNodeSession);

describe('the positions that hold cells', () => {
  const of = (x: number, y: number, more = {}) => {
    const seen = { height: 127, width: 191, layers: PAPER_LAYERS, ...more };
    return { kept: [...foregroundOf([{ x, y }], seen)], size: mapSize(seen) };
  };
  const placeOf = (x: number, y: number, more = {}) => {
    const { kept, size } = of(x, y, more);
    expect(kept.filter((one) => one === 1)).toHaveLength(1);
    return [Math.floor(kept.indexOf(1) / size[1]), kept.indexOf(1) % size[1]];
  };

  it('are those in whose middle a cell is the nearest: 31 pixels from the edge, then every 32', () => {
    expect(of(0, 0).size).toEqual([3, 5]);
    expect(placeOf(31, 31)).toEqual([0, 0]);
    expect(placeOf(31 + 15, 31 + 17)).toEqual([1, 0]);
    expect(placeOf(31 + 17, 31 + 15)).toEqual([0, 1]);
    expect(placeOf(31 + 4 * 32, 31 + 2 * 32)).toEqual([2, 4]);
  });

  it('are the outermost ones for cells beyond these', () => {
    expect(placeOf(0, 0)).toEqual([0, 0]);
    expect(placeOf(190, 126)).toEqual([2, 4]);
  });

  it('are as many pixels apart in the field as it is enlarged less', () => {
    expect(of(0, 0, { enlarge: 2, height: 64, width: 96 }).size).toEqual([3, 5]);
    expect(placeOf(15, 15, { enlarge: 2, height: 64, width: 96 })).toEqual([0, 0]);
    expect(placeOf(32, 15, { enlarge: 2, height: 64, width: 96 })).toEqual([0, 1]);
  });

  it('are one for several cells that share it', () => {
    const kept = foregroundOf(
      [
        { x: 30, y: 30 },
        { x: 35, y: 28 },
      ],
      { height: 63, width: 63, layers: PAPER_LAYERS },
    );
    expect([...kept]).toEqual([1]);
  });
});

describe('a model that pools the positions that hold cells', () => {
  const field = blobs(127, 159);
  const everywhere = Array.from({ length: 12 }, (_, i) => ({ x: 31 + 32 * (i % 4), y: 31 + 32 * Math.floor(i / 4) }));
  const cells = [
    { x: 40, y: 100 },
    { x: 120, y: 20 },
  ];
  const answer = async (pooling: PoolingName, { seen, blocks = false }: { seen: typeof cells; blocks?: boolean }) => {
    const model = formulaModel({ pooling, instances: 'foreground' });
    const pool = createNodeSessionPool({ workers: 1 });
    try {
      const run = createModelRunner(model, { pool, profile: true, ...(blocks && { lanes }) });
      const empty = { predicted: 0, probability: new Float32Array(3), bag: new Float32Array(3) };
      const options = { pool, run, read: async () => field, foreground: { cellsOf: () => seen, empty } };
      for await (const { prediction } of predictFields([0], options)) return prediction!;
    } finally {
      await pool.release();
    }
  };

  it('pools these of its maps, and all if all hold some', async () => {
    const model = formulaModel({ pooling: 'mean', instances: 'foreground' });
    const session = await createNodeSession(encodeModelFile(model.parameters, model.about), { threads: 1 });
    const whole = await session.run({ image: float32([...field.data], [1, 2, 127, 159]) });
    await session.release();
    const [all, some] = [await answer('mean', { seen: everywhere }), await answer('mean', { seen: cells })];
    const map = whole.map!.data as Float32Array;
    for (const k of [0, 1, 2]) {
      expect(all!.bag[k]).toBeCloseTo(Number(whole.bag!.data[k]), 5);
      // Row 2 and column 0, and row 0 and column 3, of a map of 3 rows and 4 columns.
      expect(some!.bag[k]).toBeCloseTo((map[12 * k + 8]! + map[12 * k + 3]!) / 2, 5);
    }
    expect(Math.abs(some!.bag[0]! - all!.bag[0]!)).toBeGreaterThan(1e-4);
  });

  it.runIf(lanes)('gives the same as a chain in blocks', async () => {
    const [graph, chain] = [await answer('mean', { seen: cells }), await answer('mean', { seen: cells, blocks: true })];
    for (const name of ['probability', 'bag', 'profile'] as const) {
      for (const [i, value] of [...graph![name]!].entries()) expect(chain![name]![i]).toBeCloseTo(value, 4);
    }
  });

  it('says of a field whose cells are all outside what is said of one without any', async () => {
    expect((await answer('mean', { seen: [{ x: 500, y: 5 }] }))!.bag).toEqual(new Float32Array(3));
  });
});

describe.runIf(lanes)('a training step on the positions that hold cells', () => {
  it.each(['noisy-and', 'generalized-mean', 'attention'] as const)(
    'with %s is the same as a graph and in blocks, and finite where an image has none',
    async (pooling) => {
      const options = {
        ...({
          channels: 2,
          classes: 3,
          pooling,
          sharpness: 5,
          head: 'softmax',
          images: 3,
          height: 95,
          width: 95,
        } as const),
        ...{ withoutDropout: true, withForeground: true },
      };
      const image = Float32Array.from(
        { length: 3 * 2 * 95 * 95 },
        (_, i) => Math.sin(0.37 * i) + Math.cos(0.0051 * i * i),
      );
      const feeds = {
        ...initialParameters(options, 1, 'softmax'),
        image: float32(image, [3, 2, 95, 95]),
        target: float32([1, 0, 0, 0, 1, 0, 0, 0, 0], [3, 3]),
        // The last fills up the batch.
        weight: float32([0.5, 0.5, 0], [3]),
        [FOREGROUND]: float32([1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0], [3, 1, 2, 2]),
      };
      const graph = await createNodeSession(createTrainingGraph(options).model, { threads: 1 });
      const chain = await createChainSession(createTrainingChain(options, lanes!)!.chain, createNodeSession, {});
      const [expected, found] = [await graph.run(feeds), await chain.run(feeds)];
      await Promise.all([graph.release(), chain.release()]);
      for (const [name, { data }] of Object.entries(expected)) {
        const numbers = [...(data as Float32Array)];
        const largest = (values: readonly number[]) =>
          values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
        expect(numbers.every(Number.isFinite), name).toBe(true);
        // An image without weight is not computed in blocks.
        const compared = name === 'probability' ? numbers.slice(0, 6) : numbers;
        const most = largest(numbers);
        const off = largest(compared.map((value, i) => value - Number(found[name]!.data[i])));
        expect(off / most, name).toBeLessThan(2e-4);
      }
    },
  );
});
