import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { changeTable, simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { encodeModelFile } from '../../network/model-file.ts';
import { initialParameters } from '../../network/parameters.ts';
import { createNodeHost } from '../node/node-host.ts';
import { exportModel } from './export.ts';

const folder = temporaryFolder();
const host = await createNodeHost({ threads: 1 });
const model = join(folder, 'model.onnx');
let screen: string;

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
