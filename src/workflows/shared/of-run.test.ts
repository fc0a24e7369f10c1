import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { createNodeHost } from '../node/node-host.ts';
import { writeUntrainedModel } from '../testing/untrained-model.ts';
import { fileOfRun } from './of-run.ts';
import { openModel } from './open-model.ts';

const folder = temporaryFolder();
const host = createNodeHost({ threads: 1 });
const run = join(folder, 'seeds', 'seed-1');
mkdirSync(run, { recursive: true });
await writeUntrainedModel(join(run, 'model.onnx'));
writeFileSync(join(run, 'predictions.csv'), '');

it('takes the folder of a run for its model, and for its predictions', async () => {
  expect(await fileOfRun(run, 'model', host)).toBe(join(run, 'model.onnx'));
  expect(await fileOfRun(run, 'predictions', host)).toBe(join(run, 'predictions.csv'));
  expect((await openModel(run, host)).hash).toBe((await openModel(join(run, 'model.onnx'), host)).hash);
});

it('leaves other paths as they are, whether anything is there or not', async () => {
  for (const path of [join(run, 'model.onnx'), join(folder, 'none')])
    expect(await fileOfRun(path, 'model', host)).toBe(path);
});

it('refuses a folder without any, and names the runs in it', async () => {
  const refused = openModel(join(folder, 'seeds'), host);
  await expect(refused).rejects.toMatchObject({ tag: 'MissingFile', details: { problem: 'this folder has no model' } });
  await expect(refused).rejects.toThrow(/found runs in its folders seed-1/);
  mkdirSync(join(folder, 'empty'));
  await expect(fileOfRun(join(folder, 'empty'), 'predictions', host)).rejects.toThrow(
    /this folder has no predictions\. Give the folder of a finished run, or a table of predictions/,
  );
});
