import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalWell, wellKey } from './well.ts';

const key = (metadata: Record<string, string>): string => wellKey({ imageNumber: 5, metadata });

it('is one for all spellings of a well', () => {
  for (const well of ['A1', 'a01', 'A01', ' A001', 'A-1', 'a 01']) {
    expect(key({ Metadata_Plate: 'P', Metadata_Well: well })).toBe('P A01');
  }
});

it('finds plate and well under any of their names', () => {
  expect(key({ plate: 'P', WELL: 'B2' })).toBe('P B02');
  expect(key({ Metadata_Plate_DAPI: 'Week4_27481', Metadata_Well_DAPI: 'G10' })).toBe('Week4_27481 G10');
  expect(key({ Metadata_Plate: 'P', Metadata_well_position: 'a3' })).toBe('P A03');
  expect(key({ Metadata_Assay_Plate_Barcode: 'BR7', Metadata_well_position: 'A03' })).toBe('BR7 A03');
  expect(key({ Barcode: '000815', WellId: 'C4' })).toBe('000815 C04');
  expect(key({ PlateID: 'P', Well_ID: 'C4' })).toBe('P C04');
  expect(key({ 'Plate Name': 'P', 'Well Name': 'C4' })).toBe('P C04');
  // Ids that are numbers of a database say less than the row and the column.
  expect(key({ Plate: 'P', WellId: '1287', Row: 'C', Column: '4' })).toBe('P C04');
  expect(key({ Plate: 'P', WellId: '1287' })).toBe('P 1287');
  // Plates that share a layout are not one plate.
  expect(key({ Metadata_plate_map_name: 'C-7161', Metadata_Plate: 'BR7', Metadata_Well: 'A1' })).toBe('BR7 A01');
  expect(key({ Metadata_plate_map_name: 'C-7161', Metadata_Well: 'A1' })).toBe('C-7161 A01');
  expect(key({ Metadata_Plate: 'P', Metadata_Row: '2', Metadata_Column: '03' })).toBe('P B03');
  expect(key({ Metadata_Plate: 'P', Metadata_WellRow: 'B', Metadata_WellColumn: '3' })).toBe('P B03');
  expect(key({ Metadata_Plate: 'P', Well_Row: '28', Well_Col: '3' })).toBe('P AB03');
});

it('falls back to the well, and then to the field itself', () => {
  expect(key({ Well: 'c3' })).toBe('C03');
  expect(key({ Plate: 'P' })).toBe('field 5');
  expect(key({ Plate: 'P', Well: ' ' })).toBe('field 5');
  expect(key({ Metadata_Well_Type: 'control', Metadata_Well: 'A01', Metadata_Plate: 'P' })).toBe('P A01');
  expect(key({ Metadata_Well_Type: 'control', Metadata_Plate: 'P' })).toBe('field 5');
  expect(key({ Plate_Count: '1', Welling: 'A01', Comment: 'x' })).toBe('field 5');
  expect(key({ Plate_Type: '384', Well_Type: 'control', Well_Volume: '5', Plate_Volume: '6' })).toBe('field 5');
  expect(key({})).toBe('field 5');
});

it('keeps different wells apart', () => {
  const well = fc.tuple(fc.integer({ min: 1, max: 32 }), fc.integer({ min: 1, max: 48 }));
  fc.assert(
    fc.property(well, well, (a, b) => {
      const [first, second] = [a, b].map(([row, column]) => key({ Row: String(row), Column: String(column) }));
      expect(first === second).toBe(a[0] === b[0] && a[1] === b[1]);
    }),
  );
});

it('leaves a name that is no row and column, but for its case', () => {
  expect(normalWell(' ctrl-3b ')).toBe('CTRL-3B');
});

it('reads rows of several tables in turn, each by its own columns', () => {
  const rows = [
    [{ Metadata_Plate: 'P', Metadata_Well: 'A1' }, 'P A01'],
    [{ Metadata_Plate: 'P', Metadata_Row: '2' }, 'field 5'],
    [{ Metadata_Plate: 'P', Metadata_Row: '2', Metadata_Column: '3' }, 'P B03'],
    [{ Metadata_Well: 'A1', Metadata_Plate: 'Q' }, 'Q A01'],
  ] as const;
  for (const [metadata, expected] of [...rows, ...rows.toReversed()]) expect(key(metadata)).toBe(expected);
});
