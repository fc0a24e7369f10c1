import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { accuracyInterval, countInterval, countWells, labelIntervals, meanClassAccuracyInterval } from './interval.ts';
import { drawWells } from './testing/draw-wells.ts';

/** Counts of fields by their wells and classes. */
const countedWells = (wells: readonly number[], truth: readonly number[], predicted: readonly number[]) =>
  countWells(wells.map((well, i) => ({ well, class: truth[i]!, right: truth[i] === predicted[i] })));

/** A screen's fields with their truth and prediction, in wells of one class or of several, with one label or several. */
const anyFields = fc.array(
  fc.record({ well: fc.nat(5), truth: fc.integer({ min: 1, max: 7 }), predicted: fc.nat(7) }),
  { minLength: 1, maxLength: 30 },
);
const labels = (bits: number) => [0, 1, 2].filter((k) => bits & (1 << k));

describe('intervals', () => {
  const intervalsOf = (fields: readonly { well: number; truth: number; predicted: number }[]) =>
    labelIntervals(
      fields.map(({ well }) => well),
      { truth: fields.map(({ truth }) => labels(truth)), predicted: fields.map(({ predicted }) => labels(predicted)) },
    );

  it('never rise, neither bound, when one right field or one right label becomes wrong', () => {
    fc.assert(
      fc.property(anyFields, fc.nat(), (fields, at) => {
        const place = at % fields.length;
        const right = fields.map((field, i) => (i === place ? { ...field, predicted: field.truth } : field));
        const wrong = right.map((field, i) => (i === place ? { ...field, predicted: 0 } : field));
        const [before, after] = [intervalsOf(right), intervalsOf(wrong)];
        for (const which of ['accuracy', 'meanClassAccuracy'] as const) {
          expect(after[which].low).toBeLessThanOrEqual(before[which].low);
          expect(after[which].high).toBeLessThanOrEqual(before[which].high);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('of 48 of 48 fields, 47 of 48 and so on make sense side by side', () => {
    const lows = [0, 1, 2, 3, 8].map((errors) => {
      const counts = Array.from({ length: 24 }, (_, well) => ({
        well,
        class: 0,
        n: 2,
        correct: well < errors ? 1 : 2,
      }));
      return accuracyInterval(counts).low;
    });
    expect(lows).toEqual(lows.toSorted((a, b) => b - a));
    expect(lows[0]).toBeCloseTo(0.877, 3);
    expect(accuracyInterval([{ well: 0, class: 0, n: 48, correct: 48 }]).low).toBeLessThan(0.1);
  });

  it('of treatments say on how many things they stand, and know nothing from nothing', () => {
    expect(countInterval(52, 55, 'treatments').method).toBe('Gaffke, 55 treatments');
    expect(countInterval(0, 0, 'treatments')).toMatchObject({ low: 0, high: 1 });
  });

  it('say how many fields and wells there are', () => {
    expect(accuracyInterval([{ well: 3, class: 0, n: 4, correct: 4 }]).method).toBe('Gaffke, 4 fields of 1 well');
  });
});

describe('coverage', () => {
  it.each([
    { wells: 8, rate: 0.99, correlation: 0.1, of: 'alike' },
    { wells: 12, rate: 0.9, correlation: 0.5, of: 'beta' },
    { wells: 48, rate: 0.97, correlation: 0.8, of: 'alike' },
    { wells: 24, rate: 0.7, correlation: 0.3, of: 'beta' },
  ] as const)('of $wells wells ($of) at rate $rate, correlation $correlation is at least 0.93', (given) => {
    const random = createRandom(5, 'coverage', given.wells);
    const trials = 200;
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const counts = drawWells({ ...given, fields: 4 }, random);
      const interval = trial % 2 ? accuracyInterval(counts) : meanClassAccuracyInterval(counts);
      if (interval.low <= given.rate && given.rate <= interval.high) held++;
    }
    // Three standard errors of 200 trials at 0.93 below it.
    expect(held / trials).toBeGreaterThan(0.93 - 3 * Math.sqrt((0.93 * 0.07) / trials));
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
    expect(method([[0], [1], [1]])).toBe('Gaffke, 3 fields of 2 wells');
    expect(method([[0], [0, 1], [1]])).toBe('Gaffke, 4 labels of fields of 2 wells');
  });
});
