import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { chooseByCrossValidation } from './cross-validation.ts';
import { trainFactorAnalysis } from './factor-profiles.ts';
import { type FieldCells, indexOfLargest } from './field-classifier.ts';
import { trainFieldFeatures } from './field-features.ts';
import { standardizationOf, standardize } from './standardization.ts';
import { trainSvmEnsemble } from './svm-ensemble.ts';

const names = Array.from({ length: 12 }, (_, j) => `feature ${j}`);

/**
 * Fields of 20 cells in three classes, two treatments each, two fields a well. A factor of its own moves four features of
 * every class; three cells in five respond. Two features say nothing: one is always NaN, one always the same.
 */
function simulate({ seed, shuffled = false }: { seed: number; shuffled?: boolean }) {
  const random = createRandom(seed, 'screen');
  const places = Array.from({ length: 36 }, (_, i) => i);
  const truth = places.map((i) => Math.floor(i / 12));
  const labels = shuffled ? random.shuffle(truth) : truth;
  const fields = truth.map((k): FieldCells => {
    const rows = Array.from({ length: 20 }, () => {
      const strength = random.uniform() < 0.6 ? 2 + random.normal() / 2 : 0;
      return names.map((_, j) => {
        if (j === 10) return Number.NaN;
        if (j === 11) return 0.1;
        return 100 * (j + 1) + 10 * ((Math.floor(j / 3) === k ? strength : 0) + random.normal());
      });
    });
    return { names, values: Float64Array.from(rows.flat()) };
  });
  return {
    fields,
    labels,
    classes: 3,
    folds: places.map((i) => Math.floor(i / 2) % 3),
    treatments: places.map((i) => `treatment ${Math.floor(i / 6)}`),
  };
}

const meanOf = ({ values }: FieldCells) =>
  names.map((_, j) => values.filter((_, i) => i % names.length === j).reduce((a, b) => a + b) / 20);

const empty: FieldCells = { names, values: new Float64Array() };
const [training, other] = [simulate({ seed: 1 }), simulate({ seed: 2 })];
const shuffled = simulate({ seed: 3, shuffled: true });

/** The share of the other screen's fields that a classifier has right. */
function accuracy(scores: (field: FieldCells) => ArrayLike<number>): number {
  return other.fields.filter((field, i) => indexOfLargest(scores(field)) === other.labels[i]).length / 36;
}

describe('trainFieldFeatures', () => {
  const means = (screen: typeof training) => ({ ...screen, fields: screen.fields.map(meanOf) });
  const learned = trainFieldFeatures(means(training));

  it('tells classes of fields it has not seen', () => {
    expect(accuracy((field) => learned.probability(meanOf(field)))).toBeGreaterThan(0.9);
    expect([100, 30, 10, 3, 1, 0.3, 0.1]).toContain(learned.l2);
    const sum = learned.probability(meanOf(other.fields[0]!)).reduce((a, b) => a + b);
    expect(sum).toBeCloseTo(1, 12);
  });

  it('takes the strongest penalty where there is nothing to learn', () => {
    const { l2, probability } = trainFieldFeatures(means(shuffled));
    expect(l2).toBe(100);
    expect(accuracy((field) => probability(meanOf(field)))).toBeLessThan(0.7);
  });

  it('knows no more than how often a class is, of a field that could not be measured', () => {
    const [p] = learned.probability(names.map(() => Number.NaN));
    expect(p).toBeGreaterThan(0.1);
    expect(p).toBeLessThan(0.6);
  });
});

describe('trainFactorAnalysis', () => {
  const learned = trainFactorAnalysis(training);

  it('tells classes of fields and of treatments it has not seen', () => {
    expect(accuracy((field) => learned.similarity([field]))).toBeGreaterThan(0.85);
    for (let group = 0; group < 6; group++) {
      const fields = other.fields.slice(6 * group, 6 * group + 6);
      expect(indexOfLargest(learned.similarity(fields))).toBe(Math.floor(group / 2));
    }
  });

  it('puts a training treatment at a distance of nothing from itself', () => {
    const similarity = learned.similarity(training.fields.slice(0, 6));
    expect(similarity[0]).toBeCloseTo(1, 12);
    expect(learned.profile(training.fields.slice(0, 6))).toHaveLength(learned.factors);
  });

  it('says nothing of a field without cells, and learns beside one', () => {
    expect(learned.profile([empty])).toBeUndefined();
    expect([...learned.similarity([empty])]).toEqual([-1, -1, -1]);
    const fields = training.fields.map((field, i) => (i === 0 ? empty : field));
    const beside = trainFactorAnalysis({ ...training, fields });
    expect(accuracy((field) => beside.similarity([field]))).toBeGreaterThan(0.85);
  });
});

describe('trainSvmEnsemble', () => {
  const learned = trainSvmEnsemble(training);

  it('tells classes of fields it has not seen by the votes of their cells', () => {
    expect(accuracy(learned.votes)).toBeGreaterThan(0.9);
    const votes = learned.votes(other.fields[0]!);
    expect(votes.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    for (const share of votes) expect(share * 20).toBeCloseTo(Math.round(share * 20), 9);
  });

  it('is the same with the same seed', () => {
    const again = trainSvmEnsemble(training);
    expect(again.cost).toBe(learned.cost);
    for (const field of other.fields) expect(again.votes(field)).toEqual(learned.votes(field));
  });

  it('has no opinion of a field without cells, and gives no vote to a class without any', () => {
    for (const share of learned.votes(empty)) expect(share).toBeCloseTo(1 / 3);
    const without = training.fields.map((field, i) => (training.labels[i] === 1 ? empty : field));
    const beside = trainSvmEnsemble({ ...training, fields: without }, { cost: 0.01 });
    expect(beside.votes(other.fields[15]!)[1]).toBe(0);
  });
});

describe('chooseByCrossValidation', () => {
  it('tests every sample once, on what was learned from the other folds, and takes the first of the best', () => {
    const tests: number[] = [];
    const chosen = chooseByCrossValidation(['a', 'b', 'c'], [0, 1, 1, 2], (candidate, trained, tested) => {
      if (candidate === 'a') tests.push(...tested);
      expect([...trained, ...tested].sort()).toEqual([0, 1, 2, 3]);
      expect(trained.includes(1)).toBe(trained.includes(2));
      return candidate === 'a' ? 2 : 1;
    });
    expect(chosen).toBe('b');
    expect(tests.sort()).toEqual([0, 1, 2, 3]);
  });

  it('takes the first where there is but one fold', () => {
    expect(chooseByCrossValidation([5, 6], [0, 0], () => Number.NaN)).toBe(5);
  });
});

describe('standardize', () => {
  it('brings features to mean 0 and deviation 1, and what says nothing to 0', () => {
    const rows = [
      [1, 0.1, Number.NaN, 5],
      [3, 0.1, Number.NaN, Number.NaN],
      [5, 0.1, Number.NaN, 9],
    ];
    const scale = standardizationOf(rows);
    const deviation = Math.sqrt(8 / 3);
    expect(rows.map((row) => [...standardize(row, scale)])).toEqual([
      [-2 / deviation, 0, 0, -1],
      [0, 0, 0, 0],
      [2 / deviation, 0, 0, 1],
    ]);
  });
});
