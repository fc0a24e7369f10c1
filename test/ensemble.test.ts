/** Several seeds of a training, averaged: from train over predict and evaluate to one file. */
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPredictions } from '../src/evaluation/read-predictions.ts';
import { nodeFiles } from '../src/files/node-files.ts';
import { describeModel } from '../src/network/model-file.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
const seeds = join(folder, 'seeds');
let table: string;

async function json(...args: readonly string[]) {
  const { code, out, err } = await milscope(...args, '--json');
  expect(code, err).toBe(0);
  return { result: JSON.parse(out), err };
}

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'));
  const options = [
    '--label',
    'Phenotype',
    '--holdout',
    'Plate=Plate2',
    '--epochs',
    '1',
    '--batch',
    '4',
    '--seeds',
    '2',
  ];
  await json('train', table, ...options, '--validation', '0.25', '--out', seeds);
});

describe('an ensemble of seeds', () => {
  it('has members with temperatures, which their predictions follow', async () => {
    for (const seed of [1, 2]) {
      const bytes = new Uint8Array(await readFile(join(seeds, `seed-${seed}`, 'model.onnx')));
      const { temperature } = describeModel(bytes, 'model.onnx');
      expect(temperature).toBeGreaterThan(0);
      expect(temperature).not.toBe(1);
      const { calibration } = JSON.parse(await readFile(join(seeds, `seed-${seed}`, 'metrics.json'), 'utf8'));
      expect(calibration.n).toBe(8);
      expect(calibration.bins).toHaveLength(1);
    }
  });

  it('is predicted, and evaluated by what all runs were trained on', async () => {
    const out = join(folder, 'all.csv');
    const { result } = await json('predict', seeds, table, '--out', out);
    expect(result).toMatchObject({ run: seeds, fields: 16 });
    expect(result.models).toHaveLength(2);
    const { rows } = await readPredictions(out, nodeFiles);
    for (const { spread } of rows) expect(spread).toBeGreaterThanOrEqual(0);
    const { result: metrics, err } = await json('evaluate', out, '--label', 'Phenotype', '--run', seeds);
    const trained = new Set<number>();
    for (const seed of [1, 2]) {
      const record = JSON.parse(await readFile(join(seeds, `seed-${seed}`, 'run.json'), 'utf8'));
      const own: { imageNumber: number; split: string }[] = record.fields;
      for (const { imageNumber, split } of own) if (split === 'train') trained.add(imageNumber);
      expect(own.filter(({ split }) => split === 'train').length).toBeLessThan(8);
    }
    expect(metrics.images.trainedOn).toBe(trained.size);
    expect(metrics.notTrainedOn.of).toContain('that the run did not see');
    expect(metrics.spread).toHaveProperty('right');
    expect(err).not.toContain('averages of several models');
    // The record beside the table tells the runs, too.
    const found = await json('evaluate', out, '--label', 'Phenotype', '--no-report');
    expect(found.result.images.trainedOn).toBe(trained.size);
    const apart = join(folder, 'apart.csv');
    await copyFile(out, apart);
    const unknown = await json('evaluate', apart, '--label', 'Phenotype', '--no-report');
    expect(unknown.result.images.usedInTraining).toBeNull();
    expect(unknown.err).toContain('name the folder that holds their runs with --run');
    const one = join(seeds, 'seed-1');
    const { code, err: refused } = await milscope('evaluate', out, '--label', 'Phenotype', '--run', one);
    expect([code, refused]).toEqual([2, expect.stringContaining('are of another model than that of this run')]);
    const resumed = await milscope('predict', seeds, table, '--out', out, '--resume');
    expect(resumed.code, resumed.err).toBe(0);
    const other = await milscope('predict', one, table, '--out', out, '--resume');
    expect(other.code).not.toBe(0);
  });

  it('says what it would do, and becomes one file', async () => {
    const { result } = await json('predict', seeds, table, '--out', join(folder, 'dry.csv'), '--dry-run');
    expect(result.does[0]).toContain(`with the average of 2 models in ${seeds}`);
    const paths = result.reads.files.map(({ path }: { path: string }) => path);
    expect(paths).toContain(join(seeds, 'seed-2', 'model.onnx'));
    const joined = join(folder, 'joined.onnx');
    const { out } = await milscope('export', seeds, '--out', joined);
    expect(out).toContain('2 models in one file');
    const { result: made } = await json('predict', joined, table, '--out', join(folder, 'joined.csv'));
    const { rows } = await readPredictions(join(folder, 'joined.csv'), nodeFiles);
    expect(rows).toEqual((await readPredictions(join(folder, 'all.csv'), nodeFiles)).rows);
    expect(made.models).toHaveLength(2);
    const { code, err } = await milscope('segment', joined, table, '--out', join(folder, 'masks'));
    expect([code, err]).toEqual([1, expect.stringContaining('this file joins 2 models')]);
  });
});
