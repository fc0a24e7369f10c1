import { describe, expect, it } from 'vitest';
import { doseSteps } from './dose-steps.ts';

const wells = (doses: Record<number, readonly number[]>) =>
  Object.entries(doses).flatMap(([dose, scores]) => scores.map((score) => ({ dose: Number(dose), score })));

describe('doseSteps', () => {
  it('finds a drop that exceeds what wells of one dose differ', () => {
    const { doses, deviation, drops } = doseSteps(wells({ 10: [4.9, 5.1], 0: [0.9, 1.1], 1: [6.9, 7.1] }));
    expect(doses.map(({ dose, mean }) => [dose, mean])).toEqual([
      [0, 1],
      [1, 7],
      [10, 5],
    ]);
    // s² = 3 · 0.02 / 3, t(0.975, 3) = 3.18245.
    expect(deviation).toBeCloseTo(Math.sqrt(0.02), 12);
    expect(drops).toEqual([
      { dose: 10, drop: expect.closeTo(2, 12), allowed: expect.closeTo(3.182446 * Math.sqrt(0.02), 6) },
    ]);
  });

  it('allows a drop within it, and counts the wells of both doses', () => {
    expect(doseSteps(wells({ 1: [1, 2], 2: [0.8, 1.8] })).drops).toEqual([]);
    const many = { 1: [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2], 2: [0.4, 1.4, 0.4, 1.4, 0.4, 1.4, 0.4, 1.4] };
    expect(doseSteps(wells(many)).drops).toHaveLength(1);
    expect(doseSteps(wells({ ...many, 2: many[2].slice(0, 2) })).drops).toEqual([]);
  });

  it('takes rounding for no drop where wells do not differ', () => {
    expect(doseSteps(wells({ 1: [0.1 + 0.2, 0.1 + 0.2], 2: [0.3, 0.3] })).drops).toEqual([]);
    expect(doseSteps(wells({ 1: [0.5, 0.5], 2: [0.4, 0.4] })).drops).toHaveLength(1);
  });

  it('knows nothing without replicates, and says so', () => {
    const steps = doseSteps(wells({ 1: [3], 2: [1] }));
    expect(steps).toMatchObject({
      deviation: null,
      drops: null,
      words: expect.stringMatching(/^No dose has two wells/),
    });
    expect(doseSteps(wells({ 1: [3, 4], 2: [1] })).words).toBe(
      'Wells of the same dose have a standard deviation of 0.707 (pooled over 2 doses, 1 degree of freedom). The mean of n2 ' +
        'wells may be lower than that of n1 wells of the dose before by 8.98 · √(1/n1 + 1/n2), a 95 % interval of such a ' +
        'difference.',
    );
  });
});
