import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { againstControls, type Comparing } from './against-controls.ts';
import type { WellRole } from './assay.ts';
import type { RawWell } from './score-wells.ts';

const usual: Comparing = { normalization: 'robust-z', correction: 'none', fewCells: 0.5 };
const well = (name: string, score: number, more: Partial<RawWell> = {}): RawWell => ({
  ...{ plate: 'P', group: null, well: name, row: 0, column: 0, role: 'sample' as WellRole },
  ...{ treatment: 't', compound: null, dose: null, unit: null, replicate: null, fields: 1, score, cells: null },
  ...more,
});
const negative = (name: string, score: number, more: Partial<RawWell> = {}) =>
  well(name, score, { role: 'negative', ...more });
const controls = [1, 2, 3, 4, 100].map((score, i) => negative(`A0${i}`, score));

describe('wells against the negative controls of their plate', () => {
  it('have a robust z by median and MAD', () => {
    const [sample] = againstControls([well('B01', 10), ...controls], usual);
    // Median 3, absolute deviations 2, 1, 0, 1, 97.
    expect(sample!.normalized).toBeCloseTo((10 - 3) / 1.4826, 12);
  });

  it('have per cent of the mean of the controls', () => {
    const [sample] = againstControls([well('B01', 11), ...controls], {
      ...usual,
      normalization: 'percent-of-controls',
    });
    expect(sample!.normalized).toBeCloseTo(50, 12);
  });

  it('take the standard deviation where half of the controls are alike, and nothing where all are', () => {
    const alike = [3, 3, 3, 3, 8].map((score, i) => negative(`A0${i}`, score));
    const [sample] = againstControls([well('B01', 10), ...alike], usual);
    expect(sample!.normalized).toBeCloseTo((10 - 3) / Math.sqrt(5), 12);
    const [none] = againstControls([well('B01', 10), ...alike.slice(0, 4)], usual);
    expect(none!.normalized).toBeNull();
  });

  it('know only the controls of their own plate and group', () => {
    const other = [5, 6, 7].flatMap((score, i) => [
      negative(`C0${i}`, score, { plate: 'Q' }),
      negative(`D0${i}`, 10 * score, { group: 'g' }),
    ]);
    const wells = [
      well('B01', 10),
      well('B01', 10, { plate: 'Q' }),
      well('B02', 10, { group: 'g' }),
      well('B01', 1, { plate: 'R' }),
    ];
    const found = againstControls([...wells, ...controls, ...other], usual).slice(0, 4);
    expect(found.map(({ normalized }) => normalized)).toEqual(
      [7 / 1.4826, 4 / 1.4826, -50 / 14.826, null].map((z) => (z === null ? null : expect.closeTo(z, 10))),
    );
  });

  it('do not move where all scores of the plate are shifted and stretched', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: 0.1, max: 9, noNaN: true }),
        (shift, stretch) => {
          const wells = [well('B01', 10), well('B02', -3), ...controls];
          const moved = wells.map((one) => ({ ...one, score: shift + stretch * one.score }));
          const [a, b] = [wells, moved].map((all) => againstControls(all, usual).map(({ normalized }) => normalized));
          expect(b).toEqual(a!.map((value) => expect.closeTo(value!, 8)));
        },
      ),
    );
  });

  it('are flagged where they have far fewer cells a field than the controls', () => {
    const cells = [100, 120, 80].map((count, i) => negative(`A0${i}`, i, { cells: 2 * count, fields: 2 }));
    const samples = [well('B01', 1, { cells: 49 }), well('B02', 1, { cells: 51 }), well('B03', 1)];
    const found = againstControls([...samples, ...cells], usual);
    expect(found.slice(0, 3).map(({ fewCells }) => fewCells)).toEqual([true, false, false]);
  });
});
