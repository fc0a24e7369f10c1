/** Pooling functions, baselines and protocols side by side: the tables, what they rest on, and comparisons that stop. */
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

type Row = Record<string, string>;
const readRows = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });
const readJson = async (path: string) => JSON.parse(await readFile(path, 'utf8'));

const folder = temporaryFolder();
let table: string;

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { classes: 3, plates: 2, wells: 6, sites: 1, size: 128 });
});

/** What every comparison here is asked, so that networks take a second each; they learn nothing in that time. */
const quick = ['--label', 'Phenotype', '--epochs', '1', '--batch', '4', '--crop', '64', '--replicate', 'Plate'];
const compare = (out: string, ...options: readonly string[]) =>
  milscope('compare', table, '--out', out, ...quick, ...options);

describe('milscope compare', () => {
  const out = join(folder, 'grid');
  const grid = ['--poolings', 'noisy-and=5', '--protocols', 'replicate,k-fold', '--folds', '2'];
  const baselines = ['--baselines', 'majority-class,field-features', '--nuclei-channel', 'DNA'];

  it('runs the whole grid, and what does not depend on the seed once', async () => {
    const { code, out: said, err } = await compare(out, ...grid, ...baselines, '--seeds', '2');
    expect(code).toBe(0);
    // Of each training, a line when it begins and one when it is done, and nothing of its epochs.
    const lines = err.split('\n').filter((line) => line.startsWith('['));
    const what = 'noisy-and a = 5, protocol replicate, seed 1, fold 2 of 2 (Plate=Plate2)';
    expect(lines).toHaveLength(16);
    expect(lines[2]).toMatch(`[2 of 8] ${what}: `);
    expect(lines[2]).toMatch(/: \d+ fields to train on, \d+ to validate, 5 to test, 1 epoch$/);
    expect(lines[3]).toMatch(/\): \d of 5 fields right \(\d\.\d{3}\) after \d+ s, about .* left in all$/);
    expect(lines[15]).toMatch(/^\[8 of 8\] .* fields right \([^,]*$/);
    expect(err).not.toMatch(/training:|epoch 1/);
    const rows = await readRows(join(out, 'comparison.csv'));
    const of = (method: string, protocol: string) =>
      rows
        .filter((row) => row.Method === method && row.Protocol === protocol)
        .map((row) => `${row.Sharpness} ${row.Seed}`)
        .sort();
    for (const protocol of ['replicate', 'k-fold']) expect(of('noisy-and', protocol)).toEqual(['5 1', '5 2']);
    expect(of('majority-class', 'replicate')).toEqual([' 1']);
    expect(of('majority-class', 'k-fold')).toEqual([' 1', ' 2']);
    // The eight fields of the two normal wells of each plate are the negative control and take no part.
    for (const row of rows) expect([row.Fields, row.Folds]).toEqual(['10', '2']);
    expect(said).toContain(await readFile(join(out, 'comparison.md'), 'utf8'));
    expect(said).toContain(await readFile(join(out, 'methods.txt'), 'utf8'));
  });

  it('gives the figures that evaluate gives for its tables of predictions', async () => {
    const rows = await readRows(join(out, 'comparison.csv'));
    for (const [method, key] of [
      ['noisy-and', 'noisy-and-5'],
      ['field-features', 'field-features'],
    ]) {
      const row = rows.find((one) => one.Method === method && one.Protocol === 'replicate' && one.Seed === '1')!;
      const predictions = join(out, 'runs', 'replicate', key!, 'seed-1', 'predictions.csv');
      const { out: said } = await milscope('evaluate', predictions, '--label', 'Phenotype', '--json');
      const { images, treatments } = JSON.parse(said);
      const { low, high } = images.interval95.accuracy;
      expect(
        [images.n, images.correct, low, high, images.meanAveragePrecision, treatments.correct].map(String),
      ).toEqual([
        row.Fields,
        row.CorrectFields,
        row.FieldAccuracyLow,
        row.FieldAccuracyHigh,
        row.MeanAveragePrecision,
        row.CorrectTreatments,
      ]);
    }
  });

  it('keeps every well on one side, and validates on neither test nor training fields', async () => {
    const run = await readJson(join(out, 'runs/replicate/noisy-and-5/seed-2/fold-01-Plate-Plate1/run.json'));
    const sides = new Map<string, Set<string>>();
    for (const { well, split } of run.fields) sides.set(well, (sides.get(well) ?? new Set()).add(split));
    expect([...sides.values()].every(({ size }) => size === 1)).toBe(true);
    expect(run.options).toMatchObject({ pooling: 'noisy-and', sharpness: 5, seed: 2, crop: 64, epochs: 1 });
  });

  it('draws its figures', async () => {
    for (const name of ['comparison', 'pooling-curves', 'learned-curves']) {
      const svg = await readFile(join(out, 'figures', `${name}.svg`));
      const { width, height } = await sharp(svg).metadata();
      expect(Math.min(width!, height!)).toBeGreaterThan(100);
    }
    expect(await readFile(join(out, 'figures', 'learned-curves.svg'), 'utf8')).toContain('large nuclei');
  });

  it('goes on where it was, does again only what is missing, and adds what is new', async () => {
    const before = await readRows(join(out, 'comparison.csv'));
    const lost = join(out, 'runs', 'replicate', 'noisy-and-5', 'seed-1');
    await rm(join(lost, 'result.json'));
    await rm(join(lost, 'fold-02-Plate-Plate2'), { recursive: true });
    const refused = await compare(out, ...grid, ...baselines);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/there is a comparison.*--resume/s) });

    const more = ['--poolings', 'max', '--baselines', 'none', '--protocols', 'replicate', '--folds', '2', '--resume'];
    // As an earlier version wrote it, which knew no plans.
    const record = await readJson(join(out, 'comparison.json'));
    const { plan, ...settings } = record.settings;
    expect(plan).toBe('reference');
    await writeFile(join(out, 'comparison.json'), JSON.stringify({ ...record, settings }));
    const { code, err } = await compare(out, ...more);
    expect(code).toBe(0);
    expect(err.match(/fold 2 of 2 .* fields to train on/g)).toHaveLength(2);
    expect(err.match(/trained before/g)).toHaveLength(1);
    expect(err.match(/fields to train on/g)).toHaveLength(3);
    expect(err.match(/done before/g)).toHaveLength(before.length - 1);
    const after = await readRows(join(out, 'comparison.csv'));
    const plain = (rows: readonly Row[]) => rows.map(({ Seconds: _, ...row }) => row);
    expect(plain(after.filter((row) => row.Method !== 'max'))).toEqual(plain(before));
    expect(after.filter((row) => row.Method === 'max')).toHaveLength(1);
  });

  it('measures the same cells once', async () => {
    const options = ['--poolings', 'none', '--protocols', 'replicate', '--nuclei-channel', 'DNA'];
    const cells = ['--baselines', 'svm-ensemble', '--folds', '2', '--resume'];
    expect((await compare(out, ...options, ...cells)).code).toBe(0);
    const more = await compare(out, ...options, ...cells, '--protocols', 'k-fold');
    expect(more).toMatchObject({ code: 0, err: expect.stringMatching(/cells in \d+ fields, measured before/) });
    expect(more.err).not.toContain('measuring cells: 0 of');
    const anew = join(folder, 'anew');
    const { code, err } = await compare(anew, ...options, '--baselines', 'svm-ensemble', '--json');
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('measuring cells: 0 of') });
    const [kept, fresh] = await Promise.all(
      [out, anew].map((of) => readFile(join(of, 'runs/replicate/svm-ensemble/seed-1/predictions.csv'), 'utf8')),
    );
    expect(kept).toBe(fresh);
    // Cells that reach further are others.
    const wider = ['--resume', '--distance', '5'];
    const refused = await compare(anew, ...options, '--baselines', 'field-features', ...wider);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--distance: the comparison') });
  });

  it('does not mix what was trained otherwise', async () => {
    const { code, err } = await compare(out, ...grid, '--resume', '--learning-rate', '0.01');
    expect(code).toBe(1);
    expect(err).toMatch(/--learning-rate: the comparison in the folder was begun otherwise.*0\.01.*0\.001/s);
    const other = await compare(out, ...grid, '--resume', '--plan', 'blocked');
    expect(other).toMatchObject({ code: expect.any(Number), err: expect.stringMatching(/--plan: .*blocked/s) });
    const gone = await milscope(
      ...['compare', table, '--out', out, ...quick, '--resume', '--overwrite', '--poolings', 'mean'],
    );
    expect(gone).toMatchObject({ code: 2, err: expect.stringContaining('Give one of them') });
  });
});

describe('milscope compare, protocol by protocol', () => {
  it('paper tests the training fields too, and says so', async () => {
    const out = join(folder, 'paper');
    const options = ['--protocols', 'paper', '--fraction', '0.4', '--poolings', 'mean', '--baselines', 'none'];
    const { code } = await compare(out, ...options);
    expect(code).toBe(0);
    const [row] = await readRows(join(out, 'comparison.csv'));
    expect(row).toMatchObject({ Protocol: 'paper', Fields: '10', Folds: '1' });
    const [fold] = (await readJson(join(out, 'runs/paper/mean/seed-1/result.json'))).folds;
    expect(fold.trained).toBeLessThan(10);
    const methods = await readFile(join(out, 'methods.txt'), 'utf8');
    expect(methods).toContain('all fields');
    expect(methods).toMatch(/normalized by mean and standard deviation of the (training fields|fields of their plate)/);
  });

  it('compound leaves out what cannot be judged', async () => {
    const out = join(folder, 'compound');
    const options = ['--protocols', 'compound', '--poolings', 'none', '--nuclei-channel', 'dna'];
    const { code } = await compare(out, ...options, '--baselines', 'field-features,batch-alone');
    expect(code).toBe(0);
    const rows = await readRows(join(out, 'comparison.csv'));
    const compounds = new Set((await readRows(table)).map((row) => row.Metadata_Compound));
    expect(Number(rows[0]!.Folds)).toBeLessThan(compounds.size);
    expect(Number(rows[0]!.Treatments)).toBeGreaterThan(0);
    expect(await readFile(join(out, 'methods.txt'), 'utf8')).toContain('a negative control');
  });
});

it('milscope compare tells the only positive control from DMSO', async () => {
  const controls = await changeTable(table, 'controls.csv', (lines) => {
    const [header = '', ...rows] = lines;
    const at = header.split(',').indexOf('Metadata_Phenotype');
    const labels: Readonly<Record<string, string>> = { normal: 'DMSO', 'large nuclei': 'Taxol' };
    return [
      header,
      ...rows.map((row) =>
        row
          .split(',')
          .map((cell, c) => (c === at ? (labels[cell] ?? '') : cell))
          .join(),
      ),
    ];
  });
  const out = join(folder, 'controls');
  const options = ['--protocols', 'k-fold,replicate', '--folds', '2', '--poolings', 'none'];
  const { code, err } = await milscope(
    ...['compare', controls, '--out', out, ...quick, ...options, '--baselines', 'majority-class,field-features'],
    ...['--control-column', 'Phenotype', '--negative', 'DMSO', '--positive', 'Taxol'],
  );
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(
    err.match(/The negative control DMSO is not set aside.*otherwise Taxol would be the only class/g),
  ).toHaveLength(1);
  const labelled = (await readRows(controls)).filter((row) => row.Metadata_Phenotype !== '').length;
  for (const row of await readRows(join(out, 'comparison.csv'))) {
    expect(row.Fields).toBe(String(labelled));
    // Decisions alone have no Z′.
    if (row.Method === 'majority-class') expect(row.Zfactor).toBe('');
    else expect(row.Zfactor).toMatch(/^-?\d+\.\d+$/);
  }
  expect(await readFile(join(out, 'comparison.md'), 'utf8')).toMatch(/treatments \| +[^|]*Z′/);
});

describe('milscope compare with things that go wrong', () => {
  it('leaves out what cannot be read, and says which', async () => {
    // A well of a class that its plate has in another well too, so that nothing else is lost with it.
    const rows = await readRows(table);
    const kind = (row: Row) => `${row.Metadata_Plate} ${row.Metadata_Phenotype}`;
    const isTreated = (row: Row) => row.Metadata_Compound !== 'DMSO';
    const place = rows.findIndex(
      (row) => isTreated(row) && rows.filter((other) => isTreated(other) && kind(other) === kind(row)).length > 1,
    );
    const damaged = await changeTable(table, 'damaged.csv', (lines) =>
      lines.map((line, i) => (i === place + 1 ? line.replace(/images\/\w+_w2/, 'images/none') : line)),
    );
    const out = join(folder, 'damaged');
    const options = ['--poolings', 'mean', '--baselines', 'majority-class', '--protocols', 'replicate'];
    const { code, err } = await milscope('compare', damaged, '--out', out, ...quick, ...options);
    expect(code).toBe(0);
    expect(err).toContain('1 cannot be read and are left out');
    expect(await readRows(join(out, 'skipped.csv'))).toEqual([
      expect.objectContaining({ ImageNumber: rows[place]!.ImageNumber }),
    ]);
    for (const row of await readRows(join(out, 'comparison.csv'))) expect(row.Fields).toBe('9');
    expect(await readFile(join(out, 'methods.txt'), 'utf8')).toContain('1 field (could not be read)');
  });

  it.each([
    ['an unknown pooling function', ['--poolings', 'median'], 2, /Expected all, none, or some of: noisy-and/],
    ['a sharpness that is none', ['--poolings', 'mean=3'], 2, /mean has no sharpness/],
    ['an unknown protocol', ['--protocols', 'plate'], 2, /Expected some of: paper/],
    ['an unknown baseline', ['--baselines', 'umap'], 2, /Expected none, or some of/],
    ['wells of positions', ['--bags', 'well'], 2, /--bags well: only cells/],
    ['an unknown channel', ['--baselines', 'svm-ensemble', '--nuclei-channel', 'RNA'], 1, /no such channel/],
    ['a missing column', ['--protocols', 'replicate', '--replicate', 'Week'], 1, /fields\.csv.*Week/s],
    ['nothing to compare', ['--poolings', 'none', '--baselines', 'none'], 2, /nothing to compare/],
  ])('%s is refused before any image is opened', async (_, options, code, message) => {
    const result = await compare(join(folder, 'none'), ...options);
    expect(result).toMatchObject({ code, err: expect.stringMatching(message) });
    expect(result.err).not.toContain('checking');
  });

  it('notices other images under a fold that is half done', async () => {
    const out = join(folder, 'changed');
    const options = ['--poolings', 'mean', '--baselines', 'none', '--protocols', 'replicate'];
    const copy = await changeTable(table, 'copy.csv', (lines) => lines);
    const argv = ['compare', copy, '--out', out, ...quick, ...options];
    expect((await milscope(...argv)).code).toBe(0);
    await rm(join(out, 'runs/replicate/mean/seed-1/result.json'));
    const [image] = await readRows(copy);
    const file = join(dirname(copy), image!.FileName_DNA!);
    await truncate(file, 100);
    expect(await milscope(...argv, '--resume')).toMatchObject({
      code: 1,
      err: expect.stringContaining('this fold was begun with other images'),
    });
  });
});
