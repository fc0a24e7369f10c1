/** The choices that `milscope train` offers beside its defaults, each through to a model that predicts. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeTiff } from '../src/image/node/write.ts';
import { readImage } from '../src/image/read.ts';
import { describeModel } from '../src/library/onnx.ts';
import { decodeModel } from '../src/onnx/decode.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
let table: string;
let other: string;
let count = 0;

/** Trains for an epoch with Plate2 held out; the run folder with what `--json` printed and `run.json` says. */
async function train(...more: string[]) {
  const run = join(folder, `run ${count++}`);
  const result = await milscope(
    ...['train', table, '--label', 'Phenotype', '--out', run, '--holdout', 'Plate=Plate2', '--validation', '0'],
    ...['--epochs', '1', '--batch', '4', '--crop', '64', '--json', ...more],
  );
  const model = join(run, 'model.onnx');
  const readRecord = async () => JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
  return { ...result, run, model, readRecord };
}

/** A learned number of a model file. */
async function weights(model: string, name: string): Promise<number[]> {
  return [...(decodeModel(await readFile(model)).initializers[name]!.data as Float32Array)];
}

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { classes: 2 });
  other = await simulateTinyScreen(join(folder, 'other'), { classes: 3 });
});

describe('milscope train --pooling', () => {
  // One of each kind of summary; the mathematics of all is tested beside it.
  it.each(['noisy-and', 'log-sum-exp', 'max', 'attention'])('%s trains, tests and predicts', async (pooling) => {
    const trained = await train('--pooling', pooling, '--sharpness', '5');
    expect(trained.err).not.toMatch(/NaN/);
    expect(trained.code).toBe(0);
    const { metrics } = JSON.parse(trained.out);
    expect(metrics.images.n).toBeGreaterThan(0);
    expect(describeModel(await readFile(trained.model), 'model.onnx')).toMatchObject({ pooling, sharpness: 5 });
    const out = join(trained.run, 'again.csv');
    expect((await milscope('predict', trained.model, table, '--out', out)).code).toBe(0);
    const text = await readFile(out, 'utf8');
    expect(text).toContain('MIL_Bag_');
    expect(text).not.toMatch(/NaN|Infinity/);
  });
});

describe('milscope train without a holdout', () => {
  const start = (name: string, ...more: string[]) =>
    milscope(
      ...['train', table, '--label', 'Phenotype', '--out', join(folder, name), '--epochs', '2', '--batch', '8'],
      ...['--crop', '64', ...more],
    );
  const readJson = async (name: string, file: string) => JSON.parse(await readFile(join(folder, name, file), 'utf8'));

  it('keeps the last epoch where few wells validate, and tests on these beside baselines of the same fields', async () => {
    const { code, out, err } = await start('few');
    expect(code).toBe(0);
    expect(err).toContain(
      'the weights of the last epoch are kept: large nuclei has 1 well among the validation fields',
    );
    expect(err).toContain('of 4 validation fields right');
    expect(err).not.toContain('the best so far');
    expect(out).toContain('kept the weights of epoch 2');
    expect(out).toContain(
      'Tested on the 4 validation fields, which chose nothing but the temperature and are of few wells.',
    );
    expect(out).not.toMatch(/Beware|too high/);
    const { images, baselines } = await readJson('few', 'metrics.json');
    expect(images).toMatchObject({ n: 4, usedInTraining: 0, of: '4 fields that validated without choosing the epoch' });
    for (const { n, how } of Object.values<{ n: number; how: string }>(baselines)) {
      expect({ n, how }).toEqual({ n: 4, how: expect.stringContaining('learned from the 12 fields') });
    }
    expect((await readJson('few', 'run.json')).validation).toMatchObject({ by: 'last' });

    // The same run evaluated on the whole screen tells the fields apart.
    const whole = join(folder, 'whole.csv');
    await milscope('predict', join(folder, 'few', 'model.onnx'), table, '--out', whole);
    const evaluated = await milscope('evaluate', whole, '--label', 'Phenotype', '--run', join(folder, 'few'), '--json');
    const { notTrainedOn, ...all } = JSON.parse(evaluated.out);
    expect(all.images).toMatchObject({ n: 16, usedInTraining: 12 });
    expect(notTrainedOn).toMatchObject({ n: 4, correct: images.correct, baselines });
  });

  it('says that there is no honest figure where nothing validates', async () => {
    const { code, out } = await start('nothing validates', '--validation', '0', '--epochs', '1');
    expect(code).toBe(0);
    expect(out).toContain(
      'this run has no honest figure yet. To get one, hold a replicate or a plate out with --holdout',
    );
  });
});

describe('milscope train', () => {
  it('learns the channels that are chosen, and says so to whoever uses the model', async () => {
    const chosen = await train('--channels', 'Nuclei=DNA,Actin');
    expect(chosen.code, chosen.err).toBe(0);
    const choice = { names: ['DNA', 'Actin'], of: ['DNA', 'Actin', 'Tubulin'] };
    const recipe = { channels: ['Nuclei', 'Actin'], channelChoice: choice, level: 0, pixelSize: null };
    expect(describeModel(await readFile(chosen.model), 'model.onnx')).toMatchObject(recipe);
    const { options, ...record } = await chosen.readRecord();
    expect(record).toMatchObject(recipe);
    expect(options.screen).toEqual({ channels: ['Nuclei=DNA', 'Actin'] });
    const out = join(chosen.run, 'again.csv');
    const { code, err } = await milscope('predict', chosen.model, table, '--out', out);
    expect(code, err).toBe(0);
    expect(err).toContain('as in the training: Nuclei=DNA');
    const [header, ...rows] = (await readFile(join(chosen.run, 'predictions.csv'), 'utf8')).trim().split('\n');
    const again = (await readFile(out, 'utf8')).trim().split('\n');
    expect(again[0]).toBe(header);
    expect(again).toEqual(expect.arrayContaining(rows));
    const cells = join(chosen.run, 'cells.csv');
    const detect = ['detect', table, '--out', cells, '--channel', 'nuclei'];
    expect((await milscope(...detect, '--model', chosen.model)).code).toBe(0);
    const unknown = await milscope(...detect, '--channels', 'Cells=DNA,Actin', '--overwrite');
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('expected one of Cells, Actin');
  });

  it('moves the thresholds at a rate of their own', async () => {
    const slow = await train('--threshold-learning-rate', '0');
    const fast = await train('--threshold-learning-rate', '0.05');
    expect(await weights(slow.model, 'b')).toEqual([0.5, 0.5]);
    for (const b of await weights(fast.model, 'b')) expect(Math.abs(b - 0.5)).toBeGreaterThan(0.005);
    expect((await fast.readRecord()).options).toMatchObject({ learningRate: 0.001, thresholdLearningRate: 0.05 });
  });

  // That each option reaches the plan, and the name of the run with it, is tested on the plan.
  it('learns otherwise with other options', async () => {
    const usual = await train();
    for (const more of [
      ['--jitter', '0'],
      ['--averaging', '0'],
    ]) {
      const changed = await train(...more);
      expect(await weights(changed.model, 'conv1.weight')).not.toEqual(await weights(usual.model, 'conv1.weight'));
    }
    // The tiny screen's classes are of one size: weights of 1 change nothing.
    const balanced = await train('--balance', 'weights');
    expect(await weights(balanced.model, 'conv1.weight')).toEqual(await weights(usual.model, 'conv1.weight'));
  });

  it('shows no more fields of a class in an epoch than --balance cap=N', async () => {
    const capped = await train('--balance', 'cap=1');
    expect(capped.err).toMatch(/training: 2 fields/);
  });

  it.each([
    ['--balance', 'evenly'],
    ['--balance', 'cap=0'],
    ['--jitter', '-1'],
    ['--averaging', '1'],
    ['--threshold-learning-rate', 'fast'],
  ])('calls %s %s wrong usage', async (option, value) => {
    expect(await train(option, value)).toMatchObject({ code: 2, err: expect.stringContaining(option) });
  });
});

describe('milscope train --from', () => {
  it('goes on from the weights of a model with other classes', async () => {
    const first = await train();
    const run = join(folder, 'tuned');
    const tuned = await milscope(
      ...['train', other, '--label', 'Phenotype', '--out', run, '--from', first.model, '--validation', '0'],
      ...['--epochs', '1', '--batch', '4', '--crop', '64', '--learning-rate', '0.0000001'],
    );
    expect(tuned.code).toBe(0);
    expect(tuned.err).toContain('which knows 2 of the 3 classes and 3 of the 3 channels');
    const [before, after] = await Promise.all(
      [first.model, join(run, 'model.onnx')].map((of) => weights(of, 'conv4.weight')),
    );
    for (const [i, value] of before!.entries()) expect(after![i]).toBeCloseTo(value, 4);
    const { options } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
    expect(options.from).toMatchObject({ file: first.model, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('names a model that is none before any image is opened', async () => {
    expect(await train('--from', 'nowhere.onnx')).toMatchObject({
      code: 1,
      err: expect.stringContaining('nowhere.onnx'),
    });
    const { code, err } = await train('--from', table);
    expect({ code, named: err.includes(table), opened: err.includes('checking') }).toEqual({
      code: 1,
      named: true,
      opened: false,
    });
  });
});

describe('milscope train --seeds', () => {
  it('trains once for each seed, says mean and range, and goes on where it was', async () => {
    const run = join(folder, 'seeds');
    const argv = [
      ...['train', table, '--label', 'Phenotype', '--out', run, '--holdout', 'Plate=Plate2', '--validation', '0'],
      ...['--epochs', '1', '--batch', '4', '--crop', '64', '--seed', '4', '--seeds', '2'],
    ];
    const trained = await milscope(...argv, '--json');
    expect(trained.code).toBe(0);
    const result = JSON.parse(trained.out);
    expect(result.seeds).toMatchObject([{ seed: 4 }, { seed: 5 }]);
    expect(JSON.parse(await readFile(join(run, 'seeds.json'), 'utf8'))).toEqual(result);
    const accuracies: number[] = [];
    for (const { seed, run: of, images } of result.seeds) {
      const metrics = JSON.parse(await readFile(join(of, 'metrics.json'), 'utf8'));
      expect(images).toEqual({
        n: metrics.images.n,
        correct: metrics.images.correct,
        accuracy: metrics.images.accuracy,
      });
      expect(JSON.parse(await readFile(join(of, 'run.json'), 'utf8')).options.seed).toBe(seed);
      accuracies.push(images.accuracy);
    }
    expect(result.images).toEqual({
      mean: (accuracies[0]! + accuracies[1]!) / 2,
      least: Math.min(...accuracies),
      most: Math.max(...accuracies),
    });
    const [first, second] = result.seeds.map(({ run: of }: { run: string }) => join(of, 'model.onnx'));
    expect(await weights(first, 'conv1.weight')).not.toEqual(await weights(second, 'conv1.weight'));

    expect(await milscope(...argv)).toMatchObject({ code: 1, err: expect.stringContaining('there is a run') });
    await rm(second);
    const resumed = await milscope(...argv, '--resume');
    expect(resumed.code).toBe(0);
    expect(resumed.err).toContain(`${join(run, 'seed-4')} is whole already`);
    expect(resumed.out).toContain('mean and range of 2 seeds');
    expect(await readFile(second)).toBeInstanceOf(Uint8Array);
  });
});

describe('milscope train --enlarge', () => {
  it('shows the network enlarged crops of smaller parts, and the model does so too', async () => {
    const run = join(folder, 'enlarged');
    const argv = ['train', table, '--label', 'Phenotype', '--out', run, '--epochs', '1', '--batch', '4'];
    expect((await milscope(...argv, '--enlarge', '2')).code).toBe(0);
    // Seven eighths of 96 pixels, and half of that.
    const { options } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
    expect(options).toMatchObject({ enlarge: 2, crop: 42 });
    const model = join(run, 'model.onnx');
    const about = describeModel(await readFile(model), model);
    expect(about.enlarge).toBe(2);
    const out = join(folder, `predictions ${count++}.csv`);
    expect((await milscope('predict', model, table, '--out', out)).code).toBe(0);
    const cells = ['--cells', join(dirname(table), 'cells.csv'), '--cell-size'];
    const small = await milscope('predict', model, table, '--out', join(folder, 'cells.csv'), ...cells, '31');
    expect(small).toMatchObject({ code: 2, err: expect.stringContaining('at least 32') });
    expect((await milscope('predict', model, table, '--out', join(folder, 'cells.csv'), ...cells, '32')).code).toBe(0);
  });

  it('takes fields that would be too small otherwise', async () => {
    expect((await train('--crop', '40', '--epochs', '1')).code).not.toBe(0);
    expect((await train('--crop', '40', '--epochs', '1', '--enlarge', '2')).code).toBe(0);
    expect((await train('--enlarge', '5')).code).toBe(2);
  });
});

describe('milscope train --normalization', () => {
  /** The screen with Plate2 imaged twice as bright, over a brighter background. */
  async function brighten(): Promise<string> {
    const images = join(dirname(table), 'images');
    for (const name of (await readdir(images)).filter((file) => file.startsWith('Plate2'))) {
      const { data, height, width } = await readImage(join(images, name), {}, nodeAccess);
      await writeTiff(join(images, `bright_${name}`), {
        data: Uint16Array.from(data, (counts) => 2 * counts + 150),
        channels: 1,
        height,
        width,
      });
    }
    return changeTable(table, 'bright.csv', (lines) =>
      lines.map((line) => line.replaceAll('images/Plate2', 'images/bright_Plate2')),
    );
  }
  let bright: string;
  beforeAll(async () => {
    bright = await brighten();
  });

  async function probabilities(model: string, screen: string): Promise<number[]> {
    const out = join(folder, `predictions ${count++}.csv`);
    expect((await milscope('predict', model, screen, '--out', out)).code).toBe(0);
    const rows: Record<string, string>[] = parse(await readFile(out), { columns: true });
    return rows.flatMap((row) =>
      Object.keys(row)
        .filter((name) => name.startsWith('MIL_Prob'))
        .map((name) => Number(row[name])),
    );
  }

  it.each([
    ['plate'],
    ['field'],
    ['screen'],
    ['controls', '--control-column', 'Well', '--negative', 'A1', '--plate-measure', 'median'],
  ])('%s', async (scope, ...options) => {
    const { code, model, readRecord } = await train('--normalization', scope, ...options, '--epochs', '3');
    expect(code).toBe(0);
    const { normalization, plates } = await readRecord();
    expect(normalization.scope).toBe(scope);
    expect(Object.keys(plates ?? {})).toEqual(['plate', 'controls'].includes(scope) ? ['Plate1', 'Plate2'] : []);
    const [before, after] = [await probabilities(model, table), await probabilities(model, bright)];
    const largest = Math.max(...before.map((value, i) => Math.abs(value - after[i]!)));
    if (scope === 'screen') expect(largest).toBeGreaterThan(0.01);
    else expect(largest).toBeLessThan(1e-4);
  });

  it('plate asks for the column of plates before any image is opened', async () => {
    const nameless = await changeTable(table, 'nameless.csv', ([header, ...rows]) => [
      header!.replace('Metadata_Plate', 'Metadata_Dish'),
      ...rows,
    ]);
    const { code, err } = await milscope(
      ...['train', nameless, '--label', 'Phenotype', '--out', join(folder, 'none'), '--normalization', 'plate'],
    );
    expect({ code, opened: err.includes('checking') }).toEqual({ code: 1, opened: false });
    expect(err).toMatch(/nameless\.csv, column Metadata_Plate/);
  });
});
