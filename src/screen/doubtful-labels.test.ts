import { describe, expect, it } from 'vitest';
import {
  countLabels,
  crowdedLabelWords,
  doubtfulLabelWords,
  labelColumns,
  requireSharedLabels,
  unknownWellWords,
} from './doubtful-labels.ts';
import type { Screen } from './screen.ts';

describe('labels that differ in case or blanks alone', () => {
  const words = (labels: readonly string[]) =>
    doubtfulLabelWords(countLabels(labels), { column: 'MOA' }).map(({ problem }) => problem);

  it('are named with their counts', () => {
    const labels = ['Large nuclei', 'Large nuclei', 'large nuclei', 'Large  nuclei', 'Large\u00a0Nuclei', 'small'];
    expect(words(labels)).toEqual([
      'labels in MOA differ only in case or blanks: "Large nuclei" (2 fields), "large nuclei" (1 field), ' +
        '"Large  nuclei" (1 field) and "Large\u00a0Nuclei" (1 field)',
    ]);
    expect(words(['Actin|Tubulin', 'actin', 'ER', 'er'])).toEqual([
      expect.stringContaining('"Actin" (1 field) and "actin" (1 field)'),
      expect.stringContaining('"ER" (1 field) and "er" (1 field)'),
    ]);
  });

  it('are none where labels differ otherwise', () => {
    expect(words(['ER', 'ER', 'ERK', 'E-R', 'Golgi', ''])).toEqual([]);
  });
});

describe('marks of an empty cell', () => {
  const doubts = (labels: readonly string[], unit?: string) =>
    doubtfulLabelWords(countLabels(labels), { column: 'MOA', ...(unit !== undefined && { unit }) });

  it('are questioned with their counts, and with what sets them aside', () => {
    expect(doubts(['ER', '-', 'ER', '-', 'Golgi', '?'])).toEqual([
      {
        problem: '2 fields have the label "-" in MOA, which often stands for an empty cell',
        remedy:
          'it counts as a class: if there is no label, leave the cells empty or write NA, and these fields are set aside',
      },
      {
        problem: '1 field has the label "?" in MOA, which often stands for an empty cell',
        remedy:
          'it counts as a class: if there is no label, leave the cell empty or write NA, and the field is set aside',
      },
    ]);
    expect(doubts(['ER', '-'], 'well')[0]!.remedy).toContain('the well is set aside');
  });

  it.each(['-', '--', '---', '\u2013', '\u2014', '\u2212', '?', '??', '.', '...', '\u2026', '_', '/', '*'])(
    'are %s',
    (mark) => {
      expect(doubts(['ER', mark])).toHaveLength(1);
    },
  );

  it.each(['-5', 'A-B', 'what?', '.5', 'n.d.', '0', '+'])('are not %s', (label) => {
    expect(doubts(['ER', label])).toEqual([]);
  });

  it('are none where a plus stands beside the minus', () => {
    expect(doubts(['+', '-', '-'])).toEqual([]);
  });
});

/** Twelve fields of six wells. */
const columns = ['ImageNumber', 'Metadata_Well', 'Metadata_MOA', 'Metadata_Note', 'Metadata_Dose'];
const screen: Screen = {
  source: 'fields.csv',
  channels: [],
  columns,
  fields: Array.from({ length: 12 }, (_, i) => ({
    imageNumber: i + 1,
    row: i + 2,
    sources: [],
    metadata: {
      ImageNumber: String(i + 1),
      Metadata_Well: `A0${(i >> 1) + 1}`,
      Metadata_MOA: i < 4 ? 'a' : i < 8 ? 'b' : 'NaN',
      Metadata_Note: i < 11 ? `note ${i}` : 'note 0',
      Metadata_Dose: String((i >> 1) % 3),
    },
  })),
};
const labelsIn = (column: string) => screen.fields.map(({ metadata }) => metadata[column]!);

describe('a column that gives every field a label of its own', () => {
  it.each([
    ['ImageNumber', 'every field has a label of its own'],
    ['Metadata_Note', 'nearly every field has a label of its own'],
  ])('is refused with the columns that could be meant: %s', (column, problem) => {
    const ask = () => requireSharedLabels(screen, { column, labels: labelsIn(column) });
    expect(ask).toThrow(`column ${column}, label: ${problem}`);
    expect(ask).toThrow('name a column with few values, such as Metadata_MOA, Metadata_Dose');
  });

  it('is taken where labels repeat, and where a screen is small', () => {
    for (const column of ['Metadata_Well', 'Metadata_MOA']) {
      expect(() => requireSharedLabels(screen, { column, labels: labelsIn(column) })).not.toThrow();
    }
    const small = (labels: readonly string[], column = 'Metadata_Note') =>
      requireSharedLabels(screen, { column, labels });
    expect(() => small(['a', 'b', 'c', 'd'])).not.toThrow();
    expect(() => small(['1', '2'], 'ImageNumber')).not.toThrow();
    expect(() => small(['1', '2', '3'], 'Image_ImageNumber')).toThrow('3 labels of 3 fields');
    // Unlabelled fields are no class.
    expect(() => small([...'ab', ...new Array(20).fill('')])).not.toThrow();
  });
});

describe('a column with nearly as many labels as fields', () => {
  const many = (fields: number, labelOf: (i: number) => string): Screen => ({
    ...screen,
    fields: Array.from({ length: fields }, (_, i) => ({
      ...screen.fields[0]!,
      imageNumber: i + 1,
      metadata: { Metadata_Well: `A${1 + (i >> 1)}`, Metadata_MOA: 'ab'[i % 2]!, Metadata_Note: labelOf(i) },
    })),
  });
  const ask = (fields: number, labelOf: (i: number) => string) => {
    const of = many(fields, labelOf);
    const labels = of.fields.map(({ metadata }) => metadata.Metadata_Note!);
    requireSharedLabels(of, { column: 'Metadata_Note', labels });
    return crowdedLabelWords(of, { column: 'Metadata_Note', labels });
  };

  it('is questioned, with the columns that could be meant', () => {
    expect(ask(48, (i) => `note ${Math.min(i, 42)}`)).toEqual({
      problem:
        'Metadata_Note has 43 labels for 48 fields, of which 42 have a single field: little can be learned of so few fields a class',
      remedy: 'if another column is meant, name one with fewer values with ‹label›, such as Metadata_MOA',
    });
    expect(ask(48, (i) => `well ${i >> 1}`)!.problem).toBe(
      'Metadata_Note has 24 labels for 48 fields: little can be learned of so few fields a class',
    );
  });

  it('is taken where a class has more than two fields, and where a screen is small', () => {
    expect(ask(48, (i) => `compound ${i >> 2}`)).toBeUndefined();
    expect(ask(8, (i) => `compound ${i >> 1}`)).toBeUndefined();
  });
});

it('knows which columns could be labels', () => {
  const fields = screen.fields.map(({ metadata }) => ({ metadata, well: metadata.Metadata_Well! }));
  expect(labelColumns(columns, fields)).toEqual(['Metadata_MOA', 'Metadata_Dose']);
});

it('says where fields of one well could stand on both sides', () => {
  expect(unknownWellWords(['A01', 'A02'])).toBeUndefined();
  expect(unknownWellWords(['', ''])?.problem).toBe('the table does not name the well of each field');
  expect(unknownWellWords(['A01', ''])?.problem).toBe('1 of 2 fields names no well');
});
