import fc from 'fast-check';
import { expect, it } from 'vitest';
import { layOutPlates } from './plate-layout.ts';
import type { Field } from './screen.ts';

const screenOf = (rows: readonly Readonly<Record<string, string>>[]) => ({
  source: 'folder/fields.csv',
  columns: Object.keys(rows[0] ?? {}),
  fields: rows.map((metadata, i): Field => ({ imageNumber: i + 1, row: i + 2, sources: [], metadata })),
});

const placesOf = (rows: readonly Readonly<Record<string, string>>[]) =>
  layOutPlates(screenOf(rows)).map(({ name, rows: letters, columns, wells, asNamed }) => ({
    ...{ name, asNamed, size: `${letters.at(-1)}${columns.at(-1)}` },
    wells: wells.map((well) => [well.name, ...well.fields.map(({ field }) => field.imageNumber)]),
  }));

it('puts wells where their names say, and sites in order', () => {
  const rows = ['B3', 'a01', 'A1', 'B03'].map((well, i) => ({
    ...{ Metadata_Plate: 'P1', Metadata_Well: well },
    Metadata_Site: ['10', '2', '1', '9'][i]!,
  }));
  expect(placesOf([...rows, { Metadata_Plate: 'P0', Metadata_Well: 'AF48', Metadata_Site: '1' }])).toEqual([
    {
      name: 'P1',
      asNamed: true,
      size: 'B3',
      wells: [
        ['A01', 3, 2],
        ['B03', 4, 1],
      ],
    },
    { name: 'P0', asNamed: true, size: 'AF48', wells: [['AF48', 5]] },
  ]);
});

it('keeps fields of one site apart, in the order of the table', () => {
  const rows = ['1', '1', '0'].map((site) => ({ Metadata_Well: 'A1', Metadata_Site: site }));
  expect(placesOf(rows)).toEqual([{ name: 'fields', asNamed: true, size: 'A1', wells: [['A01', 3, 1, 2]] }]);
});

it('lays out in a square what has no well, or one that is no row and column', () => {
  const fields = Array.from({ length: 5 }, () => ({ Metadata_Id: 'x' }));
  expect(placesOf(fields)).toEqual([
    {
      ...{ name: 'fields', asNamed: false, size: 'B3' },
      wells: [
        ['A01', 1],
        ['A02', 2],
        ['A03', 3],
        ['B01', 4],
        ['B02', 5],
      ],
    },
  ]);
  const named = ['control', 'A1', 'control'].map((well) => ({ Metadata_Well: well }));
  expect(placesOf(named)).toEqual([
    {
      name: 'fields',
      asNamed: false,
      size: 'A2',
      wells: [
        ['A01', 1, 3],
        ['A02', 2],
      ],
    },
  ]);
  for (const well of ['A0', 'A49', 'AG1', '1A', 'A1B']) {
    expect(placesOf([{ Metadata_Well: well }]), well).toMatchObject([{ asNamed: false, size: 'A1' }]);
  }
});

it('gives every field one place, and no two the same', () => {
  const row = fc.record({
    Metadata_Plate: fc.constantFrom('', 'P1', 'P2'),
    Metadata_Well: fc.constantFrom('', 'A1', 'A01', 'C12', 'B2', 'spare'),
    Metadata_Site: fc.constantFrom('', '1', '2', 's3'),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
      const places = layOutPlates(screenOf(rows)).flatMap((plate) =>
        plate.wells.flatMap((well) => {
          expect(plate.rows[well.rowIndex]).toBeDefined();
          expect(plate.columns[well.columnIndex]).toBeDefined();
          return well.fields.map(({ field, site }) => ({
            ...{ field, key: `${plate.name}/${well.rowIndex}/${well.columnIndex}/${site}` },
          }));
        }),
      );
      expect(new Set(places.map(({ key }) => key)).size).toBe(rows.length);
      expect(new Set(places.map(({ field }) => field)).size).toBe(rows.length);
    }),
  );
});
