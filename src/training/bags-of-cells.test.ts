import { afterAll, describe, expect, it } from 'vitest';
import type { Image } from '../pixels/pixels.ts';
import { layers, numbersOf, releasePools, run, texture } from './testing/small-training.ts';
import type { TrainingEvent } from './trainer.ts';

afterAll(releasePools);

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

    it('settles when cells were alone for seven tenths, half-way to the end and there, and keeps no epoch from before the last two times', async () => {
      const epochs = epochsOf(await run({ epochs: 10, validation, more: settling }));
      expect(epochs.flatMap(({ epoch, isSettled }) => (isSettled ? [epoch] : []))).toEqual([7, 8, 10]);
      expect(epochs.slice(0, 7).some(({ isBest }) => isBest)).toBe(false);
      expect(epochs.at(-1)!.state.best!.epoch).toBeGreaterThanOrEqual(8);
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
      expect(best!.parameters.b).not.toEqual(before.parameters.b);
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

    it('have each cell for a bag in seven tenths of the epochs, and then learn what these have in common', async () => {
      const events = await run({ epochs: 40, validation, more: begun });
      const epochs = events.filter((event) => event.kind === 'epoch');
      expect(epochs.flatMap(({ epoch, isAlone }) => (isAlone ? [epoch] : []))).toEqual(
        Array.from({ length: 28 }, (_, i) => i + 1),
      );
      for (const { training } of epochs) expect(training.fields).toBe(18);
      // Of single cells with the label of their bag no more than six of ten can be right, of bags all.
      const right = (at: number) => epochs[at]!.training.correct / 18;
      expect(right(27)).toBeGreaterThan(0.5);
      expect(right(27)).toBeLessThan(0.75);
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
