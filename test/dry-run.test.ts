/** What long commands would do is said by `--dry-run`, which writes nothing and refuses what the commands refuse. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startFileServer } from '../src/download/testing/file-server.ts';
import { publish, threePlates } from '../src/workflows/fetch/testing/publish.ts';
import { type Rehearsal, rehearsal } from '../src/workflows/rehearsal/document.ts';
import { writeUntrainedModel } from '../src/workflows/testing/untrained-model.ts';
import { milscope } from './run-milscope.ts';
import { sharedRun } from './shared-run.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
let shared: Awaited<ReturnType<typeof sharedRun>>;

beforeAll(async () => {
  shared = await sharedRun();
});

/** Everything in the folders that a command could write to, with the time of its last change. */
function everything() {
  return [folder, shared.screen, shared.run].flatMap((place) =>
    readdirSync(place, { recursive: true, encoding: 'utf8' }).map((name) => {
      const path = join(place, name);
      return `${path} ${statSync(path).isFile() ? statSync(path).mtimeMs : ''}`;
    }),
  );
}

/** Runs a command dry, and makes sure that nothing is written. */
async function dryRun(...argv: readonly string[]): Promise<Rehearsal> {
  const before = everything();
  const { code, out, err } = await milscope(...argv, '--dry-run', '--json');
  expect(err + out).not.toMatch(/"error"/);
  expect(code).toBe(0);
  expect(everything()).toEqual(before);
  return rehearsal.parse(JSON.parse(out));
}

const namesOf = ({ writes }: Rehearsal, place = folder) => writes.map(({ path }) => relative(place, path)).sort();
const training = () => [
  shared.table,
  '--label',
  'Phenotype',
  '--holdout',
  'Plate=Plate2',
  '--epochs',
  '1',
  '--batch',
  '4',
];

describe('a dry run', () => {
  it('of train says what run.json has, and the files of a run', async () => {
    const told = await dryRun('train', ...training(), '--out', at('run'));
    const { fields } = JSON.parse(readFileSync(join(shared.run, 'run.json'), 'utf8'));
    const count = (of: string) => fields.filter(({ split }: { split: string }) => split === of).length;
    const [train, validation, test] = [count('train'), count('validation'), count('test')];
    expect(told.does.join('\n')).toMatch(
      new RegExp(`Trains on ${train} fields, validates on ${validation}, and holds out ${test}\\.`),
    );
    expect(told.does.join('\n')).toMatch(
      /large nuclei \(8 fields\), normal \(8 fields\)[\s\S]*plan reference\), crops of 84 pixels/,
    );
    expect(told.does).toContainEqual(
      expect.stringMatching(/^How the epoch is chosen: the weights of the last epoch are kept/),
    );
    const there = readdirSync(shared.run, { recursive: true, encoding: 'utf8' });
    expect(namesOf(told, at('run'))).toEqual(there.filter((name) => statSync(join(shared.run, name)).isFile()).sort());
    expect(told.reads.screen).toMatchObject({
      fields: 16,
      plates: 2,
      wells: 8,
      sites: { low: 2, high: 2 },
      unreadable: 0,
    });
    expect(told.reads.screen!.smallest).toEqual({ width: 96, height: 96 });
    const images = readdirSync(join(shared.screen, 'images')).map(
      (name) => statSync(join(shared.screen, 'images', name)).size,
    );
    expect(told.reads.screen!.bytes).toBe(images.reduce((sum, size) => sum + size, 0));
    expect(told.seconds!.high).toBeGreaterThan(told.seconds!.low);
  });

  it('of train with seeds has a folder for each, and a run there is continued', async () => {
    const seeds = await dryRun('train', ...training(), '--seeds', '2', '--out', at('seeds'));
    expect(namesOf(seeds)).toContain('seeds/seed-2/model.onnx');
    expect(namesOf(seeds)).toContain('seeds/seeds.json');
    const resumed = await dryRun('train', ...training(), '--out', shared.run, '--resume');
    expect(resumed.does[0]).toMatch(/Goes on with the run .*, from epoch 2 of 1/);
    expect(resumed.writes.every(({ fate }) => fate === 'continued')).toBe(true);
  });

  it('of predict says what is predicted: fields, or cells', async () => {
    const fields = await dryRun('predict', shared.model, shared.table, '--by', 'well', '--out', at('p.csv'));
    expect(fields.does[0]).toMatch(/^Predicts 16 fields .*2 classes \(large nuclei, normal\)/);
    expect(namesOf(fields)).toEqual(['p.by-well.csv', 'p.csv', 'p.csv.record.json']);
    const table = join(shared.screen, 'cells.csv');
    const cells = await dryRun('predict', shared.model, shared.table, '--cells', table, '--out', at('p.csv'));
    const known = readFileSync(table, 'utf8').trim().split('\n').length - 1;
    expect(cells.does[0]).toMatch(new RegExp(`^Predicts ${known} cells of 16 fields`));
    expect(cells.reads.files.map(({ path }) => path)).toContain(table);
  });

  it('of segment reads or writes the intensities of plates, and needs control wells of the whole screen alone', async () => {
    const [model, plates] = [at('controls.onnx'), at('intensities.csv')];
    const controls = { column: 'Well', values: ['A04'] };
    const normalization = { mean: [500, 500, 500], deviation: [300, 300, 300], scope: 'controls' as const, controls };
    await writeUntrainedModel(model, { normalization });
    const argv = ['segment', model, shared.table, '--out', at('s'), '--plate-statistics', plates];
    expect(namesOf(await dryRun(...argv))).toContain('intensities.csv');
    const intensities = ['DNA', 'Actin', 'Tubulin'].map((channel) => `Plate1,${channel},9,9\nPlate2,${channel},9,9\n`);
    writeFileSync(plates, `Plate,Channel,Mean,Deviation\n${intensities.join('')}`);
    const told = await dryRun(...argv);
    expect(told.reads.files.map(({ path }) => path)).toContain(plates);
    expect(namesOf(told)).not.toContain('intensities.csv');
  });

  it.each([
    [
      'segment',
      () => [shared.model, shared.table, '--out', at('s')],
      ['s/coco.json', 's/gallery', 's/maps', 's/masks'],
    ],
    ['detect', () => [shared.table, '--channel', 'DNA', '--out', at('d.csv'), '--masks', at('m')], ['d.csv', 'm']],
    ['profile', () => [shared.table, '--nuclei-channel', 'DNA', '--out', at('f.csv')], ['f.csv', 'f.csv.record.json']],
    [
      'illumination',
      () => [shared.table, '--out', at('l')],
      ['l/Plate1_IllumDNA.npy', 'l/Plate2_IllumTubulin.npy', 'l/illumination.csv'],
    ],
    ['inspect', () => [shared.table, '--label', 'Phenotype', '--out', at('i.html')], ['i.csv', 'i.html']],
    [
      'convert',
      () => [shared.table, '--out', at('plates')],
      ['plates.csv', 'plates/Plate1.zarr', 'plates/Plate2.zarr'],
    ],
  ] as const)('of %s names what it writes', async (command, argv, written) => {
    const told = await dryRun(command, ...argv());
    expect(namesOf(told)).toEqual(expect.arrayContaining([...written]));
    expect(told.does[0]).toContain('16 fields');
    expect(told.seconds).not.toBeNull();
    for (const { files } of told.writes) expect(files ?? 16).toBe(16);
  });

  it('of compare counts trainings', async () => {
    const options = ['--label', 'Phenotype', '--protocols', 'replicate', '--poolings', 'mean', '--seeds', '2'];
    const told = await dryRun(
      'compare',
      shared.table,
      ...options,
      '--instances',
      'positions,cells',
      '--batch',
      '2',
      '--baselines',
      'none',
      '--epochs',
      '1',
      ...['--normalization', 'controls', '--control-column', 'Well', '--negative', 'A01', '--plate-measure', 'median'],
      '--out',
      at('c'),
    );
    expect(told.does.join('\n')).toMatch(
      /2 methods: mean; mean, cells[\s\S]*replicate \(2 folds\)[\s\S]*Makes 8 trainings/,
    );
    expect(namesOf(told)).toContain('c/comparison.json');
  });

  it('of table and export does the work without writing it', async () => {
    expect((await dryRun('table', shared.table, '--out', at('t.csv'))).does[0]).toMatch(/16 fields, 3 channels/);
    expect(namesOf(await dryRun('export', shared.run, '--out', at('m.onnx')))).toEqual(['m.onnx']);
  });

  it('of simulate counts files', async () => {
    const told = await dryRun('simulate', at('sim'), '--classes', '2', '--plates', '2', '--wells', '4', '--size', '96');
    expect(told.writes).toContainEqual({
      path: at('sim/images'),
      files: readdirSync(join(shared.screen, 'images')).length,
      fate: 'new',
    });
    expect(told.writes).toContainEqual({
      path: at('sim/masks'),
      files: readdirSync(join(shared.screen, 'masks')).length,
      fate: 'new',
    });
  });

  it('of fetch asks for sizes', async () => {
    const files = await publish(threePlates());
    const server = await startFileServer((path) => {
      const body = files.get(path);
      return body && { body };
    });
    const told = await dryRun('fetch', 'bbbc021', '--base-url', server.url, '--plates', '2', '--out', at('bbbc021'));
    await server.close();
    expect(told.does[0]).toMatch(/^Downloads 2 plates with \d+ fields: [\d.]+ (bytes|kB|MB)\./);
    expect(namesOf(told)).toContain('bbbc021/Week1/Week1_22123');
    // The server is gone.
    const asked = ['fetch', 'bbbc021', '--base-url', server.url, '--out', at('bbbc021'), '--dry-run'];
    const { code, err } = await milscope(...asked);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^milscope: http\S+: the file could not be downloaded \(found .*or name a mirror with --base-url\.$/m,
    );
    expect(err).not.toContain('this is a bug');
  });

  it('is words on a terminal, and takes a file of options', async () => {
    const { code, out } = await milscope('table', shared.table, '--out', at('t.csv'), '--dry-run');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Dry run of table: nothing is written\.\n\nReads\n.*fields\.csv[\s\S]*16 fields of 96 × 96 pixels/,
    );
    expect(out).toMatch(/2 plates, 8 wells, 2 sites a well[\s\S]*Writes\n {2}.*t\.csv \(new\)\n\nTakes /);
  });
});

describe('a dry run refuses what the command refuses:', () => {
  it.each([
    ['a column that is not there', () => ['train', shared.table, '--label', 'Nothing', '--out', at('x')]],
    ['a run that is there', () => ['train', ...training(), '--out', shared.run]],
    ['a crop that does not fit', () => ['train', ...training(), '--crop', '500', '--out', at('x')]],
    ['a table that is there', () => ['predict', shared.model, shared.table, '--out', shared.predictions]],
    ['a model that is not there', () => ['predict', at('no.onnx'), shared.table, '--out', at('x.csv')]],
    [
      'channels that are not those of the model',
      () => ['predict', shared.model, shared.table, '--channels', 'DNA', '--out', at('x.csv')],
    ],
    [
      'a class that the model does not have',
      () => ['segment', shared.model, shared.table, '--classes', 'x', '--out', at('x')],
    ],
    ['a channel that is not there', () => ['detect', shared.table, '--channel', 'X', '--out', at('x.csv')]],
    ['a screen that is not there', () => ['inspect', at('no.csv')]],
    [
      'nothing to compare',
      () => [
        'compare',
        shared.table,
        '--label',
        'Phenotype',
        '--poolings',
        'none',
        '--baselines',
        'none',
        '--out',
        at('x'),
      ],
    ],
    ['a folder that holds something', () => ['simulate', shared.screen]],
    ['a file of another kind', () => ['export', shared.run, '--out', at('x.txt')]],
  ])('%s', async (_, argv) => {
    const before = everything();
    const dry = await milscope(...argv(), '--dry-run');
    expect(everything()).toEqual(before);
    const real = await milscope(...argv());
    expect(dry.code).toBe(real.code);
    expect(dry.code).not.toBe(0);
    const lastLine = (text: string) => text.trim().split('\n').at(-1);
    expect(lastLine(dry.err)).toBe(lastLine(real.err));
    expect(existsSync(at('x'))).toBe(false);
  });
});
