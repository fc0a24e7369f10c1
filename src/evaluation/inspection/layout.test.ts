import { describe, expect, it } from 'vitest';
import { createPlaceOf, placeName } from './inspected-field.ts';
import { positionOf, rowName } from './layout.ts';

describe('rows of plates', () => {
  it('are letters, two of them beyond the 26th', () => {
    expect([0, 7, 25, 26, 31, 51, 52].map(rowName)).toEqual(['A', 'H', 'Z', 'AA', 'AF', 'AZ', 'BA']);
    for (let row = 0; row < 100; row++) expect(positionOf(`${rowName(row)}12`)).toEqual({ row, column: 11 });
  });

  it('are not read from other names', () => {
    for (const name of ['', 'A', '1A', 'A0', 'AAA1', 'a1', 'A1x', 'slide 3']) expect(positionOf(name)).toBeUndefined();
  });
});

describe('the place of a field', () => {
  const place = (metadata: Record<string, string>) =>
    createPlaceOf({ columns: Object.keys(metadata) })({ imageNumber: 7, row: 8, sources: [], metadata });

  it('is read from the columns of plate, well and site', () => {
    expect(place({ Metadata_Plate: 'P1', Metadata_Well: 'b2', Metadata_Site: '3' })).toMatchObject({
      ...{ plate: 'P1', well: 'B02', site: '3' },
    });
    expect(place({ Metadata_Plate: 'P1', Metadata_Well: 'B02', Metadata_Field: '4' }).site).toBe('4');
  });

  it('takes the plate from a column of a barcode or of a channel, where there is no plain one', () => {
    for (const column of ['Metadata_Plate_Barcode', 'Image_Metadata_Plate_DAPI', 'Plate_Map_Name']) {
      expect(place({ [column]: 'P1', Metadata_Well: 'B02' }).plate).toBe('P1');
    }
    expect(place({ Metadata_Plate_Barcode: 'X', Plate: 'P1', Metadata_Well: 'B02' }).plate).toBe('P1');
    expect(place({ Template_Plate_X: 'P1', Metadata_Well: 'B02' }).plate).toBe('');
  });

  it('is empty where nothing says it', () => {
    expect(place({ Compound: 'x' })).toMatchObject({ plate: '', well: '', site: '' });
  });

  it('reads as plate, well, site and number', () => {
    const named = (metadata: Record<string, string>) => {
      const field = { imageNumber: 7, row: 8, sources: [], metadata };
      return placeName({ field, place: createPlaceOf({ columns: Object.keys(metadata) })(field) });
    };
    expect(named({ Metadata_Plate: 'P1', Metadata_Well: 'A01', Metadata_Site: '2' })).toBe('P1 A01, site 2 (field 7)');
    expect(named({ Metadata_Plate: 'P1', Metadata_Well: 'A01' })).toBe('P1 A01 (field 7)');
    expect(named({ Metadata_Site: '2' })).toBe('site 2 (field 7)');
    expect(named({ Compound: 'x' })).toBe('field 7');
  });
});
