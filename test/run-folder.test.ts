/** From a table of fields to a model and its figures: what stands in a run folder, and that it all fits together. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Metrics } from '../src/index.ts';
import { describeModel } from '../src/library/onnx.ts';
import { mapSide, PAPER_LAYERS } from '../src/network/architecture.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { readField } from '../src/screen/read-field.ts';
import { readScreen } from '../src/screen/read-screen.ts';
import { type Finished, milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
const run = join(folder, 'run');
const inRun = (name: string) => join(run, name);
const readText = (path: string) => readFile(path, 'utf8');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const readRows = async (path: string): Promise<Record<string, string>[]> =>
  parse(await readFile(path), { columns: true });

const classes = ['fragmented nuclei', 'large nuclei', 'normal'];
let table: string;
let trained: Finished;

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { classes: 3, wells: 6 });
  trained = await milscope(
    ...['train', table, '--label', 'phenotype', '--holdout', 'Replicate=2', '--out', run, '--json'],
    ...['--epochs', '2', '--batch', '4', '--seed', '7', '--normalization', 'screen'],
  );
});

describe('a run folder', () => {
  it('is whole', async () => {
    expect(trained.code).toBe(0);
    expect((await readdir(run, { recursive: true })).sort()).toEqual([
      'checkpoint',
      join('checkpoint', 'state.safetensors'),
      'metrics.json',
      'metrics.jsonl',
      'model.onnx',
      'predictions.csv',
      'run.json',
      'skipped.csv',
    ]);
  });

  it('records options, versions, seed, the hash of every input and the split of every field', async () => {
    const record = JSON.parse(await readText(inRun('run.json')));
    expect(record).toMatchObject({
      label: 'phenotype',
      classes,
      channels: ['DNA', 'Actin', 'Tubulin'],
      options: { holdout: ['Replicate=2'], epochs: 2, batch: 4, crop: 84, seed: 7, learningRate: 0.001 },
      versions: { node: process.versions.node, onnxruntime: expect.any(String), sharp: expect.any(String) },
      table: sha256(await readFile(table)),
    });
    expect(record.fields).toHaveLength(24);
    const rows = await readRows(table);
    for (const [i, field] of record.fields.entries()) {
      expect(field).toMatchObject({ imageNumber: i + 1, label: rows[i]!.Metadata_Phenotype });
      if (rows[i]!.Metadata_Plate === 'Plate2') expect(field.split).toBe('test');
      else expect(['train', 'validation']).toContain(field.split);
      expect(field.files.map(({ file }: { file: string }) => file)).toEqual([
        rows[i]!.FileName_DNA,
        rows[i]!.FileName_Actin,
        rows[i]!.FileName_Tubulin,
      ]);
    }
    const { file, sha256: hash } = record.fields[5].files[1];
    expect(hash).toBe(sha256(await readFile(join(dirname(table), file))));
    const sides = new Map<string, string>();
    for (const { well, split } of record.fields)
      expect(sides.set(well, sides.get(well) ?? split).get(well)).toBe(split);
  });

  it('has a line an epoch', async () => {
    const lines = (await readText(inRun('metrics.jsonl'))).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).epoch)).toEqual([1, 2]);
    for (const line of lines) {
      const { trainingLoss, trainingAccuracy } = JSON.parse(line);
      expect(trainingLoss).toBeGreaterThan(0);
      expect(trainingAccuracy).toBeGreaterThanOrEqual(0);
    }
  });

  it('has predictions of the held-out fields, in the columns that others count on', async () => {
    const header = (await readText(inRun('predictions.csv'))).split('\n')[0]!.split(',');
    const screen = await readScreen(table, {}, nodeAccess);
    expect(header).toEqual([
      ...screen.columns.filter((name) => name.startsWith('Metadata_')),
      'ImageNumber',
      'MIL_Predicted',
      ...classes.map((name) => `MIL_Probability_${name}`),
      ...classes.map((name) => `MIL_Bag_${name}`),
      'MIL_Model',
      'MIL_Novelty',
      ...screen.channels.map((name) => `Intensity_MeanIntensity_${name}`),
    ]);
    const rows = await readRows(inRun('predictions.csv'));
    expect(rows.map((row) => row.ImageNumber)).toEqual(Array.from({ length: 12 }, (_, i) => String(i + 13)));
    const hash = sha256(await readFile(inRun('model.onnx')));
    for (const row of rows) {
      expect(row).toMatchObject({ Metadata_Plate: 'Plate2', MIL_Model: hash });
      const probabilities = classes.map((name) => Number(row[`MIL_Probability_${name}`]));
      expect(probabilities.reduce((sum, p) => sum + p)).toBeCloseTo(1, 5);
      expect(row.MIL_Predicted).toBe(classes[probabilities.indexOf(Math.max(...probabilities))]);
    }
  });

  it('has the figures that evaluate computes from the predictions, and prints them', async () => {
    const text = await readText(inRun('metrics.json'));
    const evaluated = await milscope(
      'evaluate',
      inRun('predictions.csv'),
      '--label',
      'Phenotype',
      '--json',
      '--seed',
      '7',
    );
    expect(evaluated).toMatchObject({ code: 0, err: '' });
    const metrics = JSON.parse(text) as Metrics;
    expect(JSON.parse(evaluated.out)).toEqual(metrics);
    expect(metrics.images).toMatchObject({ n: 12, usedInTraining: 0 });
    expect(metrics.confusion.classes).toEqual(classes);
    expect(JSON.parse(trained.out)).toMatchObject({ run, model: inRun('model.onnx'), metrics });
  });
});

describe('model.onnx', () => {
  const outputs = ['probability', 'bag', 'map'];

  it('runs in plain ONNX Runtime at any size', async () => {
    const session = await InferenceSession.create(inRun('model.onnx'));
    expect(session.inputNames).toEqual(['image']);
    expect([...session.outputNames].sort()).toEqual([...outputs].sort());
    for (const [n, height, width] of [
      [1, 64, 64],
      [2, 96, 96],
      [3, 100, 257],
    ] as const) {
      const image = new Tensor('float32', new Float32Array(n * 3 * height * width).fill(500), [n, 3, height, width]);
      const { probability, bag, map } = await session.run({ image });
      expect(probability!.dims).toEqual([n, 3]);
      expect(bag!.dims).toEqual([n, 3]);
      expect(map!.dims).toEqual([n, 3, mapSide(height, PAPER_LAYERS), mapSide(width, PAPER_LAYERS)]);
      for (const output of [probability!, bag!, map!]) {
        for (const value of output.data as Float32Array) expect(value >= 0 && value <= 1).toBe(true);
      }
    }
    expect([64, 96, 900].map((side) => mapSide(side, PAPER_LAYERS))).toEqual([1, 2, 27]);
  });

  it('takes raw pixels and gives the numbers of predictions.csv', async () => {
    const session = await InferenceSession.create(inRun('model.onnx'));
    const screen = await readScreen(table, {}, nodeAccess);
    const row = (await readRows(inRun('predictions.csv')))[0]!;
    const { data, height, width } = await readField(
      screen,
      screen.fields.find((field) => String(field.imageNumber) === row.ImageNumber)!,
      nodeAccess,
    );
    const { probability } = await session.run({
      image: new Tensor('float32', Float32Array.from(data), [1, 3, height, width]),
    });
    for (const [k, name] of classes.entries()) {
      expect(probability!.data[k]).toBeCloseTo(Number(row[`MIL_Probability_${name}`]), 5);
    }
  });

  it('says what it is', async () => {
    const { runHash } = JSON.parse(await readText(inRun('run.json')));
    expect(describeModel(await readFile(inRun('model.onnx')), 'model.onnx')).toMatchObject({
      classes,
      channels: ['DNA', 'Actin', 'Tubulin'],
      label: 'phenotype',
      pooling: 'noisy-and',
      run: runHash,
    });
  });
});

describe('milscope predict', () => {
  it('gives the rows that training gave for the same fields', async () => {
    const plate = await changeTable(table, 'plate2.csv', (lines) => [lines[0]!, ...lines.slice(13)]);
    const out = join(folder, 'plate2', 'p.csv');
    const predicted = await milscope('predict', inRun('model.onnx'), plate, '--out', out, '--json');
    expect(predicted.code).toBe(0);
    expect(JSON.parse(predicted.out)).toMatchObject({ out, fields: 12, skipped: 0, skippedFile: null });
    expect(await readText(out)).toBe(await readText(inRun('predictions.csv')));
    expect(await readdir(dirname(out))).toEqual(['p.csv', 'p.csv.record.json']);
    const again = await milscope('predict', inRun('model.onnx'), plate, '--out', out);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining(`${out}: there is such a file already`) });
  });
});
