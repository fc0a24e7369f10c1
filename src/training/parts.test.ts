import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32 } from '../onnx/tensor.ts';
import { channelMeans, normalizationOf, sumChannels } from '../pixels/channel-sums.ts';
import { createRandom } from '../random.ts';
import { adamStep, initialAdamState, zerosLike } from './adam.ts';
import { averageParameters } from './averaging.ts';
import { drawEpoch, fieldsPerEpoch, fieldWeights, parseBalance } from './balance.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { cellBatches, chunks, epochBatches } from './sampler.ts';
import { epochsAlone, learningRate, settlingEpochs, validatesAfter } from './schedule.ts';
import type { TrainingState } from './state.ts';

describe('Adam', () => {
  it('follows algorithm 1 of Kingma & Ba, with decays of 0.9 and 0.99, computed in float64 beside it', async () => {
    let state = initialAdamState({ w: float32([1, -2, 3], [3]), b: float32([0.5], []) });
    const expected = [1, -2, 3, 0.5];
    const first = [0, 0, 0, 0];
    const second = [0, 0, 0, 0];
    const random = createRandom(1);
    for (let t = 1; t <= 25; t++) {
      const slopes = expected.map(() => random.normal());
      const gradients = { w: float32(slopes.slice(0, 3), [3]), b: float32(slopes.slice(3), []) };
      state = await adamStep({ state, gradients, rate: 0.1 }, initialAdamState(zerosLike(gradients)));
      for (const [i, g] of slopes.entries()) {
        first[i] = 0.9 * first[i]! + 0.1 * g;
        second[i] = 0.99 * second[i]! + 0.01 * g * g;
        expected[i]! -= (0.1 * first[i]!) / (1 - 0.9 ** t) / (Math.sqrt(second[i]! / (1 - 0.99 ** t)) + 1e-8);
      }
    }
    const found = [...state.parameters.w!.data, ...state.parameters.b!.data] as number[];
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 4);
    expect(state.steps).toBe(25);
  });
});

describe('Adam on more numbers than are computed together', () => {
  it('treats each like a parameter of its own, and leaves those it began with', async () => {
    const random = createRandom(2);
    const [count, some] = [40_001, [0, 16_383, 16_384, 40_000]];
    const numbers = () => Float32Array.from({ length: count }, () => random.normal());
    const [begin, slopes] = [numbers(), [numbers(), numbers()]];
    const only = (of: Float32Array) => Float32Array.from(some, (i) => of[i]!);
    const moved = async (pick: (of: Float32Array) => Float32Array) => {
      const before = pick(begin).slice();
      let state = initialAdamState({ w: float32(before, [before.length]) });
      for (const slope of slopes) {
        const gradients = { w: float32(pick(slope), [before.length]) };
        state = await adamStep({ state, gradients, rate: 0.01 }, initialAdamState(zerosLike(gradients)));
      }
      expect(before).toEqual(pick(begin));
      return state.parameters.w!.data as Float32Array;
    };
    expect(only(await moved((of) => of))).toEqual(await moved(only));
  });
});

describe('Adam on a gradient that is no number', () => {
  it('does not hide it, and counts what is next to nothing as nothing', async () => {
    const state = initialAdamState({ w: float32([1, 1, 1], [3]) });
    const gradients = { w: float32([Number.NaN, 1e-31, 1], [3]) };
    const { parameters, first, second } = await adamStep(
      { state, gradients, rate: 0.1 },
      initialAdamState(zerosLike(gradients)),
    );
    for (const { w } of [parameters, first, second]) expect(w!.data[0]).toBeNaN();
    expect([parameters, first, second].map(({ w }) => w!.data[1])).toEqual([1, 0, 0]);
    expect(parameters.w!.data[2]).toBeCloseTo(0.9, 5);
  });
});

describe('Adam with a rate of its own for a parameter', () => {
  it('moves it by that multiple of what it would', async () => {
    const moved = async (multiples: Record<string, number>) => {
      const state = initialAdamState({ w: float32([1], [1]), b: float32([1], [1]) });
      const gradients = { w: float32([0.3], [1]), b: float32([-0.2], [1]) };
      const into = initialAdamState(zerosLike(gradients));
      const { parameters } = await adamStep({ state, gradients, rate: 0.1, multiples }, into);
      return [parameters.w!.data[0] as number, parameters.b!.data[0] as number];
    };
    expect((await moved({}))[1]).toBeCloseTo(1.1, 5);
    const [w, b] = await moved({ b: 3 });
    expect(w).toBeCloseTo(0.9, 5);
    expect(b).toBeCloseTo(1.3, 5);
  });
});

describe('the stages of bags of cells', () => {
  it('begin alone, and are settled when that ends, once more, and at the end, however few the epochs', () => {
    expect([1, 2, 5, 10, 107].map(epochsAlone)).toEqual([0, 1, 3, 7, 74]);
    expect([1, 2, 5, 10, 107].map(settlingEpochs)).toEqual([[1], [1, 2], [3, 4, 5], [7, 8, 10], [74, 90, 107]]);
  });

  it('are validated at equal distances, the end among them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 40 }), (epochs, validations) => {
        const after = Array.from({ length: epochs }, (_, i) => i + 1).filter((epoch) =>
          validatesAfter(epoch, { epochs, validations }),
        );
        expect(after.at(-1)).toBe(epochs);
        expect(after.length).toBeLessThanOrEqual(validations);
        expect(new Set(after.slice(1).map((epoch, i) => epoch - after[i]!)).size).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the learning rate', () => {
  it('stays, or goes up, stays for half of the steps and goes down, never above the rate and never to 0', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 500 }), (total) => {
        const rates = Array.from({ length: total }, (_, step) => learningRate('one-cycle', { step, total, rate: 1 }));
        const [first, last] = [rates.indexOf(1), rates.lastIndexOf(1)];
        expect(Math.abs((last + 1 - first) / total - 0.5)).toBeLessThanOrEqual(1 / total);
        for (const [i, rate] of rates.entries()) {
          if (i > 0 && i < first) expect(rate).toBeGreaterThan(rates[i - 1]!);
          if (i >= first && i <= last) expect(rate).toBe(1);
          if (i > last) expect(rate).toBeLessThan(rates[i - 1]!);
        }
        expect(rates.every((rate) => rate > 0 && rate <= 1)).toBe(true);
        expect(learningRate('constant', { step: total - 1, total, rate: 0.5 })).toBe(0.5);
      }),
    );
  });
});

describe('batches', () => {
  it('hold every field once an epoch, in another order every epoch, the same for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 20 }), fc.nat(), (count, batch, seed) => {
        const targets = Array.from({ length: count }, (_, i) => i % 3);
        const options = { batch, seed, balance: { kind: 'none' } as const };
        const batches = epochBatches(targets, { ...options, epoch: 1 });
        expect(batches.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        expect(batches.every(({ length }, i) => length === batch || i === batches.length - 1)).toBe(true);
        expect(epochBatches(targets, { ...options, epoch: 1 })).toEqual(batches);
        expect(chunks(batches[0]!, 3).flat()).toEqual(batches[0]);
      }),
    );
    const targets = new Array<number>(50).fill(0);
    const options = { batch: 50, seed: 1, balance: { kind: 'none' } as const };
    const [one, two] = [1, 2].map((epoch) => epochBatches(targets, { ...options, epoch })[0]!.join());
    expect(one).not.toBe(two);
  });

  it('of cells alone hold each cell of every field once an epoch, and the first of all before the second of any', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(),
        (count, batch, cellsPerBag, seed) => {
          const groups = Array.from({ length: count }, (_, i) => i % 3);
          const options = { batch, cellsPerBag, seed, epoch: 1, balance: { kind: 'none' } as const };
          const batches = cellBatches(groups, options);
          const drawn = batches.flatMap(({ batch: places, draws }) => places.map((place, i) => [place, draws[i]!]));
          expect(new Set(drawn.map(String)).size).toBe(count * cellsPerBag);
          expect(drawn.map(([, draw]) => draw)).toEqual(drawn.map((_, i) => Math.floor(i / count)));
          expect(batches.every(({ batch: { length } }, i) => length === batch || i === batches.length - 1)).toBe(true);
          expect(cellBatches(groups, options)).toEqual(batches);
        },
      ),
    );
  });
});

describe('balance of the classes', () => {
  const screens = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 80 });

  it('weighs so that every class counts the same, and a field 1 on average', () => {
    fc.assert(
      fc.property(screens, (targets) => {
        const weights = fieldWeights(targets, { kind: 'weights' });
        const classes = [...new Set(targets)];
        for (const of of classes) {
          const share = weights.filter((_, i) => targets[i] === of).reduce((a, b) => a + b);
          expect(share).toBeCloseTo(targets.length / classes.length, 6);
        }
      }),
    );
  });

  it('shows at most as many fields of a class as the cap allows, and all of a large class in time', () => {
    fc.assert(
      fc.property(screens, fc.integer({ min: 1, max: 20 }), fc.nat(), (targets, fields, seed) => {
        const balance = { kind: 'cap', fields } as const;
        const epochs = Array.from({ length: 3 }, (_, i) => drawEpoch(targets, { balance, seed, epoch: i + 1 }));
        for (const shown of epochs) {
          expect(new Set(shown).size).toBe(shown.length);
          expect(shown.length).toBe(fieldsPerEpoch(targets, balance));
          for (const of of new Set(targets)) {
            const available = targets.filter((target) => target === of).length;
            expect(shown.filter((place) => targets[place] === of)).toHaveLength(Math.min(fields, available));
          }
        }
      }),
    );
    const targets = new Array<number>(12).fill(0);
    const balance = { kind: 'cap', fields: 4 } as const;
    const seen = Array.from({ length: 30 }, (_, epoch) => drawEpoch(targets, { balance, seed: 1, epoch })).flat();
    expect(new Set(seen).size).toBe(12);
  });

  it('is read from its name', () => {
    expect(parseBalance('none')).toEqual({ kind: 'none' });
    expect(parseBalance('weights')).toEqual({ kind: 'weights' });
    expect(parseBalance('cap=30')).toEqual({ kind: 'cap', fields: 30 });
    for (const text of ['cap', 'cap=0', 'cap=-1', 'cap=1.5', 'weight', '']) expect(parseBalance(text)).toBeUndefined();
  });
});

describe('the average of the weights', () => {
  it('is the mean of the first steps, then forgets exponentially, and never looks back to the initial values', async () => {
    let average = { w: float32([1000], [1]) } as Parameters<typeof averageParameters>[0];
    const values = [3, 5, 1, 7, 2, 8];
    for (const [i, value] of values.entries()) {
      average = await averageParameters(
        average,
        { w: float32([value], [1]) },
        { keep: 0.75, steps: i + 1, into: average },
      );
      if (i < 4) expect(average.w!.data[0]).toBeCloseTo(values.slice(0, i + 1).reduce((a, b) => a + b) / (i + 1), 5);
    }
    expect(average.w!.data[0]).toBeCloseTo(0.75 * (0.75 * 4 + 0.25 * 2) + 0.25 * 8, 5);
    average = await averageParameters(average, { w: float32([9], [1]) }, { keep: 0, steps: 50, into: average });
    expect(average.w!.data[0]).toBe(9);
  });
});

describe('statistics of the training fields', () => {
  it('are those of all their pixels together, whatever their sizes', () => {
    const fields = [
      { data: Uint16Array.of(1, 2, 3, 4, 10, 10, 10, 10), channels: 2, height: 2, width: 2 },
      { data: Uint16Array.of(60000, 0, 10, 10), channels: 2, height: 1, width: 2 },
    ];
    const sums = fields.map(sumChannels);
    expect(channelMeans(sums[0]!)).toEqual([2.5, 10]);
    const pixels = [1, 2, 3, 4, 60000, 0];
    const mean = pixels.reduce((a, b) => a + b) / 6;
    const { mean: found, deviation } = normalizationOf(sums);
    expect(found[0]).toBeCloseTo(mean, 8);
    expect(deviation[0]).toBeCloseTo(Math.sqrt(pixels.reduce((a, v) => a + (v - mean) ** 2, 0) / 6), 4);
    // A constant channel is not divided by zero.
    expect([found[1], deviation[1]]).toEqual([10, 1]);
  });
});

describe('checkpoints', () => {
  const tensor = (...values: number[]) => ({ 'conv1.weight': float32(values, [2, 1]), b: float32([0.25], [1]) });
  const state: TrainingState = {
    epoch: 3,
    batches: 7,
    tally: { loss: 1.25, correct: 4, fields: 12 },
    adam: { steps: 61, parameters: tensor(1, 2), first: tensor(3, 4), second: tensor(5, 6) },
    average: tensor(7, 8),
    best: { epoch: 2, validation: { loss: 0.5, correct: 9, fields: 10 }, parameters: tensor(9, 10) },
  };

  it('come back as they were, with or without a best epoch', () => {
    expect(decodeCheckpoint(encodeCheckpoint(state), 'f')).toEqual(state);
    expect(decodeCheckpoint(Buffer.from(encodeCheckpoint(state)), 'f')).toEqual(state);
    const young = { ...state, best: undefined };
    expect(decodeCheckpoint(encodeCheckpoint(young), 'f')).toEqual(young);
  });

  it('are refused when cut short anywhere', () => {
    const bytes = encodeCheckpoint(state);
    for (const end of [0, 4, 8, 40, bytes.length - 5]) {
      expect(() => decodeCheckpoint(bytes.slice(0, end), 'state.safetensors')).toThrow(
        /state\.safetensors: the checkpoint/,
      );
    }
  });
});
