import { expect, it } from 'vitest';
import { isSamePlace, liesIn, requireApart } from './places.ts';

it('knows one place by several names', () => {
  expect(isSamePlace('out/a.csv', './out/../out/a.csv')).toBe(true);
  expect(isSamePlace('out/a.csv', 'out/A.csv')).toBe(true);
  expect(isSamePlace('out\\a.csv', 'out/a.csv')).toBe(true);
  expect(isSamePlace('out/a.csv', 'a.csv')).toBe(false);
});

it('knows what lies in a folder', () => {
  expect(liesIn('p.zarr/A/1/0', 'p.zarr')).toBe(true);
  expect(liesIn('p.zarr', 'p.zarr/')).toBe(true);
  expect(liesIn('P.zarr/A', 'p.zarr')).toBe(true);
  expect(liesIn('p.zarr.tif', 'p.zarr')).toBe(false);
  expect(liesIn('..data/a.tif', '.')).toBe(true);
  expect(liesIn('../a.tif', '.')).toBe(false);
  expect(liesIn('C:\\screens\\p.zarr\\A', 'c:/screens/p.zarr')).toBe(true);
  expect(liesIn('D:\\p.zarr\\A', 'C:\\p.zarr')).toBe(false);
});

it('keeps what is written from what is read', () => {
  const asked = { screen: 'fields.csv', plateMap: undefined };
  expect(() =>
    requireApart(
      [
        ['out', 'p.csv'],
        ['profile', undefined],
      ],
      { asked, reads: { cells: 'c.csv' } },
    ),
  ).not.toThrow();
  expect(() => requireApart([['out', './Fields.csv']], { asked })).toThrow(
    /out \.\/Fields\.csv: this is the file that screen names/,
  );
  expect(() => requireApart([['profile', 'x/../c.csv']], { asked, reads: { cells: 'c.csv' } })).toThrow(
    /that cells names/,
  );
});
