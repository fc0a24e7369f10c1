import { describe, expect, it } from 'vitest';
import { field, inspect, type Made } from './testing/inspected-fields.ts';

const controls = {
  negative: { column: 'Compound', values: ['DMSO'] },
  positive: { column: 'Compound', values: ['taxol'] },
};
const wells = (plate: string, compound: string, names: readonly string[]): Made[] =>
  names.map((well) => ({ plate, well, compound }));

describe('control wells of a screen', () => {
  const made = [
    ...wells('P1', 'DMSO', ['B02', 'B03', 'B04', 'B05', 'B05']),
    ...wells('P1', 'taxol', ['C02', 'C03']),
    ...wells('P2', 'DMSO', ['B02']),
    ...wells('P2', 'drug', ['C02', 'C03']),
  ].map((one, i) => field({ ...one, site: String(i) }));

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

  it('are refused by the option that named them where no field has the value', () => {
    const positive = { column: 'Compound', values: ['staurosporine'] };
    expect(() => inspect(made, { controls: { ...controls, positive } })).toThrow(
      'positive staurosporine: no field has this value in Metadata_Compound, so the positive control wells are not known',
    );
  });
});
