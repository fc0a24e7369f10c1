import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { Metrics } from '../evaluation/evaluate.ts';
import { formatPredictionHeader, formatPredictions } from '../evaluation/prediction-table.ts';
import { createEvaluateCommand } from './evaluate.ts';
import { main } from './main.ts';

const root = temporaryFolder();
let count = 0;
let folder: string;
let predictions: string;

/** Runs the command as a user would. */
async function evaluate(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const console = { out: (text: string) => out.push(text), err: (text: string) => err.push(text), terminal: undefined };
  const code = await main(['evaluate', ...argv], {
    console: console as never,
    commands: [createEvaluateCommand],
    version: '0.0.0',
  });
  return { code, out: out.join(''), err: err.join('') };
}

/** Four wells of two fields on two plates; the last field is predicted wrongly. */
const classes = ['DNA damage', 'Eg5 inhibitors'];
const rows = Array.from({ length: 8 }, (_, i) => {
  const truth = i < 4 ? 0 : 1;
  const predicted = i === 7 ? 0 : truth;
  const probability = Float32Array.from(classes, (_, k) => (k === predicted ? 0.7 : 0.3));
  return {
    imageNumber: i + 1,
    metadata: {
      Metadata_Plate: `P${(i >> 1) % 2}`,
      Metadata_Well: `B0${truth}`,
      Metadata_Site: String(i % 2),
      Metadata_MOA: classes[truth]!,
      Metadata_Treatment: `drug ${truth}`,
      Metadata_Replicate: String((i >> 1) % 2),
    },
    predicted: classes[predicted]!,
    probability,
    bag: probability,
    model: 'f00',
    channelMeans: [truth * 100 + i, 7],
  };
});

async function writePredictions(columns: readonly string[]): Promise<string> {
  const table = { metadata: columns, classes, channels: ['DNA', 'Actin'] };
  const path = join(folder, 'predictions.csv');
  await writeFile(path, formatPredictionHeader(table) + formatPredictions(rows, table));
  return path;
}

beforeEach(async () => {
  folder = join(root, String(count++));
  await mkdir(folder);
  predictions = await writePredictions(Object.keys(rows[0]!.metadata));
});

describe('milscope evaluate', () => {
  it('prints figures for people', async () => {
    const { code, out, err } = await evaluate(predictions, '--label', 'MOA', '--replicate', 'Replicate');
    expect({ code, err }).toEqual({ code: 0, err: `Report: ${join(folder, 'predictions.report.html')}\n` });
    expect(out).toMatch(/^7 of 8 fields right: 0\.875/);
    expect(out).toContain('2 of 2 treatments right');
    expect(out).toMatch(/mean intensity of each channel +8\/8/);
    expect(out).toMatch(/^0 +4\/4 +1\.000\n1 +3\/4 +0\.750$/m);
  });

  it('prints one JSON document with --json, and the same into --out', async () => {
    const file = join(folder, 'new', 'metrics.json');
    const { code, out, err } = await evaluate(predictions, '--label', 'metadata_moa', '--json', '--out', file);
    expect(code).toBe(0);
    expect(err).toContain(`Report: ${join(folder, 'predictions.report.html')}\n`);
    const metrics = JSON.parse(out) as Metrics;
    expect(metrics.images).toMatchObject({ n: 8, correct: 7, accuracy: 0.875, meanClassAccuracy: 0.875 });
    expect(metrics.treatments).toMatchObject({ total: 2, correct: 2, accuracy: 1 });
    expect(metrics.confusion).toEqual({
      classes,
      counts: [
        [4, 0],
        [1, 3],
      ],
    });
    expect(metrics.perClass.map((row) => row.class)).toEqual(classes);
    expect(Object.keys(metrics.baselines)).toEqual(['majorityClass', 'meanIntensity', 'batchAlone']);
    expect(metrics).not.toHaveProperty('replicates');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(metrics);
  });

  it('replaces a file only when told to', async () => {
    const file = join(folder, 'metrics.json');
    await writeFile(file, 'precious');
    const refused = await evaluate(predictions, '--label', 'MOA', '--out', file);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain(`${file}: there is such a file already`);
    expect(await readFile(file, 'utf8')).toBe('precious');
    expect((await evaluate(predictions, '--label', 'MOA', '--out', file, '--overwrite')).code).toBe(0);
    expect(await readFile(file, 'utf8')).toMatch(/^\{/);
  });

  it('learns the baselines from the run beside the predictions, or from the one named', async () => {
    const field = (i: number, split: string) => ({
      imageNumber: 100 + i,
      split,
      label: classes[i % 2],
      well: `X ${i}`,
      batch: 'P0',
      channelMeans: [(i % 2) * 100, 7],
    });
    const run = { seed: 1, fields: [field(1, 'train'), field(2, 'validation'), field(3, 'test'), field(4, 'train')] };
    await writeFile(join(folder, 'run.json'), JSON.stringify(run));
    const baselines = async (...more: string[]) =>
      (JSON.parse((await evaluate(predictions, '--label', 'MOA', '--json', ...more)).out) as Metrics).baselines;
    const beside = await baselines();
    expect(beside.meanIntensity).toMatchObject({
      correct: 8,
      how: 'learned from the 3 fields of training and validation',
    });
    expect(beside.majorityClass.correct).toBe(4);
    const other = join(folder, 'other');
    await mkdir(other);
    await writeFile(join(other, 'run.json'), JSON.stringify({ fields: [field(1, 'train')] }));
    expect((await baselines('--run', other)).meanIntensity.how).toContain('the 1 field that');
    const missing = await evaluate(predictions, '--label', 'MOA', '--run', join(folder, 'nowhere'));
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('run.json: there is no such file') });
    await writeFile(join(other, 'run.json'), '{"fields": [{"imageNumber": 1}]}');
    const broken = await evaluate(predictions, '--label', 'MOA', '--run', other);
    expect(broken).toMatchObject({ code: 1, err: expect.stringContaining('this is no record of a training run') });
  });

  it('takes labels from another table, matched by plate and well', async () => {
    const bare = await writePredictions(['Metadata_Plate', 'Metadata_Well', 'Metadata_Site']);
    const refused = await evaluate(bare, '--label', 'MOA');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(
      'column MOA, --label: the table has no such column (found Metadata_Plate, Metadata_Well',
    );
    expect(refused.err).toContain('or name a table that has it with --labels');
    const labels = join(folder, 'labels.csv');
    const lines = ['P1', 'P0'].flatMap((plate) => [`${plate},B01,Eg5 inhibitors`, `${plate},B00,DNA damage`]);
    await writeFile(labels, `Metadata_Plate,Metadata_Well,Metadata_MOA\n${lines.join('\n')}\n`);
    const { code, out } = await evaluate(bare, '--label', 'MOA', '--labels', labels, '--json');
    expect(code).toBe(0);
    expect((JSON.parse(out) as Metrics).images.correct).toBe(7);
    await writeFile(labels, `ImageNumber\tMOA\r${rows.map((row) => `${row.imageNumber}\tDNA damage`).join('\r')}\r`);
    const tabs = await evaluate(bare, '--label', 'MOA', '--labels', labels, '--json');
    expect((JSON.parse(tabs.out) as Metrics).images.correct).toBe(5);
    await writeFile(labels, 'Metadata_Plate,Metadata_Well,Metadata_MOA\nP0,B00,DNA damage\n');
    const short = await evaluate(bare, '--label', 'MOA', '--labels', labels);
    expect(short).toMatchObject({ code: 0, err: expect.stringContaining('6 of 8 predicted fields have no row') });
    expect(short.out).toContain('2 of 2 fields right');
  });

  it('calls wrong usage wrong usage', async () => {
    expect((await evaluate(predictions)).code).toBe(2);
    expect((await evaluate('--label', 'MOA')).code).toBe(2);
    expect((await evaluate(predictions, '--label', 'MOA', '--colour', 'red')).code).toBe(2);
    expect((await evaluate(join(folder, 'none.csv'), '--label', 'MOA')).err).toContain('the table does not exist');
  });

  it('explains itself', async () => {
    const { code, out } = await evaluate('--help');
    expect(code).toBe(0);
    for (const option of ['--label', '--treatment', '--replicate', '--batch', '--labels', '--run', '--out', '--json']) {
      expect(out).toContain(option);
    }
  });
});
