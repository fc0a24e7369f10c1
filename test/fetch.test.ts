/** A published screen goes the whole way: fetched over a connection that breaks, read, trained on, predicted. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FileServer, startFileServer } from '../src/download/testing/file-server.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { readField } from '../src/screen/read-field.ts';
import { readScreen } from '../src/screen/read-screen.ts';
import { bbbc021 } from '../src/workflows/fetch/published-set.ts';
import { publish } from '../src/workflows/fetch/testing/publish.ts';
import { milscope, startMilscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
const out = join(folder, 'bbbc021');
const [first, second] = ['Week1_22123', 'Week4_27481'] as const;
let server: FileServer;
let files: Map<string, Buffer>;

beforeAll(async () => {
  const table = await simulateTinyScreen(join(folder, 'simulated'));
  const rows: Record<string, string>[] = parse(await readFile(table), { columns: true });
  const fields = rows.map(async (row) => {
    const image = (channel: string) => readFile(join(dirname(table), row[`FileName_${channel}`]!));
    const [DAPI, Tubulin, Actin] = await Promise.all([image('DNA'), image('Tubulin'), image('Actin')]);
    const [well, site, replicate] = [row.Metadata_Well!, row.Metadata_Site!, row.Metadata_Replicate!];
    const path = replicate === '1' ? `Week1/${first}` : `Week4/${second}`;
    return { path, well, site, replicate, compound: row.Metadata_Phenotype!, images: { DAPI, Tubulin, Actin } };
  });
  files = await publish(await Promise.all(fields));
  server = await startFileServer((path, before, method) => {
    const body = files.get(path);
    if (body === undefined) return undefined;
    // The first time the archive of the first plate does not come to its end.
    return { body, ...(path === bbbc021.archiveOf(first) && method === 'GET' && before === 0 && { stallAfter: 9000 }) };
  });
});
afterAll(() => server.close());

const fetch = (...more: string[]) => ['fetch', 'bbbc021', '--out', out, '--base-url', server.url, ...more];

it('stops on Ctrl-C, and goes on', async () => {
  const { child, says, ended } = startMilscope(...fetch('--plates', first, '--connections', '1'));
  await says(/1 plate to fetch/);
  const part = join(out, `${bbbc021.archiveOf(first)}.part`);
  while ((await readFile(part).catch(() => Buffer.alloc(0))).length < 9000) await new Promise((r) => setTimeout(r, 50));
  child.kill('SIGINT');
  expect(await ended).toMatchObject({
    code: 130,
    err: expect.stringMatching(/the download was stopped\. Run the same command again/),
  });

  const { code, out: text } = await milscope(...fetch('--plates', first, '--json'));
  const result = JSON.parse(text);
  expect({ code, plates: result.plates }).toMatchObject({ code: 0, plates: [{ plate: first, status: 'fetched' }] });
  const ranges = server.seen.filter(({ path }) => path === bbbc021.archiveOf(first)).map(({ range }) => range);
  expect(ranges).toContain('bytes=9000-');
  expect((await readdir(out)).sort()).toEqual(
    [bbbc021.fieldTable, bbbc021.mechanismTable, 'Week1', 'fetch.json'].sort(),
  );
});

it('is read and trained on as far as it has come', async () => {
  const screen = await readScreen(out, {}, nodeAccess);
  expect(screen.fields.map(({ metadata }) => metadata.Metadata_Plate)).toEqual(Array(8).fill(first));
  expect(await readField(screen, screen.fields[0]!, nodeAccess)).toMatchObject({ width: 96, height: 96 });
  const run = join(folder, 'run');
  const train = ['train', out, '--label', 'Metadata_MOA', '--fraction', '0.5', '--balance', 'cap=24', '--out', run];
  const quick = ['--epochs', '1', '--batch', '4', '--validation', '0', '--crop', '64'];
  expect(await milscope(...train, ...quick)).toMatchObject({ code: 0 });

  const { code, out: text } = await milscope(...fetch());
  expect(code).toBe(0);
  expect(text).toMatch(/^1 plate fetched, 1 there already: 16 fields in /);
  expect(text).toContain(`milscope train ${out} --label Metadata_MOA`);
  const resumed = await milscope(...train, ...quick, '--resume');
  expect(resumed).toMatchObject({ code: 1, err: expect.stringContaining('not the one that the run was begun with') });
  const table = join(folder, 'predictions.csv');
  expect(await milscope('predict', join(run, 'model.onnx'), out, '--out', table)).toMatchObject({ code: 0 });
  expect(parse(await readFile(table), { columns: true })).toHaveLength(16);
});

it('says what has not come, and what to do', async () => {
  files.delete(bbbc021.archiveOf(second));
  const elsewhere = ['--out', join(folder, 'elsewhere')];
  const { code, out: text } = await milscope(...fetch(...elsewhere));
  expect(code).toBe(1);
  expect(text).toMatch(/^1 plate fetched, 1 failed: 8 fields/);
  expect(text).toContain(`${second}: ${server.url}${bbbc021.archiveOf(second)}: the server does not have this file`);
  expect(text).toContain('Run the same command again');
  expect(await milscope(...fetch(...elsewhere, '--plates', 'Week7'))).toMatchObject({ code: 2 });
  expect(await milscope(...fetch('--base-url', 'ftp://example.org'))).toMatchObject({ code: 2 });
});
