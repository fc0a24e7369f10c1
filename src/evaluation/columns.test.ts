import { describe, expect, it } from 'vitest';
import { findColumn, requireColumn, wellNames } from './columns.ts';

describe('findColumn', () => {
  it('takes the name as written first, then any case, then any prefix', () => {
    const columns = ['Metadata_MOA', 'moa', 'Image_Metadata_Plate'];
    expect(findColumn(columns, 'moa')).toBe('moa');
    expect(findColumn(columns, 'MOA')).toBe('moa');
    expect(findColumn(columns, 'metadata_moa')).toBe('Metadata_MOA');
    expect(findColumn(columns, 'plate')).toBe('Image_Metadata_Plate');
    expect(findColumn(columns, 'Metadata_Well')).toBeUndefined();
  });
});

describe('requireColumn', () => {
  it('lists what there is', () => {
    expect(() =>
      requireColumn(['Metadata_Plate', 'Metadata_MOA'], 'Mechanism', { file: 'p.csv', option: '--label' }),
    ).toThrow(
      'p.csv, column Mechanism: the table has no such column (found Metadata_Plate, Metadata_MOA). Name one of the columns found with --label.',
    );
  });
});

describe('wellNames', () => {
  it('keeps the same well of two plates apart', () => {
    const name = wellNames(['Metadata_Plate', 'Metadata_Well']);
    expect(name({ Metadata_Plate: 'A', Metadata_Well: 'B02' })).not.toBe(
      name({ Metadata_Plate: 'B', Metadata_Well: 'B02' }),
    );
    expect(name({ Metadata_Plate: 'A', Metadata_Well: '' })).toBeUndefined();
    expect(wellNames(['Metadata_Plate'])({ Metadata_Plate: 'A' })).toBeUndefined();
  });
});
