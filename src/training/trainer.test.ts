import { afterAll, describe, expect, it } from 'vitest';
import type { Layer } from '../network/architecture.ts';
import { findLanes } from '../onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import type { Image } from '../pixels/pixels.ts';
import { createRandom } from '../random.ts';
import type { TrainingInputs } from './inputs.ts';
import type { TrainingState } from './state.ts';
import { type TrainingEvent, train } from './trainer.ts';

const lanes = await findLanes(createNodeSession);

/** A network like that of the paper, but small enough to train in a test. */
const layers: readonly Layer[] = [
  { kind: 'average-pooling', dropout: 0 },
  { kind: 'convolution', name: 'conv1', outputs: 8, size: 3, dropout: 0 },
  { kind: 'max-pooling', dropout: 0.2 },
  { kind: 'convolution', name: 'conv6', outputs: 16, size: 1, dropout: 0.3 },
  { kind: 'convolution', name: 'conv7', outputs: 'classes', size: 1, dropout: 0 },
];

/** Stripes in either direction for class 0, and a chequerboard for class 1; equally bright. */
function texture(target: number, key: number): Image {
  const random = createRandom(3, 'texture', key);
  const lying = random.integer(2) === 1;
  const data = Uint16Array.from({ length: 24 * 24 }, (_, i) => {
    const [x, y] = [i % 24, Math.floor(i / 24)];
    const [u, v] = [Math.floor(x / 3) % 2, Math.floor(y / 3) % 2];
    const bright = target === 0 ? (lying ? u : v) : u ^ v;
    return 1000 + 400 * bright + 80 * random.normal();
  });
  return { data, channels: 1, height: 24, width: 24 };
}

const fields = Array.from({ length: 22 }, (_, key) => ({ key, targets: [key % 2] }));
const pixels = fields.map(({ targets: [target], key }) => texture(target!, key));

/** Pools by their number of workers, used by one training after the other. */
const pools = new Map<number, SessionPool>();
afterAll(() => Promise.all([...pools.values()].map((pool) => pool.release())));

function poolOf(workers: number): SessionPool {
  const pool = pools.get(workers) ?? createNodeSessionPool({ workers });
  pools.set(workers, pool);
  return pool;
}

async function run({
  workers = 1,
  epochs = 3,
  stopAfter,
  state,
  unreadable,
  validation = fields.slice(16),
  more = {},
  onRead = () => {},
}: {
  workers?: number;
  epochs?: number;
  stopAfter?: number;
  state?: TrainingState | undefined;
  unreadable?: number;
  validation?: TrainingInputs['validation'];
  more?: Partial<Omit<TrainingInputs, 'options'>> & { options?: Partial<TrainingInputs['options']> };
  onRead?: (key: number, epoch: number | undefined) => void;
} = {}): Promise<TrainingEvent[]> {
  const pool = poolOf(workers);
  const events: TrainingEvent[] = [];
  const options: TrainingInputs['options'] = {
    network: { channels: 1, classes: 2, pooling: 'noisy-and', layers },
    sharpness: 10,
    head: 'softmax',
    normalization: { mean: [1200], deviation: [215] },
    crop: 20,
    jitter: 0.1,
    balance: { kind: 'none' },
    thresholdRate: 1,
    batch: 6,
    microBatch: 2,
    epochs,
    learningRate: 0.02,
    schedule: 'one-cycle',
    averaging: 0.5,
    seed: 1,
  };
  const inputs: TrainingInputs = {
    fields: fields.slice(0, 16),
    validation,
    read: async (key, epoch) => {
      onRead(key, epoch);
      return key === unreadable ? undefined : pixels[key];
    },
    pool,
    state,
    ...more,
    options: { ...options, ...more.options },
  };
  for await (const event of train(inputs)) {
    events.push(event);
    if (events.length === stopAfter) break;
  }
  return events;
}

/** Fields of one texture or of both, each in a half of its own. */
const halves = Array.from({ length: 42 }, (_, key) => ({ key, targets: [[0], [1], [0, 1]][key % 3]! }));
function inHalves({ key, targets }: (typeof halves)[number]): Image {
  const random = createRandom(4, 'halves', key);
  const [left, right] = targets.map((target, i) => texture(target, 2 * key + i).data);
  const data = Uint16Array.from({ length: 24 * 24 }, (_, i) => {
    const own = i % 24 < 12 === key % 2 > 0 ? left : right;
    return own ? own[i]! : 1200 + 80 * random.normal();
  });
  return { data, channels: 1, height: 24, width: 24 };
}

const numbersOf = (events: readonly TrainingEvent[]) => {
  const { adam, average, best } = events.at(-1)!.state;
  return [adam.parameters, adam.first, adam.second, average, best?.parameters ?? {}].map((group) =>
    Object.fromEntries(Object.entries(group).map(([name, { data }]) => [name, [...(data as Float32Array)]])),
  );
};

describe('train', () => {
  it('learns to tell textures apart that are equally bright', async () => {
    const events = await run({ epochs: 40 });
    const last = events.at(-1)!;
    if (last.kind !== 'epoch') throw new Error('the last event is an epoch');
    const first = events.find((event) => event.kind === 'epoch')!;
    expect(last.training.loss).toBeLessThan(0.3 * first.training.loss);
    expect(last.state.best?.validation).toMatchObject({ correct: 6, fields: 6 });
  });

  it('learns which of two textures a field has, and which has both', async () => {
    const events = await run({
      epochs: 60,
      validation: halves.slice(30),
      more: {
        options: { head: 'sigmoid' },
        fields: halves.slice(0, 30),
        read: async (key) => inHalves(halves[key]!),
      },
    });
    const [first, last] = [events.find(({ kind }) => kind === 'epoch')!, events.at(-1)!];
    if (last.kind !== 'epoch' || first.kind !== 'epoch') throw new Error('the last event is an epoch');
    expect(last.training.loss).toBeLessThan(0.5 * first.training.loss);
    expect(last.state.best?.validation.correct).toBeGreaterThanOrEqual(11);
    // The number correct at 0.5 does not choose the epoch.
    const losses = events.flatMap((event) => (event.kind === 'epoch' ? [event.validation!.loss] : []));
    expect(last.state.best?.validation.loss).toBe(Math.min(...losses));
  });

  it('tells every step and every epoch, and counts every field once', async () => {
    const events = await run({ epochs: 2 });
    expect(events.map(({ kind }) => kind).join()).toBe('step,step,step,epoch,step,step,step,epoch');
    const counts = events.flatMap((event) => (event.kind === 'step' ? [event.fields] : [event.training.fields]));
    expect(counts).toEqual([6, 12, 16, 16, 6, 12, 16, 16]);
    expect(events[0]).toMatchObject({ total: 16 });
  });

  it('gives the same numbers whoever computes them, one worker or two', async () => {
    expect(numbersOf(await run({ workers: 2 }))).toEqual(numbersOf(await run()));
  });

  it.each([1, 3, 4, 6])('goes on after event %d as if it had never stopped', async (stopAfter) => {
    const whole = await run();
    const first = await run({ stopAfter });
    const rest = await run({ state: first.at(-1)!.state });
    expect(numbersOf(rest)).toEqual(numbersOf(whole));
    expect(first.length + rest.length).toBe(whole.length);
  });

  it.each([4, 100])('validates the same on %d fields together', async (validationBatch) => {
    const tallies = [await run({ epochs: 1 }), await run({ epochs: 1, more: { options: { validationBatch } } })].map(
      (events) => events.at(-1)!.state.best!.validation,
    );
    expect(tallies[1]).toMatchObject({ correct: tallies[0]!.correct, fields: tallies[0]!.fields });
    expect(tallies[1]!.loss).toBeCloseTo(tallies[0]!.loss, 4);
  });

  it('asks for the pixels that an epoch shows, and for those to validate on without an epoch', async () => {
    const asked: string[] = [];
    await run({ epochs: 2, onRead: (key, epoch) => asked.push(`${key} ${epoch}`) });
    const keys = (from: number, to: number, epoch?: number) =>
      fields.slice(from, to).map(({ key }) => `${key} ${epoch}`);
    expect(asked.sort()).toEqual([...keys(0, 16, 1), ...keys(0, 16, 2), ...keys(16, 22), ...keys(16, 22)].sort());
  });

  it('goes on without a field that cannot be read any more', async () => {
    const events = await run({ unreadable: 3, epochs: 2 });
    const epochs = events.filter((event) => event.kind === 'epoch');
    expect(epochs.map(({ training }) => training.fields)).toEqual([15, 15]);
    for (const value of Object.values(numbersOf(events)[0]!).flat()) expect(Number.isFinite(value)).toBe(true);
  });

  it('keeps the last epoch, whatever validates, if it is told to', async () => {
    // With wrong labels, validation is worse the more is learned.
    const validation = fields.slice(16).map(({ key, targets: [target] }) => ({ key, targets: [1 - target!] }));
    const kept = async (keep?: 'best' | 'last') =>
      (await run({ epochs: 8, validation, more: { options: { ...(keep && { keep }) } } })).at(-1)!.state.best?.epoch;
    expect(await kept()).toBeLessThan(8);
    expect(await kept('last')).toBe(8);
  });

  it('keeps the last epoch where nothing validates', async () => {
    const events = await run({ validation: [], epochs: 2 });
    const epochs = events.filter((event) => event.kind === 'epoch');
    expect(epochs.map(({ validation }) => validation)).toEqual([undefined, undefined]);
    expect(epochs.at(-1)?.state.best?.epoch).toBe(2);
  });
});

describe.skipIf(lanes === undefined)('train, with steps in blocks of channels', () => {
  const network = {
    channels: 1,
    classes: 2,
    pooling: 'noisy-and',
    layers: layers.map((layer) => ('name' in layer && layer.name === 'conv1' ? { ...layer, outputs: 32 } : layer)),
  } as const;
  const more = { options: { lanes, network } };

  it('learns, too', async () => {
    const last = (await run({ epochs: 40, more })).at(-1)!;
    expect(last.state.best?.validation).toMatchObject({ correct: 6, fields: 6 });
  });

  it('gives the same numbers with one worker and with two, and however often it is stopped', async () => {
    const whole = await run({ more });
    expect(numbersOf(await run({ workers: 2, more }))).toEqual(numbersOf(whole));
    const first = await run({ stopAfter: 3, more });
    expect(numbersOf(await run({ state: first.at(-1)!.state, more }))).toEqual(numbersOf(whole));
  });

  it('takes the steps of the graph where nothing is dropped', async () => {
    const without = { ...network, layers: network.layers.map((layer) => ({ ...layer, dropout: 0 })) };
    const trained = async (own: 8 | 16 | undefined) =>
      numbersOf(await run({ epochs: 1, more: { options: { lanes: own, network: without } } }));
    const [blocked, plain] = [await trained(lanes), await trained(undefined)];
    for (const [name, numbers] of Object.entries(plain[0]!)) {
      for (const [i, value] of numbers.entries()) expect(blocked[0]![name]![i]).toBeCloseTo(value, 3);
    }
  });

  it('goes on without a field that cannot be read any more', async () => {
    const epochs = (await run({ unreadable: 3, epochs: 2, more })).filter((event) => event.kind === 'epoch');
    expect(epochs.map(({ training }) => training.fields)).toEqual([15, 15]);
  });
});

describe('training on bags of cells', () => {
  // Six of ten cells of a bag have its texture, the others that of the other class.
  const bags = Array.from({ length: 24 }, (_, key) => ({ key, targets: [key % 2] }));
  const cellsOf = bags.map(({ key }) =>
    Array.from({ length: 10 }, (_, i) => texture(i < 6 ? key % 2 : 1 - (key % 2), 100 * key + i)),
  );
  const cut = ({ data, channels }: Image): Image => {
    const side = 20;
    const own = Uint16Array.from({ length: side * side }, (_, i) => data[Math.floor(i / side) * 24 + (i % side)]!);
    return { data: own, channels, height: side, width: side };
  };
  const more = {
    fields: bags.slice(0, 18),
    readCells: async (key: number) => (key < 18 ? cellsOf[key]! : cellsOf[key]!.map(cut)),
    read: () => Promise.reject(new Error('fields are not asked for')),
    options: { cellsPerBag: 8, learningRate: 0.03 },
  };
  const validation = bags.slice(18);

  it('learns what the most of them have in common', async () => {
    const events = await run({ epochs: 60, validation, more });
    const last = events.at(-1)!;
    expect(last.kind === 'epoch' && last.validation).toMatchObject({ fields: 6, correct: 6 });
  });

  it('comes to the same weights with more workers, and when it was stopped', async () => {
    const parametersOf = (events: readonly TrainingEvent[]) => events.at(-1)!.state.average;
    const whole = parametersOf(await run({ epochs: 2, validation, more }));
    expect(parametersOf(await run({ epochs: 2, validation, more, workers: 2 }))).toEqual(whole);
    const begun = await run({ epochs: 2, validation, more, stopAfter: 2 });
    expect(parametersOf(await run({ epochs: 2, validation, more, state: begun.at(-1)!.state }))).toEqual(whole);
  });

  describe('that are settled', () => {
    const settling = { ...more, options: { ...more.options, settles: true } };
    const epochsOf = (events: readonly TrainingEvent[]) => events.filter((event) => event.kind === 'epoch');

    it('settles at four and seven tenths and at the end, and keeps no epoch from before the last two times', async () => {
      const epochs = epochsOf(await run({ epochs: 10, validation, more: settling }));
      expect(epochs.flatMap(({ epoch, isSettled }) => (isSettled ? [epoch] : []))).toEqual([4, 7, 10]);
      expect(epochs.slice(0, 6).some(({ isBest }) => isBest)).toBe(false);
      expect(epochs.at(-1)!.state.best!.epoch).toBeGreaterThanOrEqual(7);
    });

    it('gives the weights that are kept thresholds of the last settling, of whatever epoch they are', async () => {
      // With wrong labels, validation is worse the more is learned.
      const wrong = validation.map(({ key, targets: [target] }) => ({ key, targets: [1 - target!] }));
      const learning = { ...settling, options: { ...settling.options, beginsAlone: true } };
      const epochs = epochsOf(await run({ epochs: 40, validation: wrong, more: learning }));
      const { best } = epochs.at(-1)!.state;
      expect(best!.epoch).toBeLessThan(40);
      const before = epochs[38]!.state.best!;
      expect(before.epoch).toBe(best!.epoch);
      expect(best!.parameters['conv7.weight']).toEqual(before.parameters['conv7.weight']);
      const [low, middle] = [before, best!].map(({ parameters: { b } }) => Math.min(...(b!.data as Float32Array)));
      expect(middle).toBeGreaterThan(low!);
    });

    it('goes on from the settled weights, and from the moments of Adam before', async () => {
      const [settled, not] = await Promise.all(
        [settling, more].map((of) => run({ epochs: 2, validation, more: of, stopAfter: 4 })),
      );
      const [after, before] = [settled!.at(-1)!.state, not!.at(-1)!.state];
      expect(after.epoch).toBe(2);
      expect(after.adam.first).toEqual(before.adam.first);
      expect(after.adam.second).toEqual(before.adam.second);
      expect(after.adam.parameters['fc.weight']).not.toEqual(before.adam.parameters['fc.weight']);
      expect(after.adam.parameters['conv1.weight']).toEqual(before.adam.parameters['conv1.weight']);
      expect(after.average).toEqual(after.adam.parameters);
    });

    it.each([4, 8, 9])('goes on after event %d as if it had never stopped', async (stopAfter) => {
      const whole = await run({ epochs: 3, validation, more: settling });
      const first = await run({ epochs: 3, validation, more: settling, stopAfter });
      const rest = await run({ epochs: 3, validation, more: settling, state: first.at(-1)!.state });
      expect(numbersOf(rest)).toEqual(numbersOf(whole));
      expect(first.length + rest.length).toBe(whole.length);
    });
  });

  describe('that begin as cells alone', () => {
    const begun = { ...more, options: { ...more.options, beginsAlone: true, settles: true } };

    it('have each cell for a bag in four tenths of the epochs, and then learn what these have in common', async () => {
      const events = await run({ epochs: 40, validation, more: begun });
      const epochs = events.filter((event) => event.kind === 'epoch');
      expect(epochs.flatMap(({ epoch, isAlone }) => (isAlone ? [epoch] : []))).toEqual(
        Array.from({ length: 16 }, (_, i) => i + 1),
      );
      for (const { training } of epochs) expect(training.fields).toBe(18);
      // Of single cells with the label of their bag no more than six of ten can be right, of bags all.
      const right = (at: number) => epochs[at]!.training.correct / 18;
      expect(right(15)).toBeGreaterThan(0.5);
      expect(right(15)).toBeLessThan(0.75);
      expect(epochs.at(-1)!.validation).toMatchObject({ fields: 6, correct: 6 });
    });

    it('leave the parameters of the pooling function as they are so long', async () => {
      const state = (await run({ epochs: 5, validation, more: begun, stopAfter: 2 })).at(-1)!.state;
      expect([...(state.adam.parameters.b!.data as Float32Array)]).toEqual([0.5, 0.5]);
      expect(state.adam.steps).toBe(2);
    });

    it.each([2, 4, 7, 8, 9])(
      'go on after event %d as if they had never stopped, with two workers',
      async (stopAfter) => {
        const whole = await run({ epochs: 3, validation, more: begun });
        const first = await run({ epochs: 3, validation, more: begun, stopAfter });
        const rest = await run({ epochs: 3, validation, more: begun, state: first.at(-1)!.state, workers: 2 });
        expect(numbersOf(rest)).toEqual(numbersOf(whole));
      },
    );

    it.each(['attention', 'max'] as const)('learn with any pooling function: %s', async (pooling) => {
      const network = { channels: 1, classes: 2, pooling, layers } as const;
      const settles = pooling !== 'attention';
      const options = { ...begun.options, network, settles };
      const events = await run({ epochs: 4, validation, more: { ...begun, options } });
      for (const value of Object.values(numbersOf(events)[0]!).flat()) expect(Number.isFinite(value)).toBe(true);
    });
  });

  it('validates as often as it is told to, and after the last epoch', async () => {
    const validated = async (validations: number) =>
      (await run({ epochs: 7, validation, more: { ...more, options: { ...more.options, validations } } })).flatMap(
        (event) => (event.kind === 'epoch' && event.validation ? [event.epoch] : []),
      );
    expect(await validated(3)).toEqual([1, 4, 7]);
    expect(await validated(1)).toEqual([7]);
    expect(await validated(20)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('draws other cells in each epoch, and repeats them where there are fewer than a step sees', async () => {
    const few = { ...more, readCells: async (key: number) => (await more.readCells(key)).slice(0, 3) };
    const events = await run({ epochs: 2, validation, more: few });
    expect(events.filter(({ kind }) => kind === 'epoch')).toHaveLength(2);
  });
});
