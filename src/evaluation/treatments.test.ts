import { describe, expect, it } from 'vitest';
import { evaluateTreatments, evaluateWells, median, predictGroups } from './treatments.ts';

const classes = ['a', 'b', 'c'];
const single = (labels: readonly number[]) => labels.map((label) => [label]);

describe('predictGroups', () => {
  it('takes the median of each class over the fields, not the vote and not the mean', () => {
    const probabilities = [
      [0.5, 0.4, 0.1], // two fields for a …
      [0.45, 0.4, 0.15],
      [0.0, 0.95, 0.05], // … and one that would win the mean for b
    ];
    const [mean] = [probabilities.reduce((total, row) => total + row[1]!, 0) / 3];
    expect(mean).toBeGreaterThan(0.5);
    const fields = { names: ['t', 't', 't'], truth: single([0, 0, 0]), probabilities: probabilities.flat(), classes };
    expect(predictGroups(fields)).toEqual([{ name: 't', fields: 3, truth: [0], predicted: [0] }]);
    // Medians 0.3, 0.35, 0.3 choose b, though a is first in two fields of three.
    const vote = [
      [0.4, 0.35, 0.25],
      [0.4, 0.3, 0.3],
      [0.1, 0.6, 0.3],
      [0.2, 0.35, 0.45],
    ];
    const four = { names: ['t', 't', 't', 't'], truth: single([1, 1, 1, 1]), probabilities: vote.flat(), classes };
    expect(predictGroups(four)[0]!.predicted).toEqual([1]);
  });

  it('with thresholds, gives every label whose median reaches its own, and is right when all do and no other', () => {
    const probabilities = [0.9, 0.3, 0.1, 0.5, 0.5, 0.1, 0.7, 0.1, 0.9, 0.2, 0.1, 0.3];
    const truth = [[0, 1], [0, 1], [0, 1], [2]];
    const fields = { names: ['t', 't', 't', 'u'], truth, probabilities, classes, thresholds: [0.6, 0.25, 0.5] };
    expect(predictGroups(fields)).toEqual([
      { name: 't', fields: 3, truth: [0, 1], predicted: [0, 1] },
      { name: 'u', fields: 1, truth: [2], predicted: [] },
    ]);
    const found = evaluateTreatments(fields, { column: 'Metadata_Treatment', asked: true });
    expect(found).toMatchObject({ total: 2, correct: 1 });
    expect(found.misclassified).toEqual([{ treatment: 'u', truth: 'c', predicted: '', fields: 1 }]);
    const mixed = { ...fields, truth: [[0, 1], [0], [0, 1], [2]] };
    expect(() => predictGroups(mixed)).toThrow('found a|b, a; expected the same labels for all fields of a treatment');
  });

  it('keeps the order of first appearance and leaves nameless fields out', () => {
    const fields = {
      names: ['y', undefined, 'x', '', 'y'],
      truth: single([0, 1, 1, 2, 0]),
      probabilities: [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0],
      classes,
    };
    expect(predictGroups(fields).map(({ name, fields: n }) => `${name}${n}`)).toEqual(['y2', 'x1']);
  });

  it('refuses a treatment with two labels and names both', () => {
    const fields = { names: ['DMSO', 'DMSO'], truth: single([0, 2]), probabilities: [1, 0, 0, 1, 0, 0], classes };
    expect(() => predictGroups(fields)).toThrow('the fields of "DMSO" differ in label');
    expect(() => predictGroups(fields)).toThrow('found a, c');
    expect(() => evaluateTreatments(fields, { column: 'Metadata_Treatment', asked: true })).toThrow('differ in label');
    expect(evaluateTreatments(fields, { column: 'Metadata_Treatment', asked: false })).toMatchObject({
      total: 0,
      correct: 0,
      accuracy: null,
      note: 'fields with the same Metadata_Treatment differ in label',
    });
    expect(evaluateWells(fields)).toBeNull();
  });
});

describe('evaluateTreatments', () => {
  it('counts, bounds and lists what is wrong', () => {
    const fields = {
      names: ['x', 'y', 'y'],
      truth: single([0, 1, 1]),
      probabilities: [1, 0, 0, 0, 0, 1, 0, 0, 1],
      classes,
    };
    const found = evaluateTreatments(fields, { column: 'Metadata_Treatment', asked: true });
    expect(found).toMatchObject({ total: 2, correct: 1, accuracy: 0.5 });
    expect(found.interval95?.method).toBe('Gaffke, 2 treatments');
    expect(found.misclassified).toEqual([{ treatment: 'y', truth: 'b', predicted: 'c', fields: 2 }]);
  });
});

describe('median', () => {
  it('is the middle, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([10, 9])).toBe(9.5);
  });
});
