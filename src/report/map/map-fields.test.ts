import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { logOddsOf, mapFields } from './map-fields.ts';
import { principalComponents } from './principal-components.ts';

/** Fields of two kinds that differ in every number, in turn. */
function twoKinds(count: number, width: number) {
  const random = createRandom(1, 'kinds');
  return Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length: width }, () => random.normal() + (i % 2) * 8),
  );
}

/** Mean distance between places of one kind, and of the two kinds. */
function distances(places: readonly (readonly [number, number] | undefined)[]) {
  const sums = { same: [0, 0], other: [0, 0] };
  for (const [i, a] of places.entries()) {
    for (const [j, b] of places.entries()) {
      if (!a || !b || i >= j) continue;
      const of = i % 2 === j % 2 ? sums.same : sums.other;
      of[0]! += Math.hypot(a[0] - b[0], a[1] - b[1]);
      of[1]!++;
    }
  }
  return { same: sums.same[0]! / sums.same[1]!, other: sums.other[0]! / sums.other[1]! };
}

describe('principal components', () => {
  it('are those of the covariance matrix', () => {
    const random = createRandom(2, 'rows');
    const rows = Array.from({ length: 30 }, () =>
      Float64Array.from({ length: 6 }, (_, j) => random.normal() * (6 - j)),
    );
    const found = principalComponents(rows, { count: 3 });
    const centred = new Matrix(rows.map((row) => Array.from(row))).center('column');
    const values = new EigenvalueDecomposition(centred.transpose().mmul(centred)).realEigenvalues.sort((a, b) => b - a);
    const squares = [0, 1, 2].map((k) => found.reduce((sum, row) => sum + row[k]! ** 2, 0));
    for (const k of [0, 1, 2]) expect(squares[k]! / values[k]!).toBeCloseTo(1, 6);
    expect(Math.abs(found.reduce((sum, row) => sum + row[0]! * row[1]!, 0))).toBeLessThan(1e-6 * values[0]!);
  });
});

describe('the map of fields', () => {
  const about = { of: 'profiles', unit: 'field' };

  it.each([
    [12, 4, 'PCA of profiles of all 12 fields'],
    [50, 80, 'UMAP of profiles (by their first 50 principal components) of all 50 fields'],
  ])('lays %i fields of one kind together, by %i numbers, and the same again', async (count, width, how) => {
    const map = (await mapFields(twoKinds(count, width), about))!;
    expect(map.how).toBe(how);
    const { same, other } = distances(map.places);
    expect(other).toBeGreaterThan(1.5 * same);
    expect(await mapFields(twoKinds(count, width), about)).toEqual(map);
  });

  it('shows a sample of too many, and says so', async () => {
    const vectors = twoKinds(50, 3).map((vector, i) => (i === 0 ? undefined : vector));
    const map = (await mapFields(vectors, { ...about, most: 10 }))!;
    expect(map.how).toBe('PCA of profiles of 10 of 50 fields, evenly spread');
    expect(map.places.filter(Boolean)).toHaveLength(10);
    expect(map.places[0]).toBeUndefined();
  });

  it('is left out where nothing tells fields apart, and stopped when asked', async () => {
    expect(await mapFields([], about)).toBeNull();
    expect(await mapFields(Array(30).fill([1, 2]), about)).toBeNull();
    const stop = () => {
      throw new Error('stopped');
    };
    await expect(mapFields(twoKinds(50, 2), { ...about, goOn: stop })).rejects.toThrow('stopped');
  });

  it('has log odds that are finite also of probabilities that are certain', () => {
    const odds = logOddsOf({ probability: [1, 0, 0.5], bag: [Number.NaN] });
    expect([...odds]).toEqual([12, -12, 0, 0]);
  });
});
