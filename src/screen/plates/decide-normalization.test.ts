import { describe, expect, it } from 'vitest';
import type { Screen } from '../screen.ts';
import { requireControls } from './control-wells.ts';
import {
  chooseScope,
  decideNormalization,
  FEWEST_FIELDS,
  fewFieldsWords,
  normalizationWords,
} from './decide-normalization.ts';

/** A screen of plates with so many fields of DMSO and of others. */
function screenOf(plates: Readonly<Record<string, readonly [controls: number, others: number]>>): Screen {
  let imageNumber = 0;
  const fieldsOf = (plate: string, compound: string, count: number) =>
    Array.from({ length: count }, () => {
      imageNumber++;
      const metadata = { Metadata_Plate: plate, Metadata_Compound: compound, Metadata_Dose: '0.500' };
      return { imageNumber, row: imageNumber + 1, sources: [], metadata };
    });
  const fields = Object.entries(plates).flatMap(([plate, [controls, others]]) => [
    ...fieldsOf(plate, ' dmso', controls),
    ...fieldsOf(plate, 'taxol', others),
  ]);
  const columns = ['Metadata_Plate', 'Metadata_Compound', 'Metadata_Dose'];
  return { source: 'fields.csv', channels: ['DNA'], columns, fields };
}

const DMSO = { controlColumn: 'Compound', negative: ['DMSO'] } as const;

describe('auto', () => {
  const few = FEWEST_FIELDS - 1;
  const plate = (name: string, fields: number, controls?: number) => ({
    name,
    fields,
    ...(controls !== undefined && { controls }),
  });
  it.each<[scope: string, why: RegExp, plates: Parameters<typeof chooseScope>[0]]>([
    ['screen', /does not name its plates/, undefined],
    ['screen', /does not name its plates/, []],
    ['screen', /plate B has 11 fields, fewer than 12/, [plate('A', 50), plate('B', few), plate('C', few + 1)]],
    ['plate', /each of 2 plates has at least 12 fields/, [plate('A', 50), plate('B', 12)]],
    ['plate', /the one plate has at least 50 fields/, [plate('A', 50)]],
    ['controls', /each of 2 plates has at least 4 fields of control wells/, [plate('A', 50, 4), plate('B', 5, 16)]],
    [
      'plate',
      /plate B has 3 fields of control wells, fewer than 4; each of 2 plates has at least 50/,
      [plate('A', 50, 12), plate('B', 50, 3)],
    ],
    ['screen', /plate A has 0 fields of control wells, .*; plate A has 3 fields/, [plate('A', 3, 0)]],
    ['screen', /3 fields name no plate/, [plate('A', 50), plate('', 3)]],
  ])('takes %s: %s', (scope, why, plates) => {
    const chosen = chooseScope(plates);
    expect(chosen.scope).toBe(scope);
    expect(chosen.words).toMatch(why);
    expect(chosen.words).toMatch(new RegExp(`^normalization ${scope}: `));
  });

  it('counts the fields of a screen and of its control wells', () => {
    const screen = screenOf({ A: [4, 30], B: [13, 0] });
    expect(decideNormalization(screen, { normalization: 'auto', ...DMSO })).toMatchObject({
      ...{ scope: 'controls', measure: 'mean', controls: { column: 'Compound', values: ['DMSO'] } },
      words: expect.stringContaining('at least 4 fields of control wells'),
    });
    expect(decideNormalization(screen, { normalization: 'auto', plateMeasure: 'median' })).toMatchObject({
      ...{ scope: 'plate', measure: 'median' },
    });
    const bare = { ...screen, columns: ['Metadata_Compound'] };
    const decided = decideNormalization(bare, { normalization: 'auto', plateMeasure: 'median' });
    expect(decided).toMatchObject({ scope: 'screen', measure: 'mean' });
  });
});

describe('what is said of a normalization', () => {
  it('is what it means, and of which plates few fields are measured', () => {
    const screen = screenOf({ A: [3, 31], B: [12, 0] });
    const said = (request: Parameters<typeof decideNormalization>[1]) => {
      const decided = decideNormalization(screen, request);
      return [normalizationWords(decided), fewFieldsWords(screen, decided)];
    };
    expect(said({ normalization: 'auto' })).toEqual([
      'normalization plate: each of 2 plates has at least 12 fields; each channel of a plate is brought to the mean and deviation of the training',
      undefined,
    ]);
    expect(said({ normalization: 'controls', plateMeasure: 'median', ...DMSO })).toEqual([
      'normalization controls: each channel of a plate is brought, by its control wells, to the median and MAD of the training',
      expect.stringMatching(/^fewer than 4 fields of control wells are measured of the plate A \(3\): so few/),
    ]);
    expect(said({ normalization: 'field' })).toEqual([
      'normalization field: intensities are measured against the field itself',
      undefined,
    ]);
    const nameless = screenOf({ A: [1, 1], ' ': [0, 2] });
    expect(() => decideNormalization(nameless, { normalization: 'plate' })).toThrow(
      /fields\.csv, row 4, column Metadata_Plate: .*some name no plate \(found 2 fields without one/,
    );
    expect(decideNormalization(nameless, { normalization: 'auto' }).scope).toBe('screen');
  });
});

describe('a normalization', () => {
  const screen = screenOf({ A: [1, 2], B: [0, 3], C: [0, 1] });
  const whole = screenOf({ A: [1, 2], B: [2, 0] });

  it('finds control wells without regard to case and blanks, in any column, by several values', () => {
    expect(requireControls(whole, { column: 'compound', values: ['DMSO'] })).toHaveLength(3);
    expect(requireControls(whole, { column: 'Metadata_Dose', values: ['0.5'] })).toHaveLength(5);
    expect(requireControls(screen, { column: 'Compound', values: ['dmso', 'Taxol'] })).toHaveLength(7);
    // A list, and a training that had other controls, too.
    expect(requireControls(screen, { column: 'Compound', values: ['DMSO, taxol'] })).toHaveLength(7);
    const trained = { column: 'Compound', values: ['PBS', 'DMSO'] };
    expect(requireControls(whole, trained, { trained: true })).toHaveLength(3);
    const none = () => requireControls(whole, { ...trained, values: ['PBS'] }, { trained: true, otherwise: 'wait' });
    expect(none).toThrow(/negative PBS.*found dmso, taxol.*, or wait\.$/s);
    const decided = decideNormalization(whole, { normalization: 'controls', ...DMSO });
    expect(decided).toEqual({
      scope: 'controls',
      measure: 'mean',
      controls: { column: 'Compound', values: ['DMSO'] },
    });
    // Named for other commands, they change nothing.
    expect(decideNormalization(screen, { normalization: 'plate', ...DMSO })).toEqual({
      scope: 'plate',
      measure: 'mean',
    });
  });

  it.each<[words: RegExp, tag: string, option: RegExp, request: object]>([
    [/some plates have no negative control well.*on B, C/s, 'BadOption', /^negative DMSO$/, { ...DMSO }],
    [/which wells are the negative controls/, 'BadOption', /^normalization controls$/, {}],
    [/without negative/, 'BadOption', /^controlColumn$/, { controlColumn: 'Compound' }],
    [/without controlColumn/, 'BadOption', /^negative$/, { negative: ['DMSO'], normalization: 'screen' }],
    [/no field has this value.*dmso, taxol/s, 'BadOption', /^negative PBS$/, { ...DMSO, negative: ['DMSO', 'PBS'] }],
    [/no such column/, 'MissingColumn', /^controlColumn$/, { ...DMSO, controlColumn: 'Drug' }],
    [/no plate is measured/, 'BadOption', /^plateMeasure median$/, { normalization: 'field', plateMeasure: 'median' }],
  ])('is refused: %s', (words, tag, option, request) => {
    const refused = () => decideNormalization(screen, { normalization: 'controls', ...request });
    expect(refused).toThrow(words);
    expect(refused).toThrow(
      expect.objectContaining({ tag, details: expect.objectContaining({ option: expect.stringMatching(option) }) }),
    );
  });
});
