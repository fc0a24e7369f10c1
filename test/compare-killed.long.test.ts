/** A comparison that is killed and goes on ends as one that was left alone. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { milscope, startMilscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
const quick = ['--label', 'Phenotype', '--epochs', '3', '--batch', '4', '--crop', '64', '--replicate', 'Plate'];
const readRows = async (path: string): Promise<Record<string, string>[]> =>
  parse(await readFile(path), { columns: true });

it('milscope compare after a kill comes to the same table', async () => {
  const table = await simulateTinyScreen(join(folder, 'screen'), {
    classes: 3,
    plates: 2,
    wells: 6,
    sites: 1,
    size: 128,
  });
  const options = ['--poolings', 'mean,max', '--baselines', 'none', '--protocols', 'replicate'];
  const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
  const argv = (out: string) => ['compare', table, '--out', out, ...quick, ...options];
  expect((await milscope(...argv(whole))).code).toBe(0);
  const { child, says, ended } = startMilscope(...argv(killed));
  await says(/fold 2 of 2.* fields to train on/);
  child.kill('SIGKILL');
  await ended;
  // A checkpoint that was cut off in the middle would be another story: it is written beside its place and renamed.
  const { code, err } = await milscope(...argv(killed), '--resume');
  expect({ code, err }).toMatchObject({ code: 0 });
  const read = async (out: string) =>
    (await readRows(join(out, 'comparison.csv'))).map(({ Seconds: _, ...row }) => row);
  expect(await read(killed)).toEqual(await read(whole));
});
