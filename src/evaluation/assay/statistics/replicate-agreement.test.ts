import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { midRanks } from './ranks.ts';
import { replicateAgreement } from './replicate-agreement.ts';

function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [a, b] = [x.map((v) => v - mean(x)), y.map((v) => v - mean(y))];
  const sum = (p: readonly number[], q: readonly number[]) => p.reduce((total, v, i) => total + v * q[i]!, 0);
  return sum(a, b) / Math.sqrt(sum(a, a) * sum(b, b));
}

describe('replicateAgreement', () => {
  it('is the correlation over all ordered pairs of wells of a treatment', () => {
    const wells = fc.array(
      fc.record({ treatment: fc.constantFrom('a', 'b', 'c', 'd'), score: fc.integer({ min: -4, max: 4 }) }),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(wells, (all) => {
        const pairs = all.flatMap((a, i) =>
          all.flatMap((b, j) => (i !== j && a.treatment === b.treatment ? [[a.score, b.score] as const] : [])),
        );
        const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const found = replicateAgreement(all);
        expect(found.pairs).toBe(pairs.length / 2);
        if (pairs.length < 6 || new Set(x).size === 1) expect(found).toMatchObject({ pearson: null, spearman: null });
        else {
          expect(found.pearson).toBeCloseTo(correlation(x, y), 10);
          expect(found.spearman).toBeCloseTo(correlation(midRanks(x).ranks, midRanks(y).ranks), 10);
        }
      }),
    );
  });

  it('is 1 where replicates are equal, and -1 where each pair lies on both sides of one mean', () => {
    const wells = (a: readonly number[], b: readonly number[]) =>
      a.flatMap((score, i) => [
        { treatment: `${i}`, score },
        { treatment: `${i}`, score: b[i]! },
      ]);
    expect(replicateAgreement(wells([1, 2, 5], [1, 2, 5]))).toEqual({
      pairs: 3,
      treatments: 3,
      pearson: 1,
      spearman: 1,
    });
    expect(replicateAgreement(wells([1, 2, 3], [-1, -2, -3])).pearson).toBeCloseTo(-1, 12);
  });

  it('does not count treatments with one well', () => {
    expect(replicateAgreement([{ treatment: 'a', score: 1 }])).toEqual({
      pairs: 0,
      treatments: 0,
      pearson: null,
      spearman: null,
    });
  });
});
