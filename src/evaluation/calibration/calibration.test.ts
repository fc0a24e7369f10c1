import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { evaluateCalibration } from './calibration.ts';

/** Fields of two classes, of which the first is predicted with these probabilities; `right` says for which it is true. */
function ofTwo(probabilities: readonly number[], right: readonly boolean[]) {
  return evaluateCalibration({
    truth: right.map((is) => [is ? 0 : 1]),
    predicted: probabilities.map(() => [0]),
    probabilities: probabilities.flatMap((p) => [p, 1 - p]),
    classes: 2,
    several: false,
  });
}

describe('calibration', () => {
  it('is counted by hand in bins of equally many', () => {
    // 10 fields at 0.6 of which 9 are right, 10 at 0.9 of which 6 are: |0.9 - 0.6| and |0.6 - 0.9|.
    const probabilities = Array.from({ length: 20 }, (_, i) => (i < 10 ? 0.6 : 0.9));
    const right = probabilities.map((_, i) => (i < 10 ? i !== 3 : i < 16));
    const found = ofTwo(probabilities, right);
    expect(found.bins.map(({ n, low, high }) => [n, low, high])).toEqual([
      [10, 0.6, 0.6],
      [10, 0.9, 0.9],
    ]);
    expect(found.bins.map(({ accuracy }) => accuracy)).toEqual([0.9, 0.6]);
    expect(found.expectedCalibrationError).toBeCloseTo(0.3, 10);
    expect(found).toMatchObject({ of: 'class', n: 20, accuracy: 0.75 });
    expect(found.confidence).toBeCloseTo(0.75, 10);
    const loss = -(9 * Math.log(0.6) + Math.log(0.4) + 6 * Math.log(0.9) + 4 * Math.log(0.1)) / 20;
    expect(found.negativeLogLikelihood).toBeCloseTo(loss, 10);
  });

  it('keeps equal probabilities together', () => {
    const found = ofTwo([...Array(35).fill(0.7), ...Array(5).fill(0.9)], Array(40).fill(true));
    expect(found.bins.map(({ n }) => n)).toEqual([35, 5]);
  });

  it('of probabilities that are shares has the error that chance has, and of others a larger one', () => {
    const random = createRandom(5, 'calibration');
    const errors = Array.from({ length: 60 }, () => {
      const probabilities = Array.from({ length: 120 }, () => 0.5 + 0.45 * random.uniform());
      const right = probabilities.map((p) => random.uniform() < p);
      return { found: ofTwo(probabilities, right), sharper: ofTwo(probabilities.map(Math.sqrt), right) };
    });
    const mean = (of: (one: (typeof errors)[number]) => number) =>
      errors.reduce((sum, one) => sum + of(one), 0) / errors.length;
    const found = mean((one) => one.found.expectedCalibrationError);
    expect(found / mean((one) => one.found.byChance)).toBeCloseTo(1, 1);
    expect(mean((one) => one.sharper.expectedCalibrationError)).toBeGreaterThan(found + 0.03);
  });

  it('of several labels counts each of them', () => {
    const found = evaluateCalibration({
      truth: [[0, 1], []],
      predicted: [[0], []],
      probabilities: [0.9, 0.4, 0.2, 0.1],
      classes: 2,
      several: true,
    });
    expect(found).toMatchObject({ of: 'label', n: 4, accuracy: 0.5 });
    expect(found.expectedCalibrationError).toBeCloseTo(Math.abs(2 - 1.6) / 4, 10);
    const loss = -(Math.log(0.9) + Math.log(0.4) + Math.log(0.8) + Math.log(0.9)) / 2;
    expect(found.negativeLogLikelihood).toBeCloseTo(loss, 10);
  });
});
