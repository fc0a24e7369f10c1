import { describe, expect, it } from 'vitest';
import type { ScoredWell, Scoring } from '../../../../evaluation/assay/assay.ts';
import { packNumbers, packPlaces, unpackNumbers } from '../../packed-numbers.ts';
import type { PageData } from '../../page-data.ts';
import { sortRows } from '../dom/table-rows.ts';
import { classFigures, countConfusion } from './confusion.ts';
import { readFieldTable } from './field-table.ts';
import { NO_FILTERS, selectRows } from './selection.ts';
import { readPlates } from './wells.ts';

const classes = ['Actin', 'DNA', 'Eg5'];

/** Six fields on two plates; the second is wrong, the last has no label. */
function pageOf(change: Partial<PageData> = {}): PageData {
  const texts = (name: string, role: PageData['columns'][number]['role'], all: string[]) => {
    const distinct = [...new Set(all)];
    const places = packPlaces(
      all.map((text) => distinct.indexOf(text)),
      distinct.length,
    );
    return { name, role, texts: distinct, places };
  };
  const predicted = ['Actin', 'DNA', 'Actin', 'DNA', 'Eg5', 'DNA'];
  return {
    ...{
      unit: 'field',
      rows: 6,
      classes,
      channels: [],
      sheets: [],
      galleries: [],
      pictures: [],
      lists: [],
      several: false,
    },
    ...{ perClass: [], confusion: null, assay: null },
    columns: [
      { name: 'ImageNumber', role: 'imageNumber', numbers: packNumbers([1, 2, 3, 4, 5, 12]) },
      texts('Metadata_Plate', 'plate', ['P10', 'P10', 'P10', 'P2', 'P2', 'P2']),
      texts('Metadata_Well', 'well', ['A01', 'A01', 'B02', 'A01', 'A01', 'C03']),
      texts('Metadata_Site', 'site', ['10', '9', '1', '1', '2', '1']),
      texts('Metadata_Compound', 'compound', ['Taxol', 'Taxol', 'DMSO', 'taxol', 'ALLN', 'DMSO']),
      texts('Metadata_MOA', 'truth', ['Actin', 'Actin', 'Actin', 'DNA', 'Eg5', '']),
      texts('MIL_Predicted', 'predicted', predicted),
      ...classes.map((name) => {
        const numbers = packNumbers(predicted.map((own, i) => (own === name ? 0.9 - i / 100 : 0.05)));
        return { name: `MIL_Probability_${name}`, role: 'probability' as const, of: name, numbers };
      }),
    ],
    ...change,
  };
}

describe('packed numbers', () => {
  it('come back as they were, missing ones as NaN', () => {
    expect([...unpackNumbers(packNumbers([0.5, null, 3]))]).toEqual([0.5, Number.NaN, 3]);
    expect([...unpackNumbers(packNumbers([123_456_789, 1]))]).toEqual([123_456_789, 1]);
    const many = Array.from({ length: 70_000 }, (_, i) => i);
    expect(Array.from(unpackNumbers(packPlaces(many, many.length)))).toEqual(many);
    expect([256, 257, 65_537].map((count) => packPlaces([1], count).type)).toEqual(['u8', 'u16', 'u32']);
  });
});

describe('the table of fields', () => {
  const table = readFieldTable(pageOf());

  it('knows truth, prediction and its probability', () => {
    expect(table.truth(1)).toEqual([0]);
    expect(table.predicted(1)).toEqual([1]);
    expect(table.truth(5)).toEqual([]);
    expect([...table.confidence].map((value) => value.toFixed(2))).toEqual([
      '0.90',
      '0.89',
      '0.88',
      '0.87',
      '0.86',
      '0.85',
    ]);
  });

  it('is filtered by class, plate, cell and words together', () => {
    const rows = (filters: object) => [...selectRows(table, { ...NO_FILTERS, ...filters })];
    expect(rows({})).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rows({ class: 0 })).toEqual([0, 1, 2]);
    expect(rows({ plate: 'P2' })).toEqual([3, 4, 5]);
    expect(rows({ plate: 'not there' })).toEqual([]);
    expect(rows({ cell: { truth: 0, predicted: 1 } })).toEqual([1]);
    expect(rows({ search: 'taxol' })).toEqual([0, 1, 3]);
    expect(rows({ search: 'TAX p10' })).toEqual([0, 1]);
    expect(rows({ search: '12' })).toEqual([5]);
    expect(rows({ search: 'dmso', plate: 'P10' })).toEqual([2]);
  });

  it('is filtered by a treatment: by its column, or by the wells of an assay', () => {
    const { columns, ...page } = pageOf();
    const scoredWell = (well: string, treatment: string): ScoredWell => ({
      ...{ plate: 'P2', group: null, well, row: null, column: null, role: 'sample', treatment, compound: 'Taxol' },
      ...{ dose: null, unit: null, replicate: null, fields: 1, score: 1, corrected: null, normalized: null },
      ...{ cells: null, fewCells: false },
    });
    const wells = [scoredWell('A01', 'Taxol 1 nM'), scoredWell('C03', 'Taxol 10 nM')];
    const scoring: Scoring = {
      ...{ kind: 'class', of: 'DNA', against: null, words: 'DNA', normalization: 'none', correction: 'none' },
    };
    const scored = readFieldTable({ ...page, columns, assay: { wells, hits: [], scoring } });
    const rows = (treatment: string) => [...selectRows(scored, { ...NO_FILTERS, treatment })];
    expect(rows('Taxol 1 nM')).toEqual([3, 4]);
    expect(rows('Taxol')).toEqual([]);
    const named = columns.map((column) =>
      column.name === 'Metadata_Compound' ? { ...column, role: 'treatment' as const } : column,
    );
    const table = readFieldTable({ ...page, columns: named });
    expect([...selectRows(table, { ...NO_FILTERS, treatment: 'Taxol' })]).toEqual([0, 1]);
  });

  it('filters by what is predicted where there is no truth', () => {
    const { columns, ...page } = pageOf();
    const blind = readFieldTable({ ...page, columns: columns.filter(({ role }) => role !== 'truth') });
    expect([...selectRows(blind, { ...NO_FILTERS, class: 1 })]).toEqual([1, 3, 5]);
  });

  it('has plates in natural order, and fields of a well by their sites', () => {
    const plates = readPlates(table, []);
    expect(plates.map(({ name }) => name)).toEqual(['P2', 'P10']);
    expect(plates[1]!.wells.map(({ well, rows }) => [well, ...rows])).toEqual([
      ['A01', 1, 0],
      ['B02', 2],
    ]);
  });
});

describe('the confusion matrix', () => {
  it('counts rows by truth and prediction; fields without a label count nowhere', () => {
    const table = readFieldTable(pageOf());
    expect(countConfusion(table, [0, 1, 2, 3, 4, 5])).toEqual([
      [2, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  it('counts each pair of several labels once', () => {
    const { columns, ...page } = pageOf({ several: true });
    const truth = {
      name: 'T',
      role: 'truth' as const,
      texts: ['Actin|Eg5'],
      places: packPlaces([0, 0, 0, 0, 0, 0], 1),
    };
    const table = readFieldTable({ ...page, columns: [truth, ...columns.filter(({ role }) => role !== 'truth')] });
    expect(countConfusion(table, [1])).toEqual([
      [0, 1, 0],
      [0, 0, 0],
      [0, 1, 0],
    ]);
  });

  it('has the weakest class first, and precisions as if classes were equal', () => {
    const [weakest, other, empty] = classFigures([
      [90, 10, 0],
      [0, 10, 0],
      [0, 0, 0],
    ]);
    expect(weakest).toMatchObject({ class: 0, recall: 0.9, precision: 1, takenFor: { class: 1, n: 10 } });
    // Ten of a hundred weigh as a tenth, beside all of the other class.
    expect(other).toMatchObject({ class: 1, recall: 1, precision: 0.5, takenFor: null });
    expect(other!.weightedPrecision).toBeCloseTo(1 / 1.1, 12);
    expect(empty).toMatchObject({ class: 2, n: 0, recall: null, precision: null, weightedPrecision: null });
  });
});

describe('sorting', () => {
  it('is by the numbers in texts, keeps equals in order, and has what is missing last in both directions', () => {
    const texts = ['b10', 'b9', '', 'a', 'b9'];
    const value = (row: number) => texts[row]!;
    expect(sortRows([0, 1, 2, 3, 4], { value }, 1)).toEqual([3, 1, 4, 0, 2]);
    expect(sortRows([0, 1, 2, 3, 4], { value }, -1)).toEqual([0, 1, 4, 3, 2]);
    const doses = ['taxol 10', 'taxol 1.25', 'taxol 0.3125', 'taxol 1e-05 ', 'taxol 0.625', 'ALLN 100', 'taxol 2.5'];
    expect(sortRows([0, 1, 2, 3, 4, 5, 6], { value: (row) => doses[row]! }, 1)).toEqual([5, 3, 2, 4, 1, 6, 0]);
    const plain = ['10', '0.3125', '1.25', '0.625'];
    expect(sortRows([0, 1, 2, 3], { value: (row) => plain[row]! }, -1)).toEqual([0, 2, 3, 1]);
    const numbers = [2, Number.NaN, 10];
    expect(sortRows([0, 1, 2], { value: (row) => numbers[row]! }, -1)).toEqual([2, 0, 1]);
  });
});
