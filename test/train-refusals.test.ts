/** What is wrong with table, images or options comes out before any training, with the place of the fault. */
import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeTiff } from '../src/image/node/write.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
let table: string;
let count = 0;

/** Trains for one epoch into a folder of its own. */
async function train(screen: string, ...more: string[]) {
  const run = join(folder, `run ${count++}`);
  const result = await milscope(
    ...['train', screen, '--label', 'Phenotype', '--out', run, '--epochs', '1', '--batch', '4', '--validation', '0'],
    ...more,
  );
  return { ...result, run };
}

/** The table with other files in the first channel of some of its rows, by row (the header being row 1). */
function withFiles(name: string, files: Readonly<Record<number, string>>): Promise<string> {
  return changeTable(table, name, (lines) =>
    lines.map((line, i) => line.replace(/images\/\w+_w1\.tif/, (file) => files[i + 1] ?? file)),
  );
}

const place = (name: string) => join(dirname(table), 'images', name);

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'));
  const whole = place('Plate1_A01_s1_w1.tif');
  for (const i of [1, 2]) {
    await copyFile(whole, place(`cut${i}.tif`));
    await truncate(place(`cut${i}.tif`), Math.floor((await readFile(whole)).length / 2));
  }
  const size = { height: 96, width: 96 };
  await writeTiff(place('two.tif'), { data: new Uint16Array(2 * 96 * 96), channels: 2, ...size });
  await writeTiff(place('two-more.tif'), { data: new Uint16Array(2 * 96 * 96).fill(7), channels: 2, ...size });
});

describe('milscope train refuses, before any training,', () => {
  const refusals: readonly [string, () => Promise<[string, ...string[]]>, readonly string[]][] = [
    [
      'a label that is no column',
      async () => [table, '--label', 'MOA'],
      ['fields.csv', 'column MOA', '--label', 'Metadata_Phenotype', 'labels of another table with --plate-map'],
    ],
    [
      'a table that is not there',
      async () => [join(folder, 'none.csv')],
      ['none.csv', 'there is no such table or folder'],
    ],
    [
      'a table without rows',
      async () => [await changeTable(table, 'empty.csv', ([header]) => [header!])],
      ['empty.csv'],
    ],
    [
      'a column of labels that is empty',
      async () => [
        await changeTable(table, 'unlabelled.csv', (lines) =>
          lines.map((line, i) => (i > 0 ? line.replace(/,[a-z ]+,([\d.]+)$/, ',,$1') : line)),
        ),
      ],
      ['unlabelled.csv', 'column Metadata_Phenotype', 'no field has a label', '16 cells, all empty', '--label'],
    ],
    [
      'a field that is listed twice',
      async () => [await changeTable(table, 'twice.csv', (lines) => [...lines, lines[3]!.replace(/^3,/, '99,')])],
      ['twice.csv', 'row 18', 'row 4'],
    ],
    [
      'more missing files than a tenth',
      async () => [await withFiles('missing.csv', { 3: 'images/lost1.tif', 9: 'images/lost2.tif' })],
      ['missing.csv', '2 of 16', 'MissingFile', 'lost1.tif'],
    ],
    [
      'more files cut short than a tenth',
      async () => [await withFiles('cut.csv', { 3: 'images/cut1.tif', 9: 'images/cut2.tif' })],
      ['cut.csv', '2 of 16', 'BadImage', 'cut1.tif'],
    ],
    [
      'more fields of other channels than a tenth',
      async () => [await withFiles('channels.csv', { 3: 'images/two.tif', 9: 'images/two-more.tif' })],
      ['channels.csv', '2 of 16', 'ChannelMismatch', 'two.tif', '2 grey planes', '1 plane'],
    ],
    [
      'a crop larger than a field',
      async () => [table, '--crop', '100'],
      ['Plate1_A01_s1_w1.tif', '96 × 96', '100 × 100', '--crop'],
    ],
    [
      'to hold out what is not there',
      async () => [table, '--holdout', 'Plate=Plate9'],
      ['fields.csv', '--holdout Plate=Plate9', 'Plate1, Plate2'],
    ],
    [
      'to hold out by a column that is not there',
      async () => [table, '--holdout', 'Day=1'],
      ['fields.csv', 'column Day', 'Metadata_Plate'],
    ],
    [
      'to hold out every field',
      async () => [table, '--holdout', 'Plate=Plate1', '--holdout', 'Plate=Plate2'],
      ['every field would be held out'],
    ],
    [
      'a single class',
      async () => [
        await changeTable(table, 'one.csv', (lines) => lines.filter((line, i) => i === 0 || line.includes('normal'))),
      ],
      ['one.csv', 'one class, normal', '--label'],
    ],
  ];

  it.each(refusals)('%s', async (_, inputs, words) => {
    const [screen, ...more] = await inputs();
    const { code, out, err } = await train(screen, ...more);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    for (const word of words) expect(err).toContain(word);
    expect(err).not.toContain('a bug');
    expect(err).not.toContain('training:');
    expect(err).not.toContain('    at ');
  });
});

describe('milscope train', () => {
  it('leaves out a tenth that cannot be read, and lists it', async () => {
    const screen = await withFiles('one-cut.csv', { 6: 'images/cut1.tif' });
    const { code, err, run } = await train(screen);
    expect(code).toBe(0);
    expect(err).toContain('1 cannot be read and are left out');
    const skipped = parse(await readFile(join(run, 'skipped.csv')), { columns: true });
    expect(skipped).toEqual([
      { ImageNumber: '5', File: place('cut1.tif'), Error: 'BadImage', Message: expect.stringContaining('cut1.tif') },
    ]);
    const { fields } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
    expect(fields.map(({ imageNumber }: { imageNumber: number }) => imageNumber)).not.toContain(5);
    expect(fields).toHaveLength(15);
  });

  it('leaves out a field that is smaller than the network sees, if it is one in ten', async () => {
    const side = { channels: 1, height: 40, width: 40 };
    for (const row of [6, 7]) {
      const data = new Uint16Array(40 * 40).map((_, i) => 400 + row + (i % 97));
      for (const w of [1, 2, 3]) await writeTiff(place(`small${row}_w${w}.tif`), { data, ...side });
    }
    const shrink = (rows: readonly number[]) =>
      changeTable(table, `small-${rows.length}.csv`, (lines) =>
        lines.map((line, i) =>
          rows.includes(i + 1) ? line.replaceAll(/images\/\w+_w(\d)\.tif/g, `images/small${i + 1}_w$1.tif`) : line,
        ),
      );
    const { code, err, run } = await train(await shrink([6]));
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('1 cannot be used and are left out');
    const skipped = parse(await readFile(join(run, 'skipped.csv')), { columns: true });
    expect(skipped).toMatchObject([{ ImageNumber: '5', Error: 'TooSmall' }]);
    const { options } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
    expect(options.crop).toBe(84);
    const refused = await train(await shrink([6, 7]));
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/small6_w1\.tif.*too small for the network.*40 × 40.*at least 63/s);
  });

  it('refuses a square that the network sees nothing in before a screen is opened', async () => {
    const { code, err } = await train('none.csv', '--cells', 'auto', '--cell-size', '40');
    expect(code).toBe(2);
    expect(err).toMatch(/--cell-size.*40 pixels.*at least 63.*--enlarge/s);
  });

  it('replaces a run only when told to', async () => {
    const run = join(folder, 'precious');
    await mkdir(run);
    await writeFile(join(run, 'run.json'), '{}');
    const refused = await train(table, '--out', run);
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining(`${run}: there is a run`) });
    expect(await readFile(join(run, 'run.json'), 'utf8')).toBe('{}');
    expect((await train(table, '--out', run, '--overwrite')).code).toBe(0);
  });

  it.each([
    ['a missing option', ['train', 'fields.csv', '--out', 'run'], '--label'],
    ['a missing table', ['train', '--label', 'Phenotype', '--out', 'run'], 'screen'],
    ['an unknown option', ['train', 'fields.csv', '--label', 'x', '--out', 'run', '--colour', 'red'], '--colour'],
    ['a number that is none', ['train', 'fields.csv', '--label', 'x', '--out', 'run', '--epochs', 'many'], '--epochs'],
    ['an unknown pooling', ['train', 'fields.csv', '--label', 'x', '--out', 'run', '--pooling', 'sum'], 'noisy-and'],
    ['an unknown command', ['trian', 'fields.csv'], 'trian'],
    [
      'a condition that is none',
      ['train', 'TABLE', '--label', 'Phenotype', '--out', 'run', '--holdout', 'Plate2'],
      'COLUMN=VALUE',
    ],
    ['both ways with a run', ['train', 'TABLE', '--label', 'x', '--out', 'run', '--resume', '--overwrite'], '--resume'],
  ])('calls %s wrong usage', async (_, argv, word) => {
    const { code, out, err } = await milscope(...argv.map((text) => (text === 'TABLE' ? table : text)));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(word);
  });
});
