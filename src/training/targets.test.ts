import { describe, expect, it } from 'vitest';
import { drawEpoch, fieldsPerEpoch, fieldWeights } from './balance.ts';
import { combination, countCorrect, multiHot } from './targets.ts';

const network = { classes: 3 };

describe('targets', () => {
  it('are 1 for every label of a field, and 0 for fields that only fill up', () => {
    const { data, shape } = multiHot([[2], [0, 1], []], { rows: 4, classes: 3 });
    expect(shape).toEqual([4, 3]);
    expect([...data]).toEqual([0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('what is right', () => {
  it('after a softmax, is the one largest probability', () => {
    const probability = Float32Array.of(0.25, 0.625, 0.125, 0.375, 0.375, 0.25, 0.5, 0.25, 0.25);
    expect(countCorrect(probability, [[1], [0], [0]], { head: 'softmax', network })).toBe(2);
    expect(countCorrect(probability, [[0], [1], [2]], { head: 'softmax', network })).toBe(0);
  });

  it('after sigmoids, is the exact set of labels from 0.5 on', () => {
    const probability = Float32Array.of(0.5, 0.75, 0.25, 0.875, 0.125, 0.625, 0.25, 0.25, 0.25);
    expect(countCorrect(probability, [[0, 1], [0], []], { head: 'sigmoid', network })).toBe(2);
    expect(countCorrect(probability, [[0, 1], [2, 0], [0]], { head: 'sigmoid', network })).toBe(2);
    expect(countCorrect(probability, [[1], [0, 1, 2]], { head: 'sigmoid', network })).toBe(0);
  });
});

describe('balance', () => {
  const groups = [[0], [0], [0], [0, 1], [1, 0], [1]].map((targets) => combination({ targets }));

  it('counts each combination of labels as a class of its own, in any order', () => {
    expect(new Set(groups).size).toBe(3);
    const weights = fieldWeights(groups, { kind: 'weights' });
    for (const [i, weight] of [2 / 3, 2 / 3, 2 / 3, 1, 1, 2].entries()) expect(weights[i]).toBeCloseTo(weight, 12);
    expect(fieldsPerEpoch(groups, { kind: 'cap', fields: 1 })).toBe(3);
    const shown = drawEpoch(groups, { balance: { kind: 'cap', fields: 2 }, seed: 1, epoch: 1 });
    expect(shown.map((place) => groups[place]).sort()).toEqual(['0', '0', '0,1', '0,1', '1']);
  });
});
