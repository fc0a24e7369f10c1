import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { changeTable, simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { describeModel, encodeModelFile } from '../../network/model-file.ts';
import { initialParameters } from '../../network/parameters.ts';
import { createNodeHost } from '../node/node-host.ts';
import { predict } from '../predict/predict.ts';
import { exportModel } from './export.ts';

const folder = temporaryFolder();
const host = await createNodeHost({ threads: 1 });
const model = join(folder, 'model.onnx');
let screen: string;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  screen = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, wells: 2, sites: 1 });
  const [classes, channels] = [
    ['a', 'b'],
    ['DNA', 'Actin', 'Tubulin'],
  ];
  const parameters = initialParameters({ classes: 2, channels: 3, pooling: 'mean' }, 1, 'softmax');
  const normalization = { mean: [500, 500, 500], deviation: [200, 200, 200] };
  const bytes = encodeModelFile(parameters, {
    ...{ version: '0', classes, channels, pooling: 'mean', sharpness: 10, head: 'softmax', label: 'Phenotype' },
    ...{ run: 'none', normalization },
  } as Parameters<typeof encodeModelFile>[1]);
  await writeFile(model, bytes);
});

it('names the fields that it cannot read, and ends with what is in the package', async () => {
  const holed = await changeTable(screen, 'holed.csv', (lines) =>
    lines.map((line, i) => (i === 1 ? line.replace(/images\/\w+_w2/, 'images/none') : line)),
  );
  const out = join(folder, 'package.zip');
  const events = [];
  for await (const event of exportModel({ model, out, screen: holed, timestamp: 0 }, host)) events.push(event);
  expect(events.map(({ event }) => event)).toEqual(['lost', 'finished']);
  expect(events[0]).toMatchObject({ field: { imageNumber: 1, tag: 'MissingFile' } });
  const last = events[1]!;
  const result = last.event === 'finished' ? last.result : undefined;
  expect(exportModel.result.parse(result)).toEqual(result);
  expect(result).toMatchObject({ out, kind: 'bioimage.io', model, modelHash: await host.hash(await readFile(model)) });
});

it('copies a model alone', async () => {
  const out = join(folder, 'copy.onnx');
  const result = await exportModel({ model, out }, host);
  expect(result).toMatchObject({ kind: 'onnx', files: [], sha256: result.modelHash });
  expect(Buffer.compare(await readFile(out), await readFile(model))).toBe(0);
});

describe('a model in whole numbers', () => {
  const quantize = async (out: string, asked = {}) => {
    const events = [];
    const request = { model, out, precision: 'int8', calibrate: screen, ...asked } as const;
    for await (const event of exportModel(request, host)) events.push(event);
    return events;
  };

  it('rests on the fields of a screen that can be read, and predicts under a hash of its own', async () => {
    const out = join(folder, 'model.int8.onnx');
    const holed = await changeTable(screen, 'holed8.csv', (lines) =>
      lines.map((line, i) => (i === 1 ? line.replace(/images\/\w+_w2/, 'images/none') : line)),
    );
    const events = await quantize(out, { calibrate: holed });
    expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(['lost', 'noted', 'progress', 'finished']));
    const bytes = await readFile(out);
    const fields = (await readFile(holed, 'utf8')).trim().split('\n').length - 2;
    expect(describeModel(bytes, out).int8!.fields).toBe(fields);
    const tables = [model, out].map((of, i) => ({ of, table: join(folder, `predicted-${i}.csv`) }));
    const [floats, whole] = await Promise.all(
      tables.map(async ({ of, table }) => {
        await predict({ model: of, screen, out: table, report: false }, host);
        return parse(await readFile(table), { columns: true }) as Record<string, string>[];
      }),
    );
    expect(whole!.map(({ MIL_Model: hash }) => hash)).toEqual(whole!.map(() => sha256(bytes)));
    for (const [i, row] of floats!.entries()) {
      const apart = Math.abs(Number(row.MIL_Probability_a) - Number(whole![i]!.MIL_Probability_a));
      expect(apart).toBeLessThan(0.03);
    }
  });

  it('is the same on any number of threads', async () => {
    const outs = [join(folder, 'one.onnx'), join(folder, 'two.onnx')] as const;
    await quantize(outs[0]);
    const request = { model, out: outs[1], precision: 'int8', calibrate: screen } as const;
    await exportModel(request, await createNodeHost({ threads: 2 }));
    expect(Buffer.compare(await readFile(outs[0]), await readFile(outs[1]))).toBe(0);
  });

  it('is refused without a screen, in a package, and of several models', async () => {
    const out = join(folder, 'none.onnx');
    const wrong = [
      [{ out, calibrate: undefined }, 'precision'],
      [{ out: join(folder, 'none.zip') }, 'precision int8'],
      [{ out, also: [join(folder, 'copy.onnx')] }, 'precision'],
      [{ out, precision: 'float32' }, 'calibrate'],
    ] as const;
    for (const [asked, option] of wrong) {
      await expect(quantize(asked.out, asked), option).rejects.toMatchObject({
        tag: 'BadOption',
        details: { option },
      });
    }
  });
});

it('names the field of a request that makes no sense', async () => {
  const out = join(folder, 'wrong.zip');
  const wrong = [
    [{ model }, 'out'],
    [{ model, out: 'model.tar' }, 'out model.tar'],
    [{ model, out: join(folder, 'wrong.onnx'), tag: ['cells'] }, 'tag'],
    [{ model, out, name: 'ab' }, 'name'],
    [{ model, out, author: 'Ada' }, 'author'],
    [{ model, out, timestamp: -1 }, 'timestamp'],
  ] as const;
  for (const [request, option] of wrong) {
    await expect(async () => exportModel(request as never, host), option).rejects.toMatchObject({
      tag: 'BadOption',
      details: { option },
    });
  }
});
