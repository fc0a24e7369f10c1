import { describe, expect, it } from 'vitest';
import { type LabelledField, planValidation, type ValidationOptions } from './plan-validation.ts';

/** So many wells of two fields for each class. */
const fieldsOf = (wells: Readonly<Record<string, number>>): LabelledField[] =>
  Object.entries(wells).flatMap(([label, count]) =>
    Array.from({ length: 2 * count }, (_, i) => ({ label, well: `${label} ${i >> 1}` })),
  );
const plan = (wells: Readonly<Record<string, number>>, more: Partial<ValidationOptions> = {}) => {
  const fields = fieldsOf(wells);
  const { validates, epoch } = planValidation(fields, { share: 0.1, seed: 1, ...more });
  const chosen = new Set(fields.filter((_, i) => validates[i]).map(({ well }) => well));
  const count = (label: string) => [...chosen].filter((well) => well.startsWith(`${label} `)).length;
  return { counts: Object.keys(wells).map(count), ...epoch };
};

describe('planValidation', () => {
  it.each([
    { wells: { a: 1, b: 1 }, counts: [0, 0] },
    { wells: { a: 2, b: 2 }, counts: [0, 0] },
    { wells: { a: 3, b: 14 }, counts: [1, 1] },
    { wells: { a: 15, b: 24 }, counts: [2, 2] },
    { wells: { a: 25, b: 100 }, counts: [3, 10] },
  ])('draws a tenth of the wells of every class, one of three, and whole: $wells', ({ wells, counts }) => {
    expect(plan(wells).counts).toEqual(counts);
  });

  it('lets them choose the epoch where every class has two wells among them', () => {
    expect(plan({ a: 15, b: 24, c: 100 })).toMatchObject({
      by: 'validation',
      words: '28 validation fields of 14 wells choose the epoch',
    });
    expect(plan({ a: 4, b: 4 }, { share: 0.5 })).toMatchObject({ counts: [2, 2], by: 'validation' });
  });

  it('keeps the last epoch where a class has fewer, and says which', () => {
    expect(plan({ a: 30, b: 3, c: 100 })).toEqual({
      counts: [3, 1, 10],
      by: 'last',
      words:
        'the weights of the last epoch are kept: b has 1 well among the validation fields, and 2 of every class are ' +
        'needed to choose an epoch; the 28 validation fields only show how the training goes',
    });
    expect(plan({ a: 30, b: 2 })).toMatchObject({ by: 'last', words: expect.stringContaining('b has no well among') });
  });

  describe('of several plates', () => {
    /** Wells of each class on each of some plates, of two fields. */
    const onPlates = (plates: readonly Readonly<Record<string, number>>[]): LabelledField[] =>
      plates.flatMap((wells, p) =>
        fieldsOf(wells).map((field) => ({ ...field, well: `${p} ${field.well}`, plate: `${p}` })),
      );
    const drawn = (fields: readonly LabelledField[], share = 0.1) => {
      const { validates, epoch } = planValidation(fields, { share, seed: 1 });
      const [own, others] = [true, false].map(
        (is) => new Set(fields.filter((_, i) => validates[i] === is).map(({ plate }) => plate)),
      );
      return {
        own: own!,
        shared: [...own!].filter((plate) => others!.has(plate)),
        count: validates.filter(Boolean).length,
        epoch,
      };
    };

    it('takes whole ones where they have wells enough of every class', () => {
      const { own, shared, count, epoch } = drawn(onPlates(new Array(8).fill({ a: 2, b: 4 })));
      expect(own.size).toBe(1);
      expect(shared).toEqual([]);
      expect(count).toBe(12);
      expect(epoch).toEqual({
        by: 'validation',
        words: '12 validation fields of 6 wells on 1 plate that does not train choose the epoch',
      });
      expect(drawn(onPlates(new Array(12).fill({ a: 1, b: 4 }))).own.size).toBe(2);
    });

    it('takes wells where whole plates are too many fields, or a class would lose its last plate', () => {
      const large = drawn(onPlates(new Array(4).fill({ a: 20, b: 20 })));
      expect(large.shared.length).toBeGreaterThan(0);
      expect(large.epoch.words).toMatch(/choose the epoch; their plates train, too$/);
      const lonely = drawn(onPlates([{ a: 20, b: 20 }, ...new Array(9).fill({ b: 20 })]));
      expect(lonely.shared.length).toBeGreaterThan(0);
    });

    it('takes none where nothing is to validate, and wells where a field has no plate', () => {
      const plates = onPlates(new Array(8).fill({ a: 2, b: 4 }));
      expect(drawn(plates, 0).count).toBe(0);
      const unnamed = planValidation([{ label: 'a', well: 'x' }, ...plates], { share: 0.1, seed: 1 });
      expect(unnamed.epoch.words).not.toContain('plate');
    });
  });

  it('says why nothing validates', () => {
    expect(plan({ a: 2, b: 1 })).toMatchObject({
      by: 'last',
      words: 'the weights of the last epoch are kept: no class has wells enough to spare one for validation',
    });
    expect(plan({ a: 20, b: 20 }, { share: 0 })).toMatchObject({
      counts: [0, 0],
      by: 'last',
      words: 'the weights of the last epoch are kept: no field is to validate',
    });
  });

  it('counts a well for each of its labels', () => {
    expect(plan({ A: 5, B: 5, 'A|B': 5 })).toMatchObject({ counts: [1, 1, 1], by: 'validation' });
    expect(plan({ A: 5, B: 5, 'A|C': 5 })).toMatchObject({
      by: 'last',
      words: expect.stringContaining('B has 1 well'),
    });
  });

  it('judges fields that are drawn already by what is left of them', () => {
    const fields = fieldsOf({ a: 20, b: 20 });
    const { validates } = planValidation(fields, { share: 0.1, seed: 1 });
    // One of the wells of b has no cell and is left out.
    const lost = fields.findLast((_, i) => validates[i])!.well;
    const kept = fields.flatMap((field, i) => (field.well === lost ? [] : [{ field, validates: validates[i]! }]));
    const { epoch } = planValidation(
      kept.map(({ field }) => field),
      { share: 0.1, seed: 1, validates: kept.map((one) => one.validates) },
    );
    expect(epoch).toMatchObject({ by: 'last', words: expect.stringContaining('b has 1 well') });
  });
});
