import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { makeWorkbook } from '../../tables/testing/make-workbook.ts';
import { knownPlates } from './known-plates.ts';
import { saysWells } from './plate-map.ts';
import { readWells } from './read-wells.ts';

const folder = temporaryFolder();

/** A sheet whose cells are separated by bars. */
const sheet = (name: string, ...lines: readonly string[]) => ({
  name,
  rows: lines.map((line) => line.split('|').map((text) => text || undefined)),
});

/** The table of wells of a workbook, or of a text, for a screen with these plates. */
async function read(content: readonly ReturnType<typeof sheet>[] | string, plates: readonly string[] = ['P1', 'P2']) {
  const file = join(folder, typeof content === 'string' ? 'Map.csv' : 'Map.xlsx');
  writeFileSync(file, typeof content === 'string' ? content : await makeWorkbook(content));
  const {
    columns,
    rows,
    notes = [],
  } = await readWells(file, nodeFiles, { fits: saysWells, plates: knownPlates(plates) });
  return {
    table: [columns, ...rows.map(({ cells }) => cells)].map((cells) => cells.join(' ')),
    notes: notes.map((note) => note.replace(`${file}: `, '')),
  };
}

const grid = (first: string, second: string) => ['|1|2', `A|${first}|${second}`];

describe('the sheets of a plate map', () => {
  it.each([
    [
      ['P1', 'P2'],
      ['P1', 'P2'],
    ],
    [
      ['p1', 'Plate P2'],
      ['P1', 'P2'],
    ],
    [
      ['Plate: 1', 'plate_2'],
      ['Plate 1', 'Plate 2'],
    ],
    [
      ['0012', '12'],
      ['0012', '12'],
    ],
  ])('called %j are those of the plates %j', async (names, plates) => {
    const { table, notes } = await read(
      [sheet(names[0]!.replace(':', ''), ...grid('x', 'y')), sheet(names[1]!, ...grid('y', 'x'))],
      plates,
    );
    const [one, two] = plates;
    expect(table).toEqual(['Plate Well Map', `${one} A01 x`, `${one} A02 y`, `${two} A01 y`, `${two} A02 x`]);
    expect(notes[1]).toBe(`2 grids of plates ${one}, ${two} are read as Metadata_Map`);
  });

  it('may be called after a plate and what they show of it', async () => {
    const sheets = ['P1 Class', 'P1 Dose', 'Class (P2)', 'Dose_P2'].map((name) =>
      sheet(name, '|1', `A|${name.at(-1)}`),
    );
    const { table } = await read(sheets);
    expect(table).toEqual(['Plate Well Class Dose', 'P1 A01 s e', 'P2 A01 ) 2']);
    expect((await read([sheet('S', 'Plates P1 and P2', '|1', 'A|x')])).table).toEqual([
      'Well Plates P1 and P2',
      'A01 x',
    ]);
    // A number beside a word is no plate.
    const counted = ['Dose 1', 'Dose 2'].map((name) => sheet(name, '|1', 'A|x'));
    expect((await read(counted, ['1', '2'])).table).toEqual(['Well Dose 1 Dose 2', 'A01 x x']);
  });

  it('may have a row for each well', async () => {
    const sheets = [sheet('P1', 'Well|Class', 'A1|x'), sheet('P2', 'Title', 'Well|Class', 'A1|y')];
    const { table, notes } = await read(sheets);
    expect(table).toEqual(['Plate Well Class', 'P1 A1 x', 'P2 A1 y']);
    expect(notes).toEqual(['the sheets "P1", "P2" are read']);
    const own = [sheet('a', 'Plate|Well|Class', 'P1|A1|x'), sheet('b', 'Plate|Well|Class', 'P2|A1|y')];
    expect((await read(own)).table).toEqual(['Plate Well Class', 'P1 A1 x', 'P2 A1 y']);
  });

  it('of other plates are left, and a plate without one gets nothing', async () => {
    const sheets = ['P1', 'P2', 'P3'].map((name) => sheet(name, ...grid(name, 'y')));
    const { table, notes } = await read(sheets);
    expect(table).toEqual(['Plate Well Map', 'P1 A01 P1', 'P1 A02 y', 'P2 A01 P2', 'P2 A02 y']);
    expect(notes[0]).toBe('the sheets "P1", "P2" are read, and not "P3"');
    expect((await read([sheet('P1', ...grid('x', 'y'))])).table).toEqual(['Plate Well Map', 'P1 A01 x', 'P1 A02 y']);
  });

  it.each([
    ['only some match', [sheet('P1', ...grid('x', 'y')), sheet('P3', ...grid('y', 'x'))], /"P3", and nothing for P2/],
    [
      'none matches',
      [sheet('Plate 7', ...grid('x', 'y')), sheet('Plate 8', ...grid('y', 'x'))],
      /"Plate 7", "Plate 8"/,
    ],
    [
      'several show one thing',
      [sheet('a', 'Class|1', 'A|x'), sheet('b', 'Class|1', 'A|y')],
      /several grids show Class, and say different things of A01/,
    ],
    [
      'only some match, of lists',
      [sheet('P1', 'Well|Class', 'A1|x'), sheet('P3', 'Well|Class', 'A1|y')],
      /"P3", and nothing for P2/,
    ],
    [
      'none matches, of lists',
      [sheet('a', 'Well|Class', 'A1|x'), sheet('b', 'Well|Class', 'A1|y')],
      /"a", "b", and nothing for P1, P2/,
    ],
    ['only some titles match', [sheet('S', 'P1', ...grid('x', 'y'), 'P3', ...grid('y', 'x'))], /"P3".*expected P1, P2/],
  ])('are refused where %s', async (_, sheets, message) => {
    await expect(read(sheets)).rejects.toThrow(message);
  });

  it('are columns where they are called after what they show', async () => {
    const { table, notes } = await read([sheet('Class', ...grid('x', 'y')), sheet('Dose', ...grid('1', '2'))]);
    expect(table).toEqual(['Well Class Dose', 'A01 x 1', 'A02 y 2']);
    expect(notes[1]).toBe('2 grids of all plates are read as Metadata_Class, Metadata_Dose');
    expect((await read([sheet('Class', ...grid('x', 'y'))])).table[0]).toBe('Well Map');
  });
});

describe('grids of one sheet', () => {
  it('are of the plates that their titles or corners name', async () => {
    const stacked = sheet('Sheet1', 'P1', ...grid('x', 'y'), 'Plate: P2', ...grid('y', 'x'));
    const corners = sheet('Class', 'P1|1|2', 'A|x|y', 'P2|1|2', 'A|y|x');
    const rows = ['P1 A01 x', 'P1 A02 y', 'P2 A01 y', 'P2 A02 x'];
    expect((await read([stacked])).table).toEqual(['Plate Well Map', ...rows]);
    expect((await read([corners])).table).toEqual(['Plate Well Class', ...rows]);
    const text = 'P1\n,1,2\nA,x,y\n\nP2\n,1,2\nA,y,x\n';
    expect((await read(text)).table).toEqual(['Plate Well Map', ...rows]);
  });

  it('below the name of a plate show several things of it', async () => {
    const of = (plate: string, dose: string) => [plate, 'Class', '|1', 'A|x', 'Dose', '|1', `A|${dose}`];
    const { table } = await read([sheet('S', ...of('P1', '1'), ...of('P2', '2'))]);
    expect(table).toEqual(['Plate Well Class Dose', 'P1 A01 x 1', 'P2 A01 x 2']);
  });

  it('may be parts of a plate', async () => {
    expect((await read([sheet('S', '|1', 'A|x', '|2', 'A|y')])).table).toEqual(['Well S', 'A01 x', 'A02 y']);
  });

  it('of a text may have semicolons, decimal commas and a title', async () => {
    const { table, notes } = await read('Dose\n\n;1;2\nA;0,5;1\nB;2;3\n');
    expect(table).toEqual(['Well Dose', 'A01 0.5', 'A02 1', 'B01 2', 'B02 3']);
    expect(notes).toEqual([]);
  });
});
