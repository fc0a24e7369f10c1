import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import {
  accuracyInterval,
  countInterval,
  countWells,
  labelIntervals,
  meanClassAccuracyInterval,
  wilson,
} from './interval.ts';

/** Counts of fields by their wells and classes. */
const countedWells = (wells: readonly number[], truth: readonly number[], predicted: readonly number[]) =>
  countWells(wells.map((well, i) => ({ well, class: truth[i]!, right: truth[i] === predicted[i] })));

describe('wilson', () => {
  it('gives the published values (Newcombe 1998, table I)', () => {
    const { low, high } = wilson(81 / 263, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(wilson(0, 20).low).toBe(0);
    expect(wilson(0, 20).high).toBeCloseTo(0.1611, 4);
    expect(wilson(1 / 29, 29).low).toBeCloseTo(0.0061, 4);
    expect(wilson(1 / 29, 29).high).toBeCloseTo(0.1718, 4);
  });

  it('holds the rate and stays between 0 and 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (n, k) => {
        const rate = Math.min(k, n) / n;
        const { low, high } = wilson(rate, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(rate);
        expect(high).toBeGreaterThanOrEqual(rate);
        expect(high).toBeLessThanOrEqual(1);
        expect(high - low).toBeGreaterThan(0);
      }),
    );
  });

  it('says on how many things it stands', () => {
    expect(countInterval(52, 55, 'treatments').method).toBe('Wilson, 55 treatments');
  });

  it('knows nothing from nothing', () => {
    expect(wilson(0.5, 0)).toEqual({ low: 0, high: 1 });
    expect(countInterval(0, 0, 'treatments')).toMatchObject({ low: 0, high: 1 });
  });
});

describe('accuracyInterval', () => {
  it('of wells with one field each is Wilson on the fields', () => {
    const truth = Array.from({ length: 40 }, () => 0);
    const predicted = truth.map((_, i) => (i < 30 ? 0 : 1));
    const interval = accuracyInterval(countedWells([...truth.keys()], truth, predicted));
    // The variance between wells has n - 1 in its denominator, so n - 1 trials; never fewer than the wells.
    expect(interval).toMatchObject(wilson(0.75, 40));
  });

  it('counts a well whose fields all agree as one trial', () => {
    const truth = new Array(40).fill(0);
    const wells = truth.map((_, i) => Math.floor(i / 4));
    const predicted = wells.map((well) => (well < 7 ? 0 : 1));
    const interval = accuracyInterval(countedWells(wells, truth, predicted));
    expect(interval).toMatchObject(wilson(0.7, 10));
    expect(interval.method).toBe('Wilson, 40 fields of 10 wells worth 10 independent ones');
  });

  it('does not claim certainty from a perfect result, and even less from one well', () => {
    const perfect = (wells: number[]) =>
      accuracyInterval(
        countedWells(
          wells,
          wells.map(() => 0),
          wells.map(() => 0),
        ),
      );
    expect(perfect([0, 0, 1, 1, 2, 2])).toMatchObject(wilson(1, 3));
    expect(perfect([0, 0, 0, 0]).low).toBeCloseTo(0.2065, 3);
    expect(perfect([0]).high).toBe(1);
  });

  it.each([
    { wells: 20, rate: 0.9, correlation: 0.4 },
    { wells: 40, rate: 0.97, correlation: 0.8 },
    { wells: 60, rate: 0.7, correlation: 0.1 },
  ])('holds the true rate about 95 times in 100: $wells wells, rate $rate, correlation $correlation', (given) => {
    const random = createRandom(5, 'coverage', given.wells);
    const trials = 600;
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const counts = Array.from({ length: given.wells }, (_, well) => {
        // With this chance a field copies the well's own outcome: correlation c between the fields of a well.
        const copies = Math.sqrt(given.correlation);
        const shared = random.uniform() < given.rate;
        const right = () => (random.uniform() < copies ? shared : random.uniform() < given.rate);
        return { well, class: well % 3, n: 4, correct: [right(), right(), right(), right()].filter(Boolean).length };
      });
      const { low, high } = trial % 2 ? accuracyInterval(counts) : meanClassAccuracyInterval(counts);
      if (low <= given.rate && given.rate <= high) held++;
    }
    expect(held / trials).toBeGreaterThan(0.9);
  });
});

describe('meanClassAccuracyInterval', () => {
  it('is wider than that of the accuracy when a class has few wells', () => {
    const truth = [...new Array(40).fill(0), 1, 1];
    const predicted = [...new Array(36).fill(0), 1, 1, 1, 1, 1, 0];
    const wells = truth.map((_, i) => Math.floor(i / 2));
    const counts = countedWells(wells, truth, predicted);
    const byField = accuracyInterval(counts);
    const byClass = meanClassAccuracyInterval(counts);
    expect(byClass.high - byClass.low).toBeGreaterThan(2 * (byField.high - byField.low));
  });

  it('of one class is that of the accuracy', () => {
    const counts = countedWells([0, 0, 1, 1, 2, 2], [1, 1, 1, 1, 1, 1], [1, 0, 1, 1, 0, 0]);
    expect(meanClassAccuracyInterval(counts)).toEqual(accuracyInterval(counts));
  });
});

describe('labelIntervals', () => {
  const method = (truth: number[][]) => labelIntervals([0, 0, 1], { truth, predicted: truth }).meanClassAccuracy.method;

  it('count fields where each has one label, and labels where some have more', () => {
    expect(method([[0], [1], [1]])).toMatch(/^Wilson, 3 fields of 3 wells /);
    expect(method([[0], [0, 1], [1]])).toMatch(/^Wilson, 4 labels of fields of 3 wells /);
  });
});
