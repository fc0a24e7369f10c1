import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldsByWell, type SplitField, splitFields } from './splits.ts';

/** A screen of `classes` × `wells` wells with `sites` fields each; a replicate is every second well. */
function screen({ classes = 3, wells = 10, sites = 4 } = {}): SplitField[] {
  const fields: SplitField[] = [];
  for (let c = 0; c < classes; c++) {
    for (let w = 0; w < wells; w++) {
      for (let s = 0; s < sites; s++) {
        fields.push({
          label: `class ${c}`,
          well: `${c}-${w}`,
          metadata: { Metadata_Replicate: String((w % 2) + 1), Metadata_Site: String(s), Metadata_Dose: '0.003000' },
        });
      }
    }
  }
  return fields;
}

const anyScreen = fc.record({
  classes: fc.integer({ min: 1, max: 6 }),
  wells: fc.integer({ min: 1, max: 12 }),
  sites: fc.integer({ min: 1, max: 4 }),
});

const wellsOf = (fields: readonly SplitField[], splits: readonly string[], split: string) =>
  new Set(fields.filter((_, i) => splits[i] === split).map(({ well }) => well));

describe('splitFields', () => {
  it('never puts a well on two sides, trains on every class and repeats itself by seed', () => {
    fc.assert(
      fc.property(anyScreen, fc.double({ min: 0.05, max: 1, noNaN: true }), fc.nat(99), (shape, fraction, seed) => {
        const fields = screen(shape);
        const options = { fraction, validation: 0.2, seed };
        const splits = splitFields(fields, options);
        expect(splitFields(fields, options)).toEqual(splits);
        const sides = ['train', 'validation', 'test'].map((split) => wellsOf(fields, splits, split));
        expect(sides.reduce((total, side) => total + side.size, 0)).toBe(new Set(fields.map((f) => f.well)).size);
        const trained = new Set(fields.filter((_, i) => splits[i] === 'train').map(({ label }) => label));
        expect(trained.size).toBe(shape.classes);
      }),
    );
  });

  it('gives a field the same split wherever the table lists it', () => {
    const fields = screen();
    const options = { fraction: 0.5, validation: 0.2, seed: 3 };
    const splits = splitFields(fields, options);
    expect(splitFields(fields.toReversed(), options).toReversed()).toEqual(splits);
  });

  it('draws wells by the combination of their labels, and lets one be tested if each of its labels is trained', () => {
    const combined = screen({ classes: 3 }).map((field) =>
      field.label === 'class 2' ? { ...field, label: 'class 0|class 1' } : field,
    );
    const splits = splitFields(combined, { fraction: 0.5, validation: 0.2 });
    for (const label of new Set(combined.map((field) => field.label))) {
      const own = combined.filter((field) => field.label === label);
      const wells = wellsOf(
        own,
        splits.filter((_, i) => combined[i]!.label === label),
        'test',
      );
      expect(wells.size).toBe(5);
    }
    const held = combined.map((field) => ({ ...field, metadata: { Label: field.label } }));
    const tested = splitFields(held, { holdout: ['Label=class 0|class 1'] });
    expect(tested.filter((split) => split === 'test')).toHaveLength(40);
    const unknown = held.map((field) => ({ ...field, label: field.label.replace('|class 1', '|class 9') }));
    expect(() => splitFields(unknown, { holdout: ['Label=class 0|class 1'] })).toThrow(
      'a class would be tested of which no field is left to train on (found class 9)',
    );
  });

  it('draws other wells by another seed', () => {
    const fields = screen();
    const draws = [1, 2, 3, 4].map((seed) => splitFields(fields, { fraction: 0.3, seed }).join());
    expect(new Set(draws).size).toBeGreaterThan(1);
  });

  it('trains on about the fraction of the wells of every class and tests all others', () => {
    const fields = screen({ classes: 4, wells: 40 });
    const splits = splitFields(fields, { fraction: 0.15, seed: 2 });
    for (let c = 0; c < 4; c++) {
      const train = fields.filter((field, i) => field.label === `class ${c}` && splits[i] === 'train');
      expect(train.length).toBe(6 * 4);
    }
    expect(splits.filter((split) => split === 'test').length).toBe(34 * 4 * 4);
  });

  it('validates on a well of every class that has three, on none of a class that has one', () => {
    const validated = (wells: number, validation: number) => {
      const fields = screen({ wells });
      return wellsOf(fields, splitFields(fields, { validation }), 'validation').size / 3;
    };
    expect(validated(3, 0.1)).toBe(1);
    expect(validated(1, 0.5)).toBe(0);
    expect(validated(2, 0.1)).toBe(0);
    expect(validated(20, 0.1)).toBe(2);
    expect(validated(20, 0)).toBe(0);
    expect(validated(3, 0.9)).toBe(2);
  });

  it('holds out what meets any condition, the column in any case and with any prefix', () => {
    const fields = screen();
    const splits = splitFields(fields, { holdout: ['replicate=2'], validation: 0.2 });
    for (const [i, { metadata }] of fields.entries()) {
      expect(splits[i] === 'test').toBe(metadata.Metadata_Replicate === '2');
    }
    const both = splitFields(
      fields.map((field, i) => ({
        ...field,
        metadata: { ...field.metadata, Metadata_Plate: field.well, Row: `${i}` },
      })),
      { holdout: ['Plate=0-1', 'PLATE=1-2'] },
    );
    expect(both.filter((split) => split === 'test').length).toBe(8);
  });

  it('compares numbers as numbers', () => {
    const fields = screen().map((field, i) => (i < 4 ? { ...field, metadata: { Metadata_Dose: '0.1' } } : field));
    const splits = splitFields(fields, {
      holdout: ['Dose=0.10'],
      screen: { source: 'fields.csv', columns: ['Metadata_Dose'] },
    });
    expect(splits.filter((split) => split === 'test').length).toBe(4);
  });

  it.each([
    ['Well=A1', ['A01']],
    ['Well=a01', ['A01']],
    ['well=A-1,b 2', ['A01', 'B02']],
    ['Replicate=2,3', ['A02', 'A03', 'B02', 'B03']],
    ['Replicate=02, 3.0', ['A02', 'A03', 'B02', 'B03']],
    ['Compound=x,1', ['A01', 'B02']],
    ['Compound=x,y', ['A02', 'A03', 'B01']],
    ['Compound=x,1,y,', ['A01', 'A03', 'B01', 'B02']],
    ['Row=B', ['B01', 'B02', 'B03']],
    ['column=1,03', ['A01', 'A03', 'B01', 'B03']],
  ])('holds out %s', (condition, wells) => {
    const compounds = ['x,1', 'x', 'y', 'y', 'x,1', 'z'];
    const fields = ['A01', 'A02', 'A03', 'B01', 'B02', 'B03'].map((well, i) => ({
      label: 'only',
      well,
      metadata: { Metadata_Well: well, Replicate: well.slice(-1), Compound: compounds[i]! },
    }));
    const splits = splitFields(fields, { holdout: [condition] });
    expect([...wellsOf(fields, splits, 'test')]).toEqual(wells);
  });

  it('names the value of a list that no field has, and says where only fields without a label have it', () => {
    const fields = screen();
    expect(() => splitFields(fields, { holdout: ['Replicate=2,7'] })).toThrow(
      'no field has the value 7 in Metadata_Replicate (found 1, 2)',
    );
    const aside = [1, 2].map(() => ({ metadata: { Metadata_Replicate: '7' } }));
    expect(() => splitFields(fields, { holdout: ['Replicate=7'], aside })).toThrow(
      'holdout Replicate=7: all 2 fields with this value in Metadata_Replicate have no label, and so cannot be tested (found 1, 2)',
    );
  });

  it('says what is missing where wells of several plates count as one', () => {
    const fields = ['1', '2'].map((Batch) => ({ label: 'only', well: 'A01', metadata: { Batch, Well: 'A01' } }));
    expect(() => splitFields(fields, { holdout: ['Batch=2'] })).toThrow(
      'well A01 would stand on both sides (expected a column with one value a well, such as a plate, a replicate or a ' +
        'compound). If the screen has several plates, add a column Metadata_Plate',
    );
  });

  it.each([
    ['Replicate=3', 'no field has this value in Metadata_Replicate (found 1, 2)'],
    ['Replicate', 'not a condition'],
    ['Row=C', 'column Row, holdout: the table has no such column'],
    ['Dose=0.003', 'every field would be held out'],
    ['Site=1', 'well 0-0 would stand on both sides'],
    ['Compound=DMSO', 'column Compound, holdout: the table has no such column (found Metadata_Replicate'],
  ])('refuses --holdout %s', (condition, problem) => {
    expect(() => splitFields(screen(), { holdout: [condition] })).toThrow(problem);
  });

  it('refuses to test a class that it does not train', () => {
    const fields = screen().map((field) => ({ ...field, metadata: { Metadata_Compound: field.label } }));
    expect(() => splitFields(fields, { holdout: ['Compound=class 1'] })).toThrow(
      /a class would be tested of which no field is left to train on \(found class 1\)\. Hold out less/,
    );
  });
});

describe('foldsByWell', () => {
  it('keeps wells whole and deals every class evenly', () => {
    fc.assert(
      fc.property(anyScreen, fc.integer({ min: 2, max: 6 }), fc.nat(99), (shape, k, seed) => {
        const fields = screen(shape);
        const folds = foldsByWell(fields, { k, seed });
        expect(foldsByWell(fields, { k, seed })).toEqual(folds);
        const foldOf = new Map<string, number>();
        for (const [i, { well }] of fields.entries()) {
          expect(foldOf.get(well) ?? folds[i]).toBe(folds[i]);
          foldOf.set(well, folds[i]!);
        }
        for (let c = 0; c < shape.classes; c++) {
          const sizes = new Array<number>(k).fill(0);
          for (const [well, fold] of foldOf) if (well.startsWith(`${c}-`)) sizes[fold]!++;
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('deals the same in every version, so that a recorded comparison can be repeated', () => {
    const folds = foldsByWell(screen({ classes: 2, wells: 4, sites: 1 }), { k: 3, seed: 1 });
    expect([...folds]).toEqual([0, 0, 1, 2, 1, 2, 0, 1]);
  });
});
