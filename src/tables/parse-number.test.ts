import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { nodeFiles } from '../files/node-files.ts';
import { commaRemedy, parseNumber } from './parse-number.ts';
import { readTable } from './read-table.ts';
import { decimalOf } from './separator.ts';

it.each([
  ['12,5', 12.5],
  ['-0,003', -0.003],
  [',5', 0.5],
  ['1,5E-3', 0.0015],
  ['12.5', 12.5],
  ['7', 7],
  ['1.234,5', Number.NaN],
  ['1,234,567', Number.NaN],
  ['', Number.NaN],
  ['n/a', Number.NaN],
])('%j in a table of decimal commas is %d, and in another what it is with points', (text, value) => {
  expect(parseNumber(text, { decimal: ',' })).toBe(value);
  expect(parseNumber(text)).toBe(text.includes(',') ? Number.NaN : value);
});

it.each([
  ['X;Y\n12,5;7\n', ';', ','],
  ['X;Y\n1,234;7\n', ';', ','],
  ['X;Y\n1,234;7.5\n', ';', undefined],
  ['X;Y\n1,234;"7,5"\n', ';', ','],
  ['X\tY\n512,5\t7\n', '\t', ','],
  ['X\tY\n0,125\t7\n', '\t', ','],
  // These may be 1234 as well as 1.234.
  ['X\tY\n1,234\t7\n', '\t', undefined],
  ['X,Y\n"12,5",7\n', ',', undefined],
])('the decimals of %j, separated by %j, follow %j', (text, separator, decimal) => {
  expect(decimalOf(text, separator)).toBe(decimal);
});

it('says what a comma may have to do with it that a text is no number', () => {
  expect(commaRemedy('1,234')).toMatch(/with a point for the decimals/);
  expect(commaRemedy('12.5')).toBeUndefined();
  expect(commaRemedy('a, b')).toBeUndefined();
});

it('writes columns of numbers with points when a whole table is read, and leaves texts alone', async () => {
  const file = join(temporaryFolder(), 'doses.csv');
  writeFileSync(file, 'Well;Dose;List;Code\nA01;0,3;1,2;0012\nA02;;a,b;0,5 µM\nA03;3;;7\n');
  const { rows } = await readTable(file, nodeFiles);
  expect(rows.map(({ cells }) => cells)).toEqual([
    ['A01', '0.3', '1,2', '0012'],
    ['A02', '', 'a,b', '0,5 µM'],
    ['A03', '3', '', '7'],
  ]);
});
