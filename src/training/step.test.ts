import { describe, expect, it } from 'vitest';
import { createFeedMaker } from '../onnx/make-feeds.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import type { Image } from '../pixels/pixels.ts';
import { isShared } from '../pixels/shared-memory.ts';
import { writeViews } from '../pixels/view.ts';
import { drawEpoch } from './balance.ts';
import type { TrainingInputs, TrainingOptions } from './inputs.ts';
import { loadBatch } from './load-batch.ts';
import { copyOf, makeRoom } from './rooms.ts';
import { firstState } from './state.ts';
import { step } from './step.ts';

const options: TrainingOptions = {
  network: { channels: 1, classes: 2, pooling: 'mean' },
  ...{ sharpness: 1, head: 'softmax', normalization: { mean: [0], deviation: [1] }, crop: 2, jitter: 0 },
  ...{ balance: { kind: 'none' }, batch: 5, microBatch: 2, epochs: 1, learningRate: 0.1, thresholdRate: 1 },
  ...{ schedule: 'constant', averaging: 0, seed: 7 },
};

/** A "graph" with one parameter: its gradient is the weighted sum of the first pixels, its loss that of the weights. */
const pool: SessionPool = {
  size: 1,
  load: async () => {},
  unload: async () => {},
  release: async () => {},
  run: async (_, feeds) => {
    const { image, weight } = createFeedMaker()(feeds);
    const weights = [...(weight!.data as Float32Array)];
    const stride = image!.data.length / weights.length;
    const slope = weights.reduce((sum, one, i) => sum + one * (image!.data[i * stride] as number), 0);
    return {
      'd.w': float32([slope], [1]),
      loss: float32([weights.reduce((a, b) => a + b)], []),
      // The first of each micro-batch is taken for class 0, the second for class 1.
      probability: float32([0.9, 0.1, 0.2, 0.8], [2, 2]),
    };
  },
};

const inputs = (more: Partial<TrainingInputs> = {}): TrainingInputs => ({
  ...{ options, fields: [], validation: [], pool, read: async () => undefined },
  ...more,
});

describe('a step', () => {
  const values = [1, 2, 4, 8, 16];
  const image = (value: number): Image => ({
    ...{ data: new Uint16Array(4).fill(value), channels: 1, height: 2, width: 2 },
  });
  const given = inputs({
    fields: values.map((_, key) => ({ key, targets: [key % 2] })),
    read: async (key) => image(values[key]!),
  });
  const begin = () => firstState({ w: float32([3], [1]) });
  const take = async (weights: readonly number[]) => {
    const batch = await loadBatch(given, { batch: [0, 1, 2, 3, 4], epoch: 1, weights });
    return step(given, { state: begin(), batch, masks: [], rate: 0.1, into: makeRoom(begin()) });
  };

  it('learns from the gradients of all micro-batches, the last of which is not full', async () => {
    const { adam } = await take([1, 1, 1, 1, 1]);
    // The mean of the values, by Adam's first moment with a decay of 0.9.
    expect(adam.first.w!.data[0]).toBeCloseTo(0.1 * (31 / 5), 5);
    expect(adam.steps).toBe(1);
    expect(adam.parameters.w!.data[0]).toBeCloseTo(3 - 0.1, 5);
  });

  it('weighs each field as it is told, in the gradient and in the loss', async () => {
    const { adam, tally } = await take([0, 0.5, 1, 1.5, 2]);
    expect(adam.first.w!.data[0]).toBeCloseTo(0.1 * ((0.5 * 2 + 4 + 1.5 * 8 + 2 * 16) / 5), 5);
    expect(tally.loss).toBeCloseTo(5, 5);
    expect(tally).toMatchObject({ correct: 5, fields: 5 });
  });

  it('pulls thresholds down where bags are cells, but not while each cell is alone, and keeps them from 0 to 1', async () => {
    const picture = image(1);
    const bags = inputs({
      options: { ...options, batch: 2, cellsPerBag: 1 },
      fields: [0, 1].map((key) => ({ key, targets: [key] })),
      readCells: async () => [picture],
      // A graph that does not care for the threshold.
      pool: { ...pool, run: async (...asked) => ({ ...(await pool.run(...asked)), 'd.b': float32([0, 0, 0], [3]) }) },
    });
    const state = firstState({ w: float32([3], [1]), b: float32([0.5, 0.05, 1], [3]) });
    const thresholds = async (of: TrainingInputs, unused?: ReadonlySet<string>) => {
      const batch = await loadBatch(of, { batch: [0, 1], epoch: 1, weights: [1, 1] });
      const { adam } = await step(of, {
        state,
        batch,
        masks: [],
        rate: 0.1,
        into: makeRoom(state),
        ...(unused && { unused }),
      });
      return [...(adam.parameters.b!.data as Float32Array)].map((value) => Number(value.toFixed(4)));
    };
    expect(await thresholds(bags)).toEqual([0.4, 0, 0.9]);
    expect(await thresholds(bags, new Set(['b']))).toEqual([0.5, 0.05, 1]);
    const ofFields = { ...bags, options: { ...bags.options, cellsPerBag: undefined }, read: async () => picture };
    expect(await thresholds({ ...ofFields, readCells: undefined })).toEqual([0.5, 0.05, 1]);
  });

  it('makes plates alike before anything else', async () => {
    const plate = (key: number) => [{ gain: 1 + (key % 2), shift: 3 }];
    const batch = await loadBatch({ ...given, plate }, { batch: [0, 1, 2, 3, 4], epoch: 1, weights: [1, 1, 1, 1, 1] });
    const seen = batch.parts.flatMap(({ views }) => {
      const all = new Float32Array(4 * views.length);
      writeViews(views, all);
      return [...all];
    });
    expect(seen.filter((_, i) => i % 4 === 0)).toEqual([4, 7, 7, 19, 19]);
  });

  it('shares with the workers what these read, and nothing with them that is only kept', async () => {
    const { adam, average } = await take([1, 1, 1, 1, 1]);
    const shared = [adam.parameters, average, adam.first, adam.second].map(({ w }) => isShared(w!.data));
    expect(shared).toEqual([true, true, false, false]);
    expect(isShared(copyOf(average).w!.data)).toBe(false);
  });

  it('changes nothing but the count of batches where no field could be read', async () => {
    const state = begin();
    const lost = inputs({ fields: given.fields });
    const batch = await loadBatch(lost, { batch: [0, 1], epoch: 1, weights: [1, 1] });
    const after = await step(lost, { state, batch, masks: [], rate: 0.1, into: makeRoom(state) });
    expect(after).toEqual({ ...state, batches: 1 });
  });
});

describe('what a seed shows', () => {
  it('is the same in every version, so that a recorded training can be repeated', async () => {
    const ramp: Image = {
      ...{ data: Uint16Array.from({ length: 64 }, (_, i) => i), channels: 1, height: 8, width: 8 },
    };
    const given = inputs({
      options: { ...options, microBatch: 3 },
      fields: [0, 1, 2].map((key) => ({ key, targets: [0] })),
      read: async () => ramp,
    });
    const { parts } = await loadBatch(given, { batch: [0, 1, 2], epoch: 2, weights: [1, 1, 1] });
    const seen = new Float32Array(12);
    writeViews(parts[0]!.views, seen);
    // Crops of 2 × 2 neighbours at (0, 0), (4, 1) and (4, 1) in rows of 8, in three of the eight symmetries.
    expect([...seen]).toEqual([8, 9, 0, 1, 41, 33, 42, 34, 42, 34, 41, 33]);
    const order = drawEpoch(new Array(8).fill(0), { balance: { kind: 'none' }, seed: 1, epoch: 2 });
    expect(order).toEqual([3, 1, 4, 2, 6, 0, 7, 5]);
  });
});

describe('cells of which each is a bag by itself', () => {
  it('are drawn in turn, in another order in every epoch, and anew when all were shown', async () => {
    // Each cell is of one colour, its number.
    const cell = (value: number): Image => ({
      data: new Uint16Array(16).fill(value),
      channels: 1,
      height: 4,
      width: 4,
    });
    const cells = Array.from({ length: 7 }, (_, i) => cell(i));
    const given = inputs({
      options: { ...options, microBatch: 4, cellsPerBag: 1 },
      fields: [{ key: 0, targets: [0] }],
      readCells: async () => cells,
    });
    const shown = async (epoch: number) => {
      const draws = Array.from({ length: 14 }, (_, i) => i);
      const { parts } = await loadBatch(given, { batch: draws.map(() => 0), draws, epoch, weights: [1] });
      return parts.flatMap(({ views }) => views.map(({ image }) => image.data[0]!));
    };
    const orders = await Promise.all([1, 2, 3].map(shown));
    for (const order of orders) {
      expect([...order.slice(0, 7)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(order.slice(7)).toEqual(order.slice(0, 7));
    }
    expect(new Set(orders.map(String)).size).toBeGreaterThan(1);
  });
});

describe('crops of fields of which only positions that hold cells are pooled', () => {
  const side = 64;
  const crops = { ...options, crop: side, batch: 2, microBatch: 2 };
  const image = (cell: { x: number; y: number }): Image => {
    const data = new Uint16Array(200 * 180);
    data[cell.y * 200 + cell.x] = 1;
    return { data, channels: 1, height: 180, width: 200 };
  };
  const cells = [
    { x: 150, y: 20 },
    { x: 7, y: 170 },
  ];
  const given = (more: Partial<TrainingInputs> = {}) =>
    inputs({
      options: crops,
      fields: cells.map((_, key) => ({ key, targets: [key] })),
      read: async (key) => image(cells[key]!),
      cellsOf: (key) => [cells[key]!],
      ...more,
    });

  it('hold a cell, and know where it is in them', async () => {
    for (let epoch = 1; epoch <= 10; epoch++) {
      const { parts, size } = await loadBatch(given(), { batch: [0, 1], epoch, weights: [1, 1] });
      expect(size).toBe(2);
      for (const { views, cells: found } of parts) {
        for (const [i, view] of views.entries()) {
          const pixels = new Float32Array(side * side);
          writeViews([view], pixels);
          expect(found![i]).toHaveLength(1);
          const [{ x, y }] = found![i] as [{ x: number; y: number }];
          expect(pixels[y * side + x]).toBe(1);
        }
      }
    }
  });

  it('are not drawn of fields without a cell, and the network is told which positions have one', async () => {
    const none = given({ cellsOf: (key) => (key === 0 ? [] : [cells[1]!]) });
    const batch = await loadBatch(none, { batch: [0, 1], epoch: 1, weights: [1, 1] });
    expect(batch.size).toBe(1);
    const fed: Record<string, unknown>[] = [];
    const watching: SessionPool = {
      ...pool,
      run: async (name, feeds) => {
        fed.push(feeds);
        return pool.run(name, feeds);
      },
    };
    const state = firstState({ w: float32([3], [1]) });
    await step({ ...none, pool: watching }, { state, batch, masks: [], rate: 0.1, into: makeRoom(state) });
    // The map of a crop of 64 pixels has one position; the second image of the micro-batch is none.
    expect(fed[0]!.foreground).toEqual(float32([1, 0], [2, 1, 1, 1]));
  });
});
