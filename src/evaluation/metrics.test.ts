import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagePrecision, averagePrecisions, confusionCounts, isSame, meanOfKnown, perClass } from './metrics.ts';

/** The truth of fields with one label each. */
const single = (labels: readonly number[]) => labels.map((label) => [label]);

describe('metrics', () => {
  it('agree with scikit-learn on 60 fields of 4 classes', () => {
    const oracle = JSON.parse(
      readFileSync(new URL('../../test/fixtures/metrics-oracle.json', import.meta.url), 'utf8'),
    ) as {
      truth: number[];
      probability: number[][];
      accuracy: number;
      meanClassAccuracy: number;
      averagePrecision: number[];
      confusion: number[][];
    };
    const truth = single(oracle.truth);
    const predicted = single(oracle.probability.map((row) => row.indexOf(Math.max(...row))));
    expect(confusionCounts(truth, predicted, 4)).toEqual(oracle.confusion);
    const right = truth.filter((labels, i) => isSame(labels, predicted[i]!));
    expect(right.length / truth.length).toBeCloseTo(oracle.accuracy, 12);
    const precisions = averagePrecisions(truth, oracle.probability.flat(), 4);
    const recalls = perClass(['a', 'b', 'c', 'd'], { truth, predicted }, precisions).map(({ recall }) => recall);
    expect(meanOfKnown(recalls)).toBeCloseTo(oracle.meanClassAccuracy, 12);
    for (let k = 0; k < 4; k++) expect(precisions[k]).toBeCloseTo(oracle.averagePrecision[k]!, 12);
  });

  it('leave a class without fields out of the means and say so with null', () => {
    const sets = { truth: single([0, 0, 1]), predicted: single([0, 2, 1]) };
    const precisions = averagePrecisions(sets.truth, [0.8, 0.1, 0.1, 0.3, 0.2, 0.5, 0.1, 0.8, 0.1], 3);
    expect(precisions).toEqual([1, 1, null]);
    expect(meanOfKnown(precisions)).toBe(1);
    const rows = perClass(['a', 'b', 'c'], sets, precisions);
    expect(meanOfKnown(rows.map(({ recall }) => recall))).toBe(0.75);
    expect(rows[2]).toEqual({
      class: 'c',
      n: 0,
      correct: 0,
      recall: null,
      precision: 0,
      f1: null,
      averagePrecision: null,
    });
  });

  it('give precision, recall and F1 that can be counted by hand', () => {
    const [first, second] = perClass(
      ['a', 'b'],
      {
        truth: single([0, 0, 0, 0, 1, 1, 1, 1, 1, 1]),
        predicted: single([0, 0, 0, 1, 0, 0, 1, 1, 1, 1]),
      },
      [1, 1],
    );
    expect(first).toMatchObject({ n: 4, correct: 3, recall: 0.75, precision: 0.6 });
    expect(first!.f1).toBeCloseTo(6 / 9, 12);
    expect(second).toMatchObject({ n: 6, correct: 4, precision: 0.8 });
  });
});

describe('metrics of several labels a field', () => {
  const truth = [[0], [0, 1], [1], [1, 2], []];
  const predicted = [[0], [0], [0, 1], [1, 2], [2]];

  it('are worked out by hand: the average precision of each class against all others, and their mean', () => {
    const probabilities = [
      [0.9, 0.1, 0.3],
      [0.7, 0.2, 0.1],
      [0.8, 0.6, 0.2],
      [0.2, 0.9, 0.7],
      [0.1, 0.5, 0.8],
    ];
    const precisions = averagePrecisions(truth, probabilities.flat(), 3);
    // Class 0, fields in descending order: +, -, +: recall 1/2 at precision 1/1, and 1/2 more at 2/3.
    expect(precisions[0]).toBeCloseTo((1 / 2) * 1 + (1 / 2) * (2 / 3), 12);
    // Class 1: +, +, -, +: a third of the recall each at 1/1, 2/2 and 3/4.
    expect(precisions[1]).toBeCloseTo((1 + 1 + 3 / 4) / 3, 12);
    // Class 2: -, +: all of the recall at 1/2.
    expect(precisions[2]).toBeCloseTo(1 / 2, 12);
    expect(meanOfKnown(precisions)).toBeCloseTo((5 / 6 + 11 / 12 + 1 / 2) / 3, 12);
  });

  it('count each class for itself, and pairs of labels together', () => {
    const [first, second, third] = perClass(['a', 'b', 'c'], { truth, predicted }, [1, 1, 1]);
    expect(first).toMatchObject({ n: 2, correct: 2, recall: 1, precision: 2 / 3, f1: 4 / 5 });
    expect(second).toMatchObject({ n: 3, correct: 2, recall: 2 / 3, precision: 1, f1: 4 / 5 });
    expect(third).toMatchObject({ n: 1, correct: 1, recall: 1, precision: 1 / 2, f1: 2 / 3 });
    expect(confusionCounts(truth, predicted, 3)).toEqual([
      [2, 0, 0],
      [2, 2, 1],
      [0, 1, 1],
    ]);
  });
});

describe('averagePrecision', () => {
  it('counts equal scores as one threshold, whatever their order', () => {
    expect(averagePrecision([1, 0], [0.5, 0.5])).toBe(0.5);
    expect(averagePrecision([0, 1], [0.5, 0.5])).toBe(0.5);
    expect(averagePrecision([0, 1, 1], [0.9, 0.8, 0.7])).toBeCloseTo(0.5 * 0.5 + 0.5 * (2 / 3), 12);
  });

  it('depends on the ranking alone', () => {
    const fields = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 9 })), { minLength: 1 });
    fc.assert(
      fc.property(fields, (pairs) => {
        const positive = pairs.map(([is]) => is);
        const scores = pairs.map(([, score]) => score);
        const direct = averagePrecision(positive, scores);
        expect(
          averagePrecision(
            positive,
            scores.map((score) => score ** 3 - 5),
          ),
        ).toEqual(direct);
        const reversed = averagePrecision([...positive].reverse(), [...scores].reverse());
        if (direct === null) expect(reversed).toBeNull();
        else expect(reversed).toBeCloseTo(direct, 12);
      }),
    );
  });
});
