import { readdir, readFile, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { isMilscopeError } from '../../errors.ts';
import { readPredictions } from '../../evaluation/read-predictions.ts';
import { hashContent } from '../../files/hash.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { OTHER_LAYERS } from '../../network/testing/other-layers.ts';
import { writeUntrainedModel } from '../testing/untrained-model.ts';
import { watchedHost } from '../testing/watched-host.ts';
import { parseRequest } from '../workflow.ts';
import { predict } from './predict.ts';
import { predictedRows } from './predicted-rows.ts';
import { predictRequest } from './request.ts';

const folder = temporaryFolder();
const model = join(folder, 'model.onnx');
let screen: string;
/** The same screen with a file that is cut short. */
let damaged: string;

beforeAll(async () => {
  const small = { plates: 1, wells: 3, sites: 2 };
  screen = await simulateTinyScreen(join(folder, 'screen'), small);
  damaged = await simulateTinyScreen(join(folder, 'damaged'), small);
  await truncate(join(dirname(damaged), 'images', 'Plate1_A02_s1_w1.tif'), 700);
  await writeUntrainedModel(model);
});

/** The error of a promise that must fail. */
async function refusal(promise: PromiseLike<unknown>) {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isMilscopeError(error)) throw new Error('nothing was refused', { cause: error });
  return error;
}

async function rowsOf(rows: ReturnType<typeof predictedRows>) {
  const all = [];
  for await (const row of rows) all.push(row);
  return all;
}

describe('predict', () => {
  it('never writes over what it reads, not even with overwrite', async () => {
    const { host } = await watchedHost();
    const before = await readFile(screen);
    const cells = join(folder, 'screen', 'cells.csv');
    const p = join(folder, 'apart.csv');
    for (const [request, words] of [
      [{ out: screen }, /out .*fields\.csv: this is the file that screen names/],
      [{ out: cells, cells }, /that cells names/],
      [{ out: p, plateStatistics: p }, /that plateStatistics names/],
      [{ out: p, by: ['field'], plateStatistics: join(folder, 'apart.by-field.csv') }, /that plateStatistics names/],
      [{ out: p, plateStatistics: screen }, /plateStatistics .*that screen names/],
    ] as const) {
      const error = await refusal(predict({ model, screen, overwrite: true, ...request } as never, host));
      expect(error.message).toMatch(words);
    }
    expect(Buffer.compare(await readFile(screen), before)).toBe(0);
  });

  it('tells its progress, and last what it came to', async () => {
    const { host, pools } = await watchedHost();
    const out = join(folder, 'events', 'p.csv');
    const events = [];
    for await (const event of predict({ model, screen, out, report: false }, host)) events.push(event);
    expect(events).toEqual([
      { event: 'began', task: 'predicting', total: 6, unit: 'fields', start: 0, fleeting: false },
      ...[1, 2, 3, 4, 5, 6].map((done) => ({ event: 'progress', done })),
      { event: 'ended' },
      {
        event: 'finished',
        result: {
          ...{ out, model, modelHash: await hashContent(await readFile(model)), fields: 6 },
          ...{ skipped: 0, skippedFile: null, label: 'Metadata_Phenotype' },
          ...{ labelled: 6, run: null },
          predicted: { round: expect.any(Number), long: expect.any(Number) },
          report: null,
        },
      },
    ]);
    expect(await readdir(dirname(out))).toEqual(['p.csv', 'p.csv.record.json']);
    expect(pools).toMatchObject({ made: 1, released: 1 });
  });

  it('awaited gives its result, and tells of a field that is lost', async () => {
    const { host } = await watchedHost();
    const out = join(folder, 'lost', 'p.csv');
    const result = await predict({ model, screen: damaged, out, by: 'well', report: false }, host);
    expect(predict.result.parse(result)).toEqual(result);
    expect(result).toMatchObject({ fields: 5, skipped: 1, by: { well: { groups: 3, leftOut: 0 } } });
    const lost = [];
    for await (const event of predict({ model, screen: damaged, out, overwrite: true, report: false }, host)) {
      if (event.event === 'lost') lost.push(event.field);
    }
    expect(lost).toEqual([
      { imageNumber: 3, tag: 'BadImage', file: expect.stringContaining('A02_s1_w1'), message: expect.any(String) },
    ]);
  });

  it('measures the plates first for a model that is normalized by plate', async () => {
    const { host } = await watchedHost();
    const plates = join(folder, 'plates.onnx');
    await writeUntrainedModel(plates, { scope: 'plate' });
    const said: string[] = [];
    for await (const event of predict(
      { model: plates, screen, out: join(folder, 'plates', 'p.csv'), report: false },
      host,
    )) {
      if (event.event === 'began') said.push(event.task);
      if (event.event === 'ended' && event.text !== undefined) said.push(event.text);
    }
    expect(said).toEqual(['measuring plates', '1 plate, from 6 fields', 'predicting']);
  });

  it('predicts the fields that are asked for, of plates that are measured as a whole', async () => {
    const { host } = await watchedHost();
    const said: string[] = [];
    const out = join(folder, 'only', 'p.csv');
    let fields: number | undefined;
    const request = { model: join(folder, 'plates.onnx'), screen, out, only: { Row: 'A', Column: [2] }, report: false };
    for await (const event of predict({ ...request, only: ['Column=2'] }, host)) {
      if (event.event === 'ended' && event.text !== undefined) said.push(event.text);
      if (event.event === 'finished') fields = event.result.fields;
    }
    expect(said).toContain('1 plate, from 6 fields');
    const rows = (await readPredictions(out, nodeFiles)).rows;
    expect(rows).toHaveLength(fields!);
    expect(new Set(rows.map(({ metadata }) => metadata.Metadata_Well))).toEqual(new Set(['A02']));
    const all = await predict({ ...request, overwrite: true }, host);
    expect(all.fields).toBe(6);
    expect(await refusal(predict({ ...request, only: ['Well=H12'], overwrite: true }, host))).toMatchObject({
      tag: 'BadOption',
      details: { option: 'only Well=H12', remedy: 'take one of the values found' },
    });
  });

  it('leaves no file and no worker behind when a caller breaks off', async () => {
    const { host, pools } = await watchedHost();
    const out = join(folder, 'broken', 'p.csv');
    const request = { model, screen, out, profile: join(folder, 'broken', 'f.csv') };
    for await (const { event } of predict(request, host)) if (event === 'progress') break;
    expect(pools).toMatchObject({ made: 1, released: 1 });
    expect(await readdir(folder)).not.toContain('broken');
  });

  it.each([
    ['colour', { colour: 'red' }],
    ['out', { out: 'p.xlsx' }],
    ['out', { out: 7 }],
    ['tile', { tile: 'small' }],
    ['by', { by: ['plate'] }],
    ['by', { by: '' }],
    ['treatment', { treatment: 'Drug' }],
    ['cellSize', { cellSize: 96 }],
    ['cpa', { cpa: true }],
    ['tile', { tile: 64, cells: 'cells.csv' }],
    ['by', { by: 'well', cells: 'cells.csv' }],
    ['profile', { out: 'p.csv', profile: './p.csv' }],
  ])('refuses %s in %j', async (option, wrong) => {
    const { host } = await watchedHost();
    const request = { model, screen, out: join(folder, 'refused', 'p.csv'), ...wrong };
    const error = await refusal(predict(request as never, host));
    expect(error).toMatchObject({ tag: 'BadOption' });
    expect(error.details.option).toMatch(new RegExp(`^${option}\\b`));
    expect(error.message).not.toContain('--');
  });

  it.each([
    ['well', ['well']],
    ['well, treatment', ['well', 'treatment']],
    [['treatment'], ['treatment']],
  ])('groups by %j as text and as data', (by, expected) => {
    expect(parseRequest(predictRequest, { model, screen, out: 'p.csv', by }).by).toEqual(expected);
  });
});

describe('the rows of a prediction', () => {
  it('are those of the table, with nothing written', async () => {
    const { host, events, pools } = await watchedHost();
    const before = await readdir(folder);
    const rows = await rowsOf(predictedRows({ model, screen: damaged }, host));
    expect(rows.map(({ imageNumber }) => imageNumber)).toEqual([1, 2, 4, 5, 6]);
    const modelHash = await hashContent(await readFile(model));
    for (const row of rows) {
      expect(row).toMatchObject({ model: modelHash, metadata: { Metadata_Plate: 'Plate1' } });
      expect(row.probability[0]! + row.probability[1]!).toBeCloseTo(1, 5);
    }
    expect(events).toContainEqual({ event: 'lost', field: expect.objectContaining({ imageNumber: 3 }) });
    expect(pools).toMatchObject({ made: 1, released: 1 });
    expect(await readdir(folder)).toEqual(before);
  });

  it('are of cells where these are given, with profiles where these are asked for', async () => {
    const { host, events } = await watchedHost();
    const cells = join(dirname(screen), 'cells.csv');
    const rows = await rowsOf(predictedRows({ model, screen, cells, profile: true }, host));
    expect(events.slice(0, 2)).toMatchObject([
      { event: 'noted', message: `1 field of 6 has no cell in ${cells}` },
      { event: 'began', unit: 'cells', total: rows.length },
    ]);
    expect(rows[0]).toMatchObject({ imageNumber: 1, cell: { objectNumber: 1 } });
    expect(rows[0]!.profile).toHaveLength(1000);
  });

  it('are computed as they are asked for, and leave nothing behind when a caller breaks off', async () => {
    const { host, pools } = await watchedHost();
    const before = await readdir(folder, { recursive: true });
    for await (const row of predictedRows({ model, screen }, host)) {
      expect(row.imageNumber).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(pools).toMatchObject({ made: 1, released: 0 });
      break;
    }
    expect(pools).toMatchObject({ made: 1, released: 1 });
    // One worker had begun with two fields at most, the first of which was asked for.
    expect(pools.runs).toBeLessThanOrEqual(2);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it('end with the workers released when the caller or the host fails', async () => {
    const { host, pools } = await watchedHost();
    const failing = async () => {
      for await (const _ of predictedRows({ model, screen }, host)) throw new Error('full');
    };
    await expect(failing()).rejects.toThrow('full');
    expect(pools).toMatchObject({ made: 1, released: 1 });
    const controller = new AbortController();
    const aborted = await watchedHost({ signal: controller.signal });
    const rows = predictedRows({ model, screen }, aborted.host);
    await rows.next();
    controller.abort(new Error('stop'));
    await expect(rowsOf(rows)).rejects.toThrow('stop');
    expect(aborted.pools).toMatchObject({ made: 1, released: 1 });
  });

  it('are refused with the name of the option', async () => {
    const { host, pools } = await watchedHost();
    expect(await refusal(rowsOf(predictedRows({ model, screen, out: 'p.csv' } as never, host)))).toMatchObject({
      tag: 'BadOption',
      details: { option: 'out' },
    });
    expect(await refusal(rowsOf(predictedRows({ model, screen, cellSize: 96 }, host)))).toMatchObject({
      details: { option: 'cellSize' },
    });
    expect(await refusal(rowsOf(predictedRows({ model: 'none.onnx', screen }, host)))).toMatchObject({
      tag: 'MissingFile',
    });
    expect(pools.made).toBe(0);
  });

  it('takes the fields that the layers of the model leave an instance of', async () => {
    const { host } = await watchedHost();
    const [layers] = OTHER_LAYERS;
    const other = join(folder, 'other.onnx');
    await writeUntrainedModel(other, { layers });
    const [whole, tiled] = [
      await rowsOf(predictedRows({ model: other, screen }, host)),
      await rowsOf(predictedRows({ model: other, screen, tile: 32, profile: true }, host)),
    ];
    const [probabilities, inTiles] = [whole, tiled].map((rows) =>
      rows.flatMap(({ probability }) => Array.from(probability)),
    );
    expect(probabilities).toHaveLength(12);
    for (const [i, value] of probabilities!.entries()) expect(inTiles![i]).toBeCloseTo(value, 5);
    const deep = [...Array.from({ length: 3 }, () => layers[0]), ...layers];
    await writeUntrainedModel(other, { layers: deep });
    // With 127 pixels, which the fields do not have.
    expect(await rowsOf(predictedRows({ model: other, screen }, host))).toEqual([]);
  });
});
