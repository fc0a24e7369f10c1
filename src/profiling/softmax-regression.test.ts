import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { fitSoftmaxRegression, predictClass, softmaxLoss } from './softmax-regression.ts';

/** Three clouds in the plane, the first sample of each at its centre. */
function clouds(n: number) {
  const random = createRandom(2, 'clouds');
  const y = Int32Array.from({ length: n }, (_, i) => i % 3);
  const x = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const angle = (2 * Math.PI * y[i]!) / 3;
    x[2 * i] = Math.cos(angle) + 0.6 * random.normal();
    x[2 * i + 1] = Math.sin(angle) + 0.6 * random.normal();
  }
  return { x, y };
}

describe('softmaxLoss', () => {
  it('has the gradient that central differences give', () => {
    const { x, y } = clouds(20);
    const random = createRandom(3);
    const parameters = Float64Array.from({ length: 9 }, random.normal);
    const shape = { features: 2, classes: 3, l2: 0.7 };
    const { gradient } = softmaxLoss(parameters, x, y, shape);
    for (let j = 0; j < 9; j++) {
      const at = (shift: number) =>
        softmaxLoss(
          parameters.map((value, i) => value + (i === j ? shift : 0)),
          x,
          y,
          shape,
        ).loss;
      expect(gradient[j]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 6);
    }
  });

  it('is n log K for parameters of zero, and finite for enormous scores', () => {
    const shape = { features: 1, classes: 4 };
    expect(softmaxLoss(new Float64Array(8), new Float64Array(5), [0, 1, 2, 3, 0], shape).loss).toBeCloseTo(
      5 * Math.log(4),
      12,
    );
    const steep = softmaxLoss(Float64Array.of(1e4, -1e4, 0, 0), Float64Array.of(1, 1), [0, 1], {
      features: 1,
      classes: 2,
      l2: 0,
    });
    expect(steep.loss).toBe(2e4);
  });
});

describe('fitSoftmaxRegression', () => {
  it('without features gives the frequencies of the classes', () => {
    const { parameters, converged } = fitSoftmaxRegression(new Float64Array(0), [0, 0, 0, 1, 1, 2], {
      features: 0,
      classes: 3,
    });
    expect(converged).toBe(true);
    const weights = parameters.map(Math.exp);
    const total = weights[0]! + weights[1]! + weights[2]!;
    expect(weights[0]! / total).toBeCloseTo(3 / 6, 5);
    expect(weights[1]! / total).toBeCloseTo(2 / 6, 5);
  });

  it('balances loss and penalty as the equation of two points says: l2 · w = 2 / (1 + exp(2 w))', () => {
    for (const l2 of [0.01, 1, 10]) {
      const { parameters } = fitSoftmaxRegression(Float64Array.of(1, -1), [0, 1], {
        features: 1,
        classes: 2,
        l2,
        tolerance: 1e-9,
      });
      const w = parameters[0]!;
      expect(parameters[1]).toBeCloseTo(-w, 8);
      expect(l2 * w).toBeCloseTo(2 / (1 + Math.exp(2 * w)), 7);
    }
  });

  it('reaches a point that no neighbour improves on, and is right where the clouds are dense', () => {
    const { x, y } = clouds(150);
    const shape = { features: 2, classes: 3, l2: 0.5 };
    const model = fitSoftmaxRegression(x, y, shape);
    expect(model.converged).toBe(true);
    const least = softmaxLoss(model.parameters, x, y, shape).loss;
    const random = createRandom(4);
    for (let trial = 0; trial < 20; trial++) {
      const near = model.parameters.map((value) => value + 0.01 * random.normal());
      expect(softmaxLoss(near, x, y, shape).loss).toBeGreaterThan(least - 1e-9);
    }
    for (let k = 0; k < 3; k++) {
      const angle = (2 * Math.PI * k) / 3;
      expect(predictClass(model, [Math.cos(angle), Math.sin(angle)])).toBe(k);
    }
  });

  it('stays finite on classes that a line separates, without penalty', () => {
    const model = fitSoftmaxRegression(Float64Array.of(-2, -1, 1, 2), [0, 0, 1, 1], {
      features: 1,
      classes: 2,
      l2: 0,
      iterations: 50,
    });
    expect(model.parameters.every(Number.isFinite)).toBe(true);
    expect(predictClass(model, [0.5])).toBe(1);
  });
});
