import { describe, expect, it } from 'vitest';
import { findGrids, firstGrid } from './plate-grid.ts';

/** What is found on a sheet whose cells are separated by bars. */
function found(...lines: readonly string[]) {
  const rows = lines.map((line, i) => ({ row: i + 1, cells: line.split('|') }));
  const { grids, outside } = findGrids(rows, 'map.csv');
  expect(firstGrid(rows) >= 0).toBe(grids.length > 0);
  return {
    grids: grids.map(({ corner, titles, wells }) => [
      corner,
      titles.map((texts) => texts.join('+')).join('/'),
      [...wells].map(([well, { text }]) => `${well}=${text}`).join(' '),
    ]),
    outside: outside.map(({ row, text }) => `${row} ${text}`),
  };
}

describe('a grid', () => {
  it.each([
    ['in the corner', ['Drug|1|2', 'A|x|y', 'B||z'], 'Drug', ''],
    ['without zeros or with them', ['|01|02', 'a|x|y', 'b||z'], '', ''],
    ['away from the corner', ['My plate', '', '||1|2', '|A|x|y', '|B||z'], '', '/My plate'],
    ['of numbers with decimals', ['|1.0|2.0', 'A|x|y', 'B||z'], '', ''],
    ['with an empty column within', ['|1||2', 'A|x||y', 'B|||z'], '', ''],
  ])('is found %s', (_, lines, corner, titles) => {
    expect(found(...lines).grids).toEqual([[corner, titles, 'A01=x A02=y B01= B02=z']]);
  });

  it('is found among titles, a legend and notes, which stand outside of it', () => {
    const { grids, outside } = found(
      'Screen 5|||||Ada',
      'Class||||||',
      '||1|2|||Legend',
      '|A|DMSO|5||DMSO = neg|x',
      '|B|6|7|7 = dose in M|',
      'Note: a',
    );
    expect(grids).toEqual([['', 'Class/', 'A01=DMSO A02=5 B01=6 B02=7']]);
    const texts = ['1 Screen 5', '1 Ada', '2 Class', '3 Legend', '4 DMSO = neg', '4 x', '5 7 = dose in M', '6 Note: a'];
    expect(outside).toEqual(texts);
  });

  it('may stand below another or beside it, each under its own title', () => {
    const { grids, outside } = found(
      'P1|||P2||',
      '|1|2||1|2',
      'A|1|2|A|5|6',
      'B|3|4|B|7|8',
      'P3|||Dose|1|',
      '|1|2|A|9|',
      'A|0|0|||',
    );
    expect(grids).toEqual([
      ['', 'P1', 'A01=1 A02=2 B01=3 B02=4'],
      ['', 'P2', 'A01=5 A02=6 B01=7 B02=8'],
      ['Dose', '', 'A01=9'],
      ['', 'P3', 'A01=0 A02=0'],
    ]);
    expect(outside).toEqual(['1 P1', '1 P2', '5 P3']);
  });

  it('may have the letters of the largest plates, and values that are letters', () => {
    expect(found('|47|48', 'AE|A|B', 'AF|C|1').grids).toEqual([['', '', 'AE47=A AE48=B AF47=C AF48=1']]);
  });

  it.each([
    ['Row|Column|Dose', 'A|1|5', 'B|1|6'],
    ['Well|1', 'A01|5'],
    ['x|y', '1|2'],
    ['|1|2', 'AG|x|y'],
    ['|49', 'A|x'],
  ])('is not found where there is none: %s', (...lines) => {
    expect(found(...lines).grids).toEqual([]);
  });

  it('is refused where a column of it has no number', () => {
    expect(() => found('|1||3', 'A|x|y|z')).toThrow(/row 2.*in no column.*found y/);
    expect(() => found('|1|2|', 'A|x|y|z')).toThrow(/row 2.*in no column.*found z/);
  });
});
