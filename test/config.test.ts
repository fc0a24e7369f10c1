/** Options in a file: what they do end to end. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { milscope } from './run-milscope.ts';
import { sharedRun } from './shared-run.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

it('the record of a run repeats the run, byte for byte', async () => {
  const { run } = await sharedRun();
  const again = join(folder, 'again');
  const { code, err } = await milscope('train', '--config', join(run, 'run.json'), '--out', again);
  expect(code, err).toBe(0);
  for (const file of ['model.onnx', 'predictions.csv', 'metrics.json']) {
    expect((await readFile(join(again, file))).equals(await readFile(join(run, file))), file).toBe(true);
  }
});

it('a file of options predicts, and one with a mistake is wrong usage', async () => {
  const { model, table } = await sharedRun();
  const config = join(folder, 'predict.yaml');
  const out = join(folder, 'p.csv');
  await writeFile(config, `model: ${model}\nscreen: ${table}\nout: ${out}\nby: [well]\n`);
  expect(await milscope('predict', '--config', config)).toMatchObject({
    code: 0,
    out: expect.stringContaining('8 wells'),
  });
  await writeFile(config, `model: ${model}\nscreen: ${table}\nout: ${out}\noverwrit: true\n`);
  const { code, err } = await milscope('predict', '--config', config);
  expect({ code, err }).toEqual({
    code: 2,
    err: `milscope: --config ${config}: overwrit: "milscope predict" has no such option. Perhaps overwrite is meant.\n`,
  });
});
