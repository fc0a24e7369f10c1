import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bScores, medianPolish } from './median-polish.ts';
import { simulatePlate } from './testing/simulate-plate.ts';

describe('medianPolish', () => {
  it('splits an additive plate into its parts without a rest', () => {
    const wells = [0, 1, 2].flatMap((row) =>
      [0, 1, 2, 3, 4].map((column) => ({ row, column, score: 10 + [-2, 0, 5][row]! + [0, 1, -1, 3, -4][column]! })),
    );
    const { overall, rows, columns, residuals, converged } = medianPolish(wells);
    expect(overall).toBe(10);
    expect([...rows.values()]).toEqual([-2, 0, 5]);
    expect([...columns.values()]).toEqual([0, 1, -1, 3, -4]);
    expect(residuals.every((residual) => residual === 0)).toBe(true);
    expect(converged).toBe(true);
  });

  it('adds up to the scores, with wells missing', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(29), { minLength: 1 }),
        fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 30, maxLength: 30 }),
        (places, scores) => {
          const wells = places.map((i) => ({ row: Math.floor(i / 6), column: i % 6, score: scores[i]! }));
          const { overall, rows, columns, residuals } = medianPolish(wells);
          for (const [i, { row, column, score }] of wells.entries())
            expect(overall + rows.get(row)! + columns.get(column)! + residuals[i]!).toBeCloseTo(score, 10);
        },
      ),
    );
  });

  it('takes no effect from a column of ignored wells, which keep their score but for that of the row', () => {
    const plate = simulatePlate(1, (row) => row);
    const controls = plate.map((well) =>
      well.column === 11 ? { ...well, score: 100 + well.row, ignored: true } : well,
    );
    const { columns, rows, residuals, overall } = medianPolish(controls);
    const without = medianPolish(controls.filter(({ ignored }) => !ignored));
    expect([...columns.keys()]).not.toContain(11);
    expect(rows).toEqual(without.rows);
    const corner = controls.findIndex(({ row, column }) => row === 7 && column === 11);
    expect(overall + residuals[corner]!).toBeCloseTo(107 - rows.get(7)!, 10);
  });
});

describe('bScores', () => {
  it('take simulated effects of rows and columns away', () => {
    const effect = (row: number, column: number) => (row === 0 ? 6 : 0) + column * 0.8;
    const [plain, shifted] = [bScores(simulatePlate(2, () => 0)), bScores(simulatePlate(2, effect))];
    // The polish of other numbers may end at another of its fixed points, close by.
    for (const [i, { bScore }] of shifted.entries()) expect(Math.abs(bScore! - plain[i]!.bScore!)).toBeLessThan(0.2);
  });

  it('keep a hit, on the scale of the deviation of the plate', () => {
    const wells = simulatePlate(3, (row, column) => (row === 4 && column === 5 ? 12 : row));
    const scores = bScores(wells);
    const hit = scores[4 * 12 + 5]!;
    expect(hit.bScore).toBeGreaterThan(7);
    expect(scores.filter(({ bScore }) => bScore! > 5)).toEqual([hit]);
    const squares = scores.filter((score) => score !== hit).reduce((sum, { bScore }) => sum + bScore! ** 2, 0);
    expect(Math.sqrt(squares / 95)).toBeGreaterThan(0.7);
    expect(Math.sqrt(squares / 95)).toBeLessThan(1.4);
  });

  it('are null on a plate without deviation', () => {
    expect(bScores([0, 1].map((row) => ({ row, column: 0, score: 2 })))).toEqual([
      { corrected: 2, bScore: null },
      { corrected: 2, bScore: null },
    ]);
  });
});
