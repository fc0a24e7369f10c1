/** Several models are averaged, field by field, and how far they differ is said. */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { isMilscopeError } from '../../errors.ts';
import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import { readPredictions } from '../../evaluation/read-predictions.ts';
import { hashContent } from '../../files/hash.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { PAPER_LAYERS } from '../../network/architecture.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import { createNodeSession } from '../../onnx/node/session.ts';
import { float32 } from '../../onnx/tensor.ts';
import { exportModel } from '../export/export.ts';
import { runModel, writeRandomModel } from '../testing/ensemble-models.ts';
import { watchedHost } from '../testing/watched-host.ts';
import { predict } from './predict.ts';
import { predictedRows } from './predicted-rows.ts';

const folder = temporaryFolder();
let screen: string;
let cells: string;

beforeAll(async () => {
  screen = await simulateTinyScreen(join(folder, 'screen'), { plates: 2, wells: 2, sites: 1 });
  cells = join(folder, 'screen', 'cells.csv');
});

/** Models of other seeds in a folder of runs. */
async function runs(name: string, changes: readonly Partial<ModelDescription>[]): Promise<string> {
  const out = join(folder, name);
  for (const [i, more] of changes.entries()) {
    await mkdir(join(out, `seed-${i + 1}`), { recursive: true });
    await writeRandomModel(runModel(out, i + 1), { seed: i + 1, ...more });
  }
  return out;
}

async function rowsOf(request: Partial<Parameters<typeof predictedRows>[0]> & { model: string }) {
  const { host } = await watchedHost();
  const rows: PredictionRow[] = [];
  for await (const row of predictedRows({ screen, ...request }, host)) rows.push(row);
  return rows;
}

async function refusal(promise: PromiseLike<unknown>) {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isMilscopeError(error)) throw new Error('nothing was refused', { cause: error });
  return error;
}

/** Whether each number of an ensemble is the mean of those of its members, in whatever order these have the classes. */
function expectMeans(
  together: readonly Pick<PredictionRow, 'probability' | 'bag' | 'spread'>[],
  alone: readonly (readonly Pick<PredictionRow, 'probability' | 'bag'>[])[],
  { turned = [] }: { readonly turned?: readonly number[] } = {},
): void {
  expect(together.length).toBeGreaterThan(0);
  for (const [i, row] of together.entries()) {
    const deviations = [0, 1].map((k) => {
      const place = (m: number) => (turned.includes(m) ? 1 - k : k);
      const mean = (name: 'probability' | 'bag') =>
        alone.reduce((sum, rows, m) => sum + rows[i]![name][place(m)]!, 0) / alone.length;
      expect(row.probability[k]).toBeCloseTo(mean('probability'), 5);
      expect(row.bag[k]).toBeCloseTo(mean('bag'), 5);
      const off = alone.map((rows, m) => (rows[i]!.probability[place(m)]! - mean('probability')) ** 2);
      return Math.sqrt(off.reduce((sum, square) => sum + square, 0) / alone.length);
    });
    expect(row.spread).toBeCloseTo(Math.max(...deviations), 5);
  }
  expect(Math.max(...together.map(({ spread }) => spread!))).toBeGreaterThan(0.01);
}

const alone = (out: string, count: number, more: object = {}) =>
  Promise.all(Array.from({ length: count }, (_, i) => rowsOf({ model: runModel(out, i + 1), ...more })));

describe('an ensemble', () => {
  it('of a folder of runs is the mean of its members, and has the name of them all', async () => {
    const layers = PAPER_LAYERS;
    const out = await runs('three', [
      { layers },
      { layers, classes: ['long', 'round'], temperature: 0.7 },
      { pooling: 'mean' },
    ]);
    const table = join(folder, 'three.csv');
    const { host } = await watchedHost();
    const result = await predict({ model: out, screen, out: table, by: ['well'] }, host);
    const hashes = await Promise.all([1, 2, 3].map(async (i) => hashContent(await readFile(runModel(out, i)))));
    const name = await hashContent(
      Buffer.from(
        hashes
          .toSorted()
          .map((hash) => `${hash}\n`)
          .join(''),
      ),
    );
    expect(result).toMatchObject({ model: out, modelHash: name, run: out });
    expect(result.models).toEqual(hashes.map((modelHash, i) => ({ modelHash, runHash: `f0${i + 1}` })));
    const read = await readPredictions(table, nodeFiles);
    expect(read).toMatchObject({ spread: true, classes: ['round', 'long'] });
    expect(new Set(read.rows.map(({ model }) => model))).toEqual(new Set([name]));
    expectMeans(read.rows, await alone(out, 3), { turned: [1] });
    const wells = await readPredictions(join(folder, 'three.by-well.csv'), nodeFiles);
    expect(wells.rows.map(({ spread }) => spread)).toEqual(read.rows.map(({ spread }) => spread));
    // One model has no spread, also in a folder of its own.
    const one = await rowsOf({ model: await runs('one', [{}]) });
    expect(one[0]).not.toHaveProperty('spread');
  });

  it('is the same of models that are named one by one, in tiles, and sees all symmetries', async () => {
    const out = await runs('two', [{}, {}]);
    const named = { model: runModel(out, 1), also: [runModel(out, 2)] };
    expect(await rowsOf(named)).toEqual(await rowsOf({ model: out }));
    expectMeans(await rowsOf({ ...named, tile: 64 }), await alone(out, 2));
    const more = { symmetries: true };
    expectMeans(await rowsOf({ ...named, ...more }), await alone(out, 2, more));
  });

  it('of cells that are instances pools them for each member', async () => {
    const of = { instances: 'cells', cellSize: 64 } as const;
    const out = await runs('cells', [of, { ...of, pooling: 'mean' }]);
    const predicted = async (model: string, name: string) => {
      const { host } = await watchedHost();
      const table = join(folder, `${name}.csv`);
      await predict({ model, screen, out: table, cells, by: ['field'], overwrite: true }, host);
      return readPredictions(join(folder, `${name}.by-field.csv`), nodeFiles);
    };
    const together = await predicted(out, 'pooled');
    const each = [await predicted(runModel(out, 1), 'pooled-1'), await predicted(runModel(out, 2), 'pooled-2')];
    expectMeans(
      together.rows,
      each.map(({ rows }) => rows),
    );
    expectMeans(await rowsOf({ model: out, cells }), await alone(out, 2, { cells }));
  });

  it('makes plates alike once, for members whose training plates differed', async () => {
    const of = (mean: number, deviation: number, reference?: object) => ({
      normalization: {
        ...{ mean: [mean, mean, mean], deviation: [deviation, deviation, deviation], scope: 'plate' as const },
        ...reference,
      },
    });
    const own = { mean: [480, 510, 500], deviation: [200, 210, 220] };
    const out = await runs('plates', [of(500, 300), of(620, 250), of(700, 280, { measure: 'mean', reference: own })]);
    expectMeans(await rowsOf({ model: out }), await alone(out, 3));
  });

  it('in one file gives any runtime, and predict, what its members give', async () => {
    const several = { head: 'sigmoid', thresholds: [0.3, 0.6] } as const;
    const out = await runs('joined', [several, { ...several, classes: ['long', 'round'], temperature: 1.5 }]);
    const joined = join(folder, 'joined.onnx');
    const { host } = await watchedHost();
    const result = await exportModel({ model: out, out: joined }, host);
    expect(result).toMatchObject({ kind: 'onnx', sha256: await hashContent(await readFile(joined)) });
    expect(result.models).toHaveLength(2);
    const shape = [2, 3, 70, 82];
    const data = Float32Array.from({ length: 2 * 3 * 70 * 82 }, (_, i) => 500 + 400 * Math.sin(i / 97));
    const outputsOf = async (path: string) => {
      const session = await createNodeSession(await readFile(path), { threads: 1 });
      const found = await session.run({ image: float32(data, shape) });
      await session.release();
      const rows = (name: string) => [0, 1].map((i) => found[name]!.data.slice(2 * i, 2 * i + 2) as Float32Array);
      return {
        spread: found.spread?.data as Float32Array,
        rows: [0, 1].map((i) => ({ probability: rows('probability')[i]!, bag: rows('bag')[i]! })),
        map: found.map!,
      };
    };
    const found = await outputsOf(joined);
    const each = [await outputsOf(runModel(out, 1)), await outputsOf(runModel(out, 2))];
    expectMeans(
      found.rows.map((row, i) => ({ ...row, spread: found.spread[i]! })),
      each.map(({ rows }) => rows),
      { turned: [1] },
    );
    expect(found.map.shape).toEqual(each[0]!.map.shape);
    const [rows, expected] = [await rowsOf({ model: joined }), await rowsOf({ model: out })];
    expect(rows).toEqual(expected);
    const table = join(folder, 'joined.csv');
    await predict({ model: joined, screen, out: table }, host);
    const thresholds = (await readPredictions(table, nodeFiles)).thresholds!;
    expect(thresholds[0]).toBeCloseTo((0.3 + 0.6) / 2, 6);
    expect(thresholds[1]).toBeCloseTo((0.6 + 0.3) / 2, 6);
    const packed = await refusal(exportModel({ model: out, out: join(folder, 'no.zip') }, host));
    expect(packed.message).toContain('a package describes the training and the figures of one model');
  });

  it('refuses models that differ, are not finished or are there twice, and profiles', async () => {
    const { host } = await watchedHost();
    const ask = (model: string, more: object = {}) =>
      refusal(predict({ model, screen, out: join(folder, 'no.csv'), ...more }, host));
    const classes = await runs('classes', [{}, { classes: ['round', 'short'] }]);
    const error = await ask(classes);
    expect(error.details.file).toBe(runModel(classes, 2));
    expect(error.message).toContain(`cannot be averaged with ${runModel(classes, 1)}: these models differ in classes`);
    const plates = { mean: [1, 1, 1], deviation: [1, 1, 1], scope: 'plate' as const };
    for (const [name, more, words] of [
      ['heads', { head: 'sigmoid' }, 'the kind of their last layer'],
      ['levels', { level: 1 }, 'the level of the pyramid'],
      ['plated', { normalization: plates }, 'how plates are made alike'],
    ] as const) {
      expect((await ask(await runs(name, [{}, more as Partial<ModelDescription>]))).message).toContain(words);
    }
    const out = await runs('faults', [{}, {}]);
    expect((await ask(out, { profile: join(folder, 'profile.csv') })).message).toContain('profiles are of one model');
    await copyFile(runModel(out, 1), runModel(out, 2));
    expect((await ask(out)).message).toContain('the same model is there twice');
    await rm(runModel(out, 2));
    await writeFile(join(out, 'seed-2', 'run.json'), '{}');
    expect((await ask(out)).message).toContain('is not finished');
  });
});
