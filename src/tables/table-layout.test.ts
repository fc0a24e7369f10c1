import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFloat, formatHeader, formatRows } from './table-layout.ts';

describe('formatFloat', () => {
  it('reads back to the same float32 and is no longer than it must be', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.fround(Number(formatFloat(value))) === value).toBe(true);
      }),
    );
    expect([0, 1, 0.1, 0.25, 1 / 3, 1e-7, 4095.5].map(formatFloat)).toEqual([
      '0',
      '1',
      '0.1',
      '0.25',
      '0.33333334',
      '1e-7',
      '4095.5',
    ]);
  });
});

describe('formatRows', () => {
  it('writes each cell as its column wants it, nothing for what is not known', () => {
    const layout = {
      columns: [
        { name: 'Metadata_Well', kind: 'text' },
        { name: 'ImageNumber', kind: 'integer' },
        { name: 'MIL_Bag_a', kind: 'single' },
        { name: 'Location_Center_X', kind: 'double' },
      ] as const,
      cells: (row: readonly (string | number | undefined)[]) => row,
    };
    expect(formatHeader(layout)).toBe('Metadata_Well,ImageNumber,MIL_Bag_a,Location_Center_X\n');
    const rows = [
      ['A,1', 7, Math.fround(0.1), 0.1],
      ['', undefined, Number.NaN, 1 / 3],
    ];
    expect(formatRows(rows, layout)).toBe('"A,1",7,0.1,0.1\n,,nan,0.3333333333333333\n');
    expect(formatRows([], layout)).toBe('');
  });
});
