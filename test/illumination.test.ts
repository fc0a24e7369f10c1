/** Illumination functions on the command line, from their estimation to a prediction that is told of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { milscope } from './run-milscope.ts';
import { sharedRun } from './shared-run.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

it('milscope illumination makes a table that other commands divide pixels by, and a model knows what it was trained on', async () => {
  const { table, model, run } = await sharedRun();
  const out = join(folder, 'functions');
  const made = await milscope('illumination', table, '--out', out);
  const functions = join(out, 'illumination.csv');
  expect(made.out).toMatch(/\n {2}Plate2: DNA \d\.\d\d, Actin \d\.\d\d, Tubulin \d\.\d\d, from 8 fields\n/);
  expect(made.out).toContain(`fields.csv" --illumination ${functions} --label COLUMN --out run`);
  expect(made.err).toContain('Estimate from 10 fields or more, or give a larger --smoothing');
  expect(JSON.parse(await readFile(join(run, 'run.json'), 'utf8'))).toMatchObject({ illumination: 'none' });

  const predict = (name: string, ...more: string[]) =>
    milscope('predict', model, table, '--out', join(folder, name), ...more);
  const [plain, divided] = [await predict('p.csv'), await predict('d.csv', '--illumination', functions)];
  expect(plain.err).not.toMatch(/illumination/);
  expect(divided).toMatchObject({ code: 0 });
  expect(divided.err).toContain('Pixels of DNA, Actin and Tubulin are divided by their illumination functions');
  expect(divided.err).toMatch(/trained on .*\(illumination none\), and .*\(illumination divided\): its answers may be/);
  expect(await readFile(join(folder, 'd.csv'), 'utf8')).not.toBe(await readFile(join(folder, 'p.csv'), 'utf8'));

  const inspected = await milscope('inspect', table, '--illumination', functions, '--json');
  expect(inspected.err).toContain('inspect measures the pixels of the files');
  expect(JSON.parse(inspected.out)).toMatchObject({ fields: { readable: 16 } });
});
