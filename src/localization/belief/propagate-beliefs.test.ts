import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { enumerateMarginals, type Field, forestOf, randomField, sumProduct } from '../testing/random-field.ts';
import { propagateBeliefs } from './propagate-beliefs.ts';

interface Golden {
  readonly height: number;
  readonly width: number;
  readonly coupling: number;
  readonly theta: readonly (readonly number[])[];
  readonly exact: readonly number[];
  readonly loopy: readonly number[];
}
const golden: { readonly fields: readonly Golden[] } = JSON.parse(
  await readFile(new URL('../../../test/fixtures/belief.json', import.meta.url), 'utf8'),
);

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const lengths = fc.integer({ min: 1, max: 10 });

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, within = 1e-6): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) expect(Math.abs(found[i]! - expected[i]!)).toBeLessThan(within);
}

const transposed = <T extends Float32Array | readonly number[]>(data: T, { height, width }: Field): Float32Array =>
  Float32Array.from({ length: height * width }, (_, i) => data[(i % height) * width + Math.floor(i / height)]!);

describe('belief propagation', () => {
  it.each(golden.fields)('has the fixed point of a $height × $width grid with coupling $coupling', (expected) => {
    const theta = Float32Array.from(expected.theta.flat());
    const found = propagateBeliefs({ ...expected, theta, tolerance: 1e-9 });
    expect(found.converged).toBe(true);
    expectClose(found.probability, expected.loopy);
    if (expected.height === 1) expectClose(found.probability, expected.exact);
  });

  it('is exact on chains, in a sweep, whatever the coupling of each edge', () => {
    fc.assert(
      fc.property(seeds, lengths, fc.boolean(), (seed, length, upright) => {
        const field = randomField(createRandom(seed), { height: upright ? length : 1, width: upright ? 1 : length });
        const found = propagateBeliefs({ ...field, iterations: 1 });
        expectClose(found.probability, enumerateMarginals(field));
      }),
      { numRuns: 60 },
    );
  });

  it('is exact on grids whose couplings make a forest', () => {
    const sides = fc.tuple(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 2, max: 4 }));
    fc.assert(
      fc.property(seeds, sides, (seed, [height, width]) => {
        const random = createRandom(seed);
        const field = forestOf(randomField(random, { height, width }), random);
        const found = propagateBeliefs({ ...field, tolerance: 1e-9 });
        expect(found.converged).toBe(true);
        expectClose(found.probability, enumerateMarginals(field));
      }),
      { numRuns: 60 },
    );
  });

  it('has the fixed point of plain message passing on grids of any size', () => {
    const sides = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(seeds, sides, (seed, [height, width]) => {
        const field = randomField(createRandom(seed), { height, width, coupling: 0.6 });
        const found = propagateBeliefs({ ...field, tolerance: 1e-8 });
        expect(found.converged).toBe(true);
        expectClose(found.probability, sumProduct(field));
      }),
      { numRuns: 12 },
    );
  });

  it('is within a hundredth of the fixed point with the tolerance that it has by itself', () => {
    const field = randomField(createRandom(5), { height: 50, width: 70, coupling: 0.9 });
    expectClose(propagateBeliefs(field).probability, propagateBeliefs({ ...field, tolerance: 1e-9 }).probability, 0.01);
  });

  it('knows no direction and no favourite state', () => {
    const field = randomField(createRandom(3), { height: 20, width: 35, coupling: 1 });
    const { right, down } = field.coupling;
    const { probability } = propagateBeliefs({ ...field, tolerance: 1e-8 });
    const turned = propagateBeliefs({
      theta: transposed(field.theta, field),
      height: field.width,
      width: field.height,
      coupling: { right: transposed(down, field), down: transposed(right, field) },
      tolerance: 1e-8,
    });
    expectClose(turned.probability, transposed(probability, field));
    const inverted = propagateBeliefs({ ...field, theta: field.theta.map((value) => -value), tolerance: 1e-8 });
    expectClose(
      inverted.probability,
      probability.map((p) => 1 - p),
    );
  });

  it('gives the pixels alone without coupling, and removes a speck with it', () => {
    const theta = new Float32Array(49).fill(-1);
    theta[24] = 2;
    const plane = { theta, height: 7, width: 7 };
    expect(propagateBeliefs({ ...plane, coupling: 0 }).probability[24]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
    expect(propagateBeliefs({ ...plane, coupling: 1 }).probability[24]).toBeLessThan(0.5);
  });

  it('says when it did not converge', () => {
    const field = randomField(createRandom(1), { height: 30, width: 30, coupling: 2 });
    const early = propagateBeliefs({ ...field, iterations: 2 });
    expect(early).toMatchObject({ converged: false, iterations: 2 });
    expect(early.change).toBeGreaterThan(1e-3);
    const none = propagateBeliefs({ ...field, iterations: 0 });
    expect(none).toMatchObject({ converged: false, iterations: 0 });
    expectClose(
      none.probability,
      field.theta.map((value) => 1 / (1 + Math.exp(-value))),
    );
  });

  it('stays finite on endless evidence and coupling, and on a plane without pixels', () => {
    const theta = Float32Array.from({ length: 400 }, (_, i) => [Infinity, -Infinity, 1e30, -1e30, 0][i % 5]!);
    for (const coupling of [0, 1, 1e6, Number.POSITIVE_INFINITY]) {
      const { probability } = propagateBeliefs({ theta, height: 20, width: 20, coupling });
      expect(probability.every((p) => p >= 0 && p <= 1)).toBe(true);
    }
    const nothing = propagateBeliefs({ theta: new Float32Array(0), height: 0, width: 0, coupling: 1 });
    expect(nothing).toMatchObject({ converged: true, probability: new Float32Array(0) });
  });

  it('refuses what it cannot use', () => {
    const theta = new Float32Array(6);
    const plane = { theta, height: 2, width: 3 };
    expect(() => propagateBeliefs({ ...plane, width: 4, coupling: 1 })).toThrow(/theta does not fit/);
    expect(() => propagateBeliefs({ ...plane, coupling: -1 })).toThrow(/negative or NaN/);
    expect(() => propagateBeliefs({ ...plane, coupling: { right: theta, down: theta.subarray(1) } })).toThrow(/down/);
    expect(() => propagateBeliefs({ ...plane, theta: theta.map(() => Number.NaN), coupling: 1 })).toThrow(/NaN/);
  });
});
