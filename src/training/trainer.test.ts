import { afterAll, describe, expect, it } from 'vitest';
import { findLanes } from '../onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import type { Image } from '../pixels/pixels.ts';
import { createRandom } from '../random.ts';
import { fields, layers, numbersOf, releasePools, run, texture } from './testing/small-training.ts';

const lanes = await findLanes(createNodeSession);
afterAll(releasePools);

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

describe('train, with small crops first', () => {
  const small = { more: { options: { firstCrop: 16 } } };
  /** Steps and the epoch itself. */
  const perEpoch = 4;

  it('shows these in the first six tenths of the epochs, and then the others', async () => {
    const begun = await run({ epochs: 5, stopAfter: 3 * perEpoch, ...small });
    const onSmall = await run({ epochs: 5, stopAfter: 3 * perEpoch, more: { options: { crop: 16 } } });
    const onLarge = await run({ epochs: 5, stopAfter: 3 * perEpoch });
    expect(numbersOf(begun)).toEqual(numbersOf(onSmall));
    expect(numbersOf(begun)).not.toEqual(numbersOf(onLarge));
    const whole = await run({ epochs: 5, ...small });
    expect(numbersOf(whole)).toEqual(numbersOf(await run({ epochs: 5, state: begun.at(-1)!.state })));
    expect(whole.at(-1)!.state.best?.validation).toMatchObject({ fields: 6 });
  });

  it.each([1, 3 * perEpoch - 2, 3 * perEpoch + 1])(
    'goes on after event %d as if it had never stopped',
    async (stopAfter) => {
      const whole = numbersOf(await run({ epochs: 5, ...small }));
      const { state } = (await run({ epochs: 5, stopAfter, ...small })).at(-1)!;
      expect(numbersOf(await run({ epochs: 5, state, ...small }))).toEqual(whole);
    },
  );

  it('is the training without where these are as large as the others', async () => {
    const same = await run({ more: { options: { firstCrop: 20 } } });
    expect(numbersOf(same)).toEqual(numbersOf(await run()));
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

  it('gives the same numbers with two workers where crops are small first', async () => {
    const small = { epochs: 5, more: { options: { ...more.options, firstCrop: 16 } } };
    expect(numbersOf(await run({ workers: 2, ...small }))).toEqual(numbersOf(await run(small)));
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
