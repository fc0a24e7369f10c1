import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { readPredictions } from '../../evaluation/read-predictions.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { createNodeHost } from '../node/node-host.ts';
import { predict } from '../predict/predict.ts';
import { train } from './train.ts';

const folder = temporaryFolder();

it('keeps a model of every epoch that was the best so far, and takes them away with the run', async () => {
  const screen = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, wells: 8, sites: 1 });
  const out = join(folder, 'run');
  const request = { screen, label: 'Phenotype', out, epochs: 3, batch: 4, validation: 0.3, report: false };
  const host = createNodeHost({ threads: 1 });
  await train({ ...request, keepEpochs: true }, host);
  const lines = (await readFile(join(out, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  const best = lines.map((line) => JSON.parse(line)).filter((line) => line.best);
  expect(best.length).toBeGreaterThan(0);
  const names = best.map(({ epoch }) => `${String(epoch).padStart(4, '0')}.onnx`);
  expect((await readdir(join(out, 'epochs'))).sort()).toEqual(names);
  // The last of them has the weights of the model, which has a temperature besides.
  const predicted = async (model: string, name: string) => {
    const table = join(folder, name);
    await predict({ model, screen, out: table, report: false }, host);
    return (await readPredictions(table, nodeFiles)).rows.map((row) => row.predicted);
  };
  const kept = await predicted(join(out, 'epochs', names.at(-1)!), 'kept.csv');
  expect(kept).toHaveLength(8);
  expect(await predicted(join(out, 'model.onnx'), 'whole.csv')).toEqual(kept);
  await train({ ...request, overwrite: true }, host);
  expect(await readdir(join(out, 'epochs'))).toEqual([]);
});
