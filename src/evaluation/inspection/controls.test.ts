import { describe, expect, it } from 'vitest';
import { field, inspect, type Made } from './testing/inspected-fields.ts';

const controls = {
  negative: { column: 'Compound', values: ['DMSO'] },
  positive: { column: 'Compound', values: ['taxol'] },
};
const wells = (plate: string, compound: string, names: readonly string[]): Made[] =>
  names.map((well) => ({ plate, well, compound }));

describe('control wells of a screen', () => {
  const known = [
    ...wells('P1', 'DMSO', ['B02', 'B03', 'B04', 'B05', 'B05']),
    ...wells('P1', 'taxol', ['C02', 'C03']),
    ...wells('P2', 'DMSO', ['B02']),
    ...wells('P2', 'drug', ['C02', 'C03']),
  ];
  const made = known.map((one, i) => field({ ...one, site: String(i) }));

  it('are counted as wells, plate by plate', () => {
    expect(inspect(made, { controls }).controls).toEqual({
      ...{ column: 'Compound', negative: ['DMSO'], positive: ['taxol'] },
      plates: [
        { plate: 'P1', negatives: 4, positives: 2 },
        { plate: 'P2', negatives: 1, positives: 0 },
      ],
    });
    expect(inspect(made).controls).toBeNull();
  });

  it('are missed where a plate has none, and called few where Z′ would be rough', () => {
    const problems = inspect(made, { controls }).advice.map(({ problem }) => problem);
    expect(problems).toContain('P2 has no positive control well that can be read');
    expect(problems).toContain('P2 has fewer than 4 negative control wells');
    expect(problems).toContain('P1 has fewer than 4 positive control wells');
    expect(problems).not.toContainEqual(expect.stringMatching(/P1.* negative/));
  });

  it('make plates alike that differ in brightness, where each plate has some', () => {
    const dim = known.map((one, i) =>
      field({ ...one, site: String(i), ...(one.plate === 'P2' && { channels: [{ mean: 100 }, { mean: 100 }] }) }),
    );
    const remedies = (asked: Parameters<typeof inspect>[1]) =>
      inspect(dim, asked).advice.flatMap(({ problem, remedy }) => (/brightness/.test(problem) ? [remedy] : []));
    expect(remedies({ controls })).toEqual(['train with ‹normalization› controls']);
    // Taxol is on one of the plates alone, and so are most fields.
    const alone = { negative: { column: 'Compound', values: ['taxol'] } };
    const otherwise = [
      expect.stringMatching(/^make plates alike by control wells.*not advised: plate P2 has 3 fields$/),
    ];
    expect(remedies({ controls: alone })).toEqual(otherwise);
    expect(remedies({})).toEqual(otherwise);
  });

  it('are refused by the option that named them where no field has the value', () => {
    const positive = { column: 'Compound', values: ['staurosporine'] };
    expect(() => inspect(made, { controls: { ...controls, positive } })).toThrow(
      'positive staurosporine: no field has this value in Metadata_Compound, so the positive control wells are not known',
    );
  });
});
