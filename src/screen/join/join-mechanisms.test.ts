import { describe, expect, it } from 'vitest';
import type { Table } from '../../tables/read-table.ts';
import { joinMechanisms } from './join-mechanisms.ts';

const table = (file: string, columns: readonly string[], ...rows: readonly (readonly string[])[]): Table => ({
  ...{ file, columns },
  rows: rows.map((cells, i) => ({ row: i + 2, cells })),
});

const columns = [
  ...['Image_FileName_DAPI', 'Image_Metadata_Plate_DAPI', 'Image_Metadata_Well_DAPI', 'Replicate'],
  ...['Image_Metadata_Compound', 'Image_Metadata_Concentration'],
];
const images = (...doses: readonly string[]) =>
  table('image.csv', columns, ...doses.map((dose) => ['G10_s2_w1A.tif', 'Week4_27481', 'G10', '1', 'taxol', dose]));
const mechanisms = (...rows: readonly (readonly string[])[]) =>
  table('moa.csv', ['compound', 'concentration', 'moa'], ...rows);
const cellsOf = ({ columns: names, rows }: Table, name: string) => rows.map(({ cells }) => cells[names.indexOf(name)]);

describe('joinMechanisms', () => {
  it('finds a treatment by its number, however it is written, and never takes an empty cell for nothing of it', () => {
    const doses = ['0.003000', ' .0030 ', '3e-3', '0', ' ', ' high '];
    const found = joinMechanisms(
      images(...doses),
      mechanisms(['taxol', '0.003', 'stabilizer'], [' taxol ', ' 0.0 ', 'none']),
    );
    expect(cellsOf(found, 'Metadata_Concentration')).toEqual(['0.003', '0.003', '0.003', '0', '', 'high']);
    expect(cellsOf(found, 'Metadata_MOA')).toEqual(['stabilizer', 'stabilizer', 'stabilizer', 'none', '', '']);
    expect(cellsOf(found, 'Metadata_Treatment')[4]).toBe('taxol@');
    expect(found.rows.map(({ row }) => row)).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it.each([
    ['is no number', [['taxol', 'high', 'x']], { row: 2, column: 'concentration', found: 'high' }],
    ['is not there', [['taxol', ' ', 'x']], { row: 2, column: 'concentration', found: 'an empty cell' }],
    [
      'has two mechanisms',
      [
        ['taxol', '1', 'x'],
        ['taxol', '1.0', 'y'],
      ],
      { row: 3, column: 'moa', found: 'y', expected: 'x' },
    ],
  ])('refuses a concentration that %s', (_, rows, details) => {
    expect(() => joinMechanisms(images('1'), mechanisms(...rows))).toThrow(
      expect.objectContaining({ tag: 'BadTable', details: expect.objectContaining({ file: 'moa.csv', ...details }) }),
    );
  });

  it('asks for the columns that a table lacks', () => {
    expect(() => joinMechanisms(table('image.csv', columns.slice(1, 4)), mechanisms())).toThrow(
      expect.objectContaining({ tag: 'MissingColumn', details: expect.objectContaining({ file: 'image.csv' }) }),
    );
    expect(() => joinMechanisms(images('1'), table('moa.csv', ['compound', 'moa']))).toThrow(
      expect.objectContaining({ tag: 'MissingColumn', details: expect.objectContaining({ file: 'moa.csv' }) }),
    );
  });
});
