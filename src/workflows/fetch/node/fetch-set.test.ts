import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';
import { type FileServer, type Serving, startFileServer } from '../../../download/testing/file-server.ts';
import { changeDirectory, makeZip } from '../../../download/testing/make-zip.ts';
import { nodeAccess } from '../../../screen/node/access.ts';
import { readScreen } from '../../../screen/read-screen.ts';
import type { WorkEvent } from '../../events.ts';
import { createNodeHost } from '../../node/node-host.ts';
import { bbbc021 } from '../published-set.ts';
import { publish, threePlates } from '../testing/publish.ts';
import { fetchSet, type SetRequest } from './fetch-set.ts';

const folder = temporaryFolder();
const archive = bbbc021.archiveOf;
const [first, second, third] = ['Week1_22123', 'Week4_27481', 'Week10_40111'] as const;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
let files: Map<string, Buffer>;
let server: FileServer | undefined;
let number = 0;
beforeAll(async () => {
  files = await publish(threePlates(), { more: { '__MACOSX/x': 'x', 'Week1_22123/.DS_Store': 'x', 'Thumbs.db': 'x' } });
});
afterEach(() => server?.close());

type Serve = (path: string, before: number, method: string) => Partial<Serving> | undefined;

/** Serves the set, as bad as `bad` says, and fetches it into a folder of its own. */
async function setUp(bad: Serve = () => ({})) {
  server = await startFileServer((path, before, method) => {
    const serving = bad(path, before, method);
    const body = serving?.body ?? files.get(path);
    return body === undefined ? undefined : { body, ...serving };
  });
  const out = join(folder, `${number++}`);
  const said: string[] = [];
  const emit = (event: WorkEvent) => void ('message' in event && said.push(event.message));
  const fetch = async (options: Partial<SetRequest> & { signal?: AbortSignal; free?: number; stall?: number } = {}) =>
    fetchSet(
      {
        ...{ set: bbbc021, folder: out, baseUrl: server!.url, plates: 'all', connections: 1, keepArchives: false },
        sums: new Map(),
        ...options,
      },
      { ...(await createNodeHost({ signal: options.signal })), emit },
      {
        patience: { stall: options.stall ?? 2000, tries: 3, worthwhile: 1, pause: async () => {} },
        ...(options.free !== undefined && { free: async () => options.free! }),
      },
    );
  const statuses = async (options?: Parameters<typeof fetch>[0]) =>
    (await fetch(options)).plates.map(({ plate, status }) => `${plate} ${status}`);
  const asked = (method = 'GET') => server!.seen.filter((one) => one.method === method).map(({ path }) => path);
  const forget = () => server!.seen.splice(0);
  return { out, said, fetch, statuses, asked, forget };
}

describe('fetching a set', () => {
  it('puts every image where the table says it is, and nothing else', async () => {
    const { out, fetch, said } = await setUp();
    const { plates, tables, record } = await fetch();
    expect(plates).toEqual(
      [first, second, third].map((plate) => ({
        ...{ plate, fields: 2, status: 'fetched', images: 6, missing: 0, matched: false },
        ...{ bytes: files.get(archive(plate))!.length, sha256: sha256(files.get(archive(plate))!) },
      })),
    );
    expect(tables).toEqual(['BBBC021_v1_image.csv', 'BBBC021_v1_moa.csv']);
    expect((await readdir(out)).sort()).toEqual([...tables, 'Week1', 'Week10', 'Week4', 'fetch.json'].sort());
    expect(await readdir(join(out, 'Week1', first))).toHaveLength(6);
    for (const name of tables) expect((await readFile(join(out, name))).equals(files.get(name)!)).toBe(true);
    const screen = await readScreen(out, {}, nodeAccess);
    expect(screen.fields).toHaveLength(6);
    for (const { file } of screen.fields.flatMap(({ sources }) => sources)) expect(existsSync(file)).toBe(true);
    const written = JSON.parse(await readFile(record, 'utf8'));
    expect(written.plates[second]).toMatchObject({
      path: 'Week4/Week4_27481',
      url: `${server!.url}${archive(second)}`,
      archive: { sha256: sha256(files.get(archive(second))!), matched: false },
      files: 6,
      images: { files: 6, missing: 0 },
    });
    expect(said.join('')).toMatch(/3 plates to fetch, .* kB; unpacked they need about .* are free/);
  });

  it('asks for nothing that is there and whole, and mends what is not', async () => {
    const { out, statuses, asked, forget } = await setUp((path) => (path.includes('compound') ? undefined : {}));
    expect(await statuses({ plates: 'Week1' })).toEqual([`${first} fetched`]);
    expect((await readScreen(out, {}, nodeAccess)).fields).toHaveLength(2);
    forget();
    expect(await statuses({ plates: 'Week1,Week4' })).toEqual([`${first} present`, `${second} fetched`]);
    expect(asked()).toEqual(['BBBC021_v1_compound.csv', archive(second)]);
    expect((await readScreen(out, {}, nodeAccess)).fields.map(({ metadata }) => metadata.Metadata_Plate)).toEqual([
      first,
      first,
      second,
      second,
    ]);
    const [image, other] = (await readdir(join(out, 'Week1', first))).map((name) => join(out, 'Week1', first, name));
    await truncate(image!, 5);
    await utimes(other!, 1, 1);
    const { mtimeMs } = await stat(other!);
    forget();
    expect(await statuses({ plates: 'Week1,Week4' })).toEqual([`${first} fetched`, `${second} present`]);
    expect((await stat(image!)).size).toBeGreaterThan(5);
    expect((await stat(other!)).mtimeMs).toBe(mtimeMs);
    await rm(join(out, 'Week4'), { recursive: true });
    expect(await statuses({ plates: '2' })).toEqual([`${first} present`, `${second} fetched`]);
  });

  it('fetches several plates at once', async () => {
    const { statuses } = await setUp((_, before) => (before === 0 ? { cutAfter: 100 } : {}));
    expect(await statuses({ connections: 3 })).toEqual([first, second, third].map((plate) => `${plate} fetched`));
  });

  it('keeps archives when asked to, uses those that are there, and leaves them there', async () => {
    const { out, statuses, asked, forget } = await setUp();
    await mkdir(out, { recursive: true });
    const own = join(out, archive(first));
    await writeFile(own, files.get(archive(first))!);
    expect(await statuses({ keepArchives: true, plates: '2' })).toEqual([`${first} fetched`, `${second} fetched`]);
    expect(asked()).not.toContain(archive(first));
    expect((await readdir(out)).filter((name) => name.includes('.zip')).sort()).toEqual(
      [archive(first), archive(second)].sort(),
    );
    await rm(join(out, 'Week4'), { recursive: true });
    forget();
    expect(await statuses({ plates: 'Week4' })).toEqual([`${second} fetched`]);
    expect(asked()).not.toContain(archive(second));
    expect(existsSync(own)).toBe(true);
    await rm(join(out, 'Week1'), { recursive: true });
    await truncate(own, 100);
    const { plates } = await setUp().then(async ({ fetch }) => fetch({ folder: out, plates: 'Week1' }));
    expect(plates[0]).toMatchObject({ status: 'failed', problem: expect.stringMatching(/remove it|Remove it/) });
    expect(existsSync(own)).toBe(true);
  });

  it('says how many images of the table an archive has not', async () => {
    const some = await makeZip({ [`${first}/B02_s1_w10.tif`]: 'x', [`${first}/readme.txt`]: 'y' });
    const { fetch, statuses } = await setUp((path) => (path === archive(first) ? { body: some } : {}));
    const { plates } = await fetch({ plates: '1' });
    expect(plates[0]).toMatchObject({ status: 'fetched', images: 1, missing: 5 });
    expect(await statuses({ plates: '1' })).toEqual([`${first} present`]);
  });
});

describe('a plate that fails', () => {
  it.each<[string, Serve, RegExp]>([
    ['is not there', (path) => (path === archive(second) ? { status: 404 } : {}), /does not have this file .*404/],
    ['breaks off', (path) => (path === archive(second) ? { cutAfter: 0 } : {}), /failed 3 times in a row/],
    [
      'stalls',
      (path, _, method) => (path === archive(second) && method === 'GET' ? { stallAfter: 0 } : {}),
      /nothing arrived/,
    ],
  ])('does not keep the others from coming where it %s', async (_, bad, problem) => {
    const { fetch, out } = await setUp(bad);
    const { plates } = await fetch({ stall: 300 });
    expect(plates.map(({ status }) => status)).toEqual(['fetched', 'failed', 'fetched']);
    expect(plates[1]).toMatchObject({ plate: second, problem: expect.stringMatching(problem) });
    expect(plates[1]).toMatchObject({ problem: expect.stringContaining(`${server!.url}${archive(second)}`) });
    expect((await readScreen(out, {}, nodeAccess)).fields).toHaveLength(4);
    await server!.close();
    const again = await setUp();
    expect(await again.statuses({ folder: out })).toEqual([
      `${first} present`,
      `${second} fetched`,
      `${third} present`,
    ]);
  });

  it.each<[string, (zip: Buffer) => Partial<Serving>]>([
    ['has wrong sums inside', (zip) => ({ body: changeDirectory(zip, 16, (byte) => byte ^ 1) })],
    ['is shorter than it says', (zip) => ({ body: zip.subarray(0, zip.length - 30) })],
    ['is longer than it says', (zip) => ({ body: zip, length: zip.length - 30 })],
    ['is a page', () => ({ body: Buffer.from('<html>log in</html>') })],
  ])('is downloaded once more where it %s, then given up', async (_, broken) => {
    const { fetch, out, asked } = await setUp((path) => (path === archive(first) ? broken(files.get(path)!) : {}));
    const { plates } = await fetch({ plates: '1' });
    expect(plates[0]).toMatchObject({ status: 'failed', problem: expect.stringContaining(archive(first)) });
    expect(asked().filter((path) => path === archive(first)).length).toBeGreaterThanOrEqual(2);
    expect((await readdir(out)).filter((name) => name.includes('.zip'))).toEqual([]);
  });

  it('is mended by the second download where only the first was damaged', async () => {
    const { statuses, said } = await setUp((path, before, method) =>
      path === archive(first) && method === 'GET' && before === 0
        ? { body: changeDirectory(files.get(path)!, 16, (byte) => byte ^ 1) }
        : {},
    );
    expect(await statuses({ plates: '1' })).toEqual([`${first} fetched`]);
    expect(said.join('')).toMatch(/arrived damaged and is downloaded again/);
  });

  it.each<[string, () => Promise<Buffer> | Buffer, RegExp]>([
    ['is of another plate', () => files.get(archive(second))!, /has no image of plate Week1_22123/],
    ['is encrypted', () => changeDirectory(files.get(archive(first))!, 8, (byte) => byte | 1), /encrypted/],
  ])('is refused at once where it %s', async (_, make, problem) => {
    const body = await make();
    const { fetch, asked, out } = await setUp((path) => (path === archive(first) ? { body } : {}));
    const { plates } = await fetch({ plates: '1' });
    expect(plates[0]).toMatchObject({ status: 'failed', problem: expect.stringMatching(problem) });
    expect(asked().filter((path) => path === archive(first))).toHaveLength(1);
    expect(existsSync(join(out, 'Week1'))).toBe(false);
  });

  it('is compared with the sums that the user has', async () => {
    const { fetch, statuses } = await setUp();
    const sums = new Map([first, second].map((plate) => [archive(plate), sha256(files.get(archive(plate))!)]));
    const { plates } = await fetch({ sums: new Map([...sums, [archive(second), '0'.repeat(64)]]) });
    expect(plates).toMatchObject([
      { status: 'fetched', matched: true },
      { status: 'failed', problem: expect.stringMatching(/SHA-256 of the file differs.*expected 0000/) },
      { status: 'fetched', matched: false },
    ]);
    expect(await statuses({ sums })).toEqual([`${first} present`, `${second} fetched`, `${third} present`]);
  });
});

describe('fetching that is stopped', () => {
  it('resumes', async () => {
    const { fetch, out, statuses } = await setUp((path, before, method) =>
      path === archive(first) && method === 'GET' && before === 0 ? { stallAfter: 300 } : {},
    );
    const controller = new AbortController();
    const stopped = fetch({ signal: controller.signal, stall: 60_000, connections: 2 });
    const part = join(out, `${archive(first)}.part`);
    while ((await stat(part).catch(() => undefined))?.size !== 300) await new Promise((r) => setTimeout(r, 20));
    controller.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    expect((await statuses())[0]).toBe(`${first} fetched`);
    expect(server!.seen.filter(({ path }) => path === archive(first)).map(({ range }) => range)).toContain(
      'bytes=300-',
    );
    expect((await readdir(out)).filter((name) => name.includes('.part'))).toEqual([]);
  });
});

describe('before anything is downloaded', () => {
  it('says what room is needed where there is not enough', async () => {
    const { fetch, asked } = await setUp();
    const size = files.get(archive(first))!.length;
    await expect(fetch({ plates: '1', free: 3 * size })).rejects.toMatchObject({
      tag: 'CannotWrite',
      details: { remedy: expect.stringContaining('plates') },
    });
    expect(asked()).not.toContain(archive(first));
    expect((await fetch({ plates: '1', free: 4 * size })).plates[0]!.status).toBe('fetched');
  });

  it('says which plates there are', async () => {
    const { fetch } = await setUp();
    await expect(fetch({ plates: 'Week2' })).rejects.toMatchObject({ tag: 'BadOption' });
  });

  it.each<[string, Serve]>([
    ['a page', () => ({ body: Buffer.from('<html>log in</html>') })],
    ['a table of something else', () => ({ body: Buffer.from('a,b\n1,2\n') })],
    ['a table that leads out of the folder', () => ({ body: Buffer.from('FileName_A,PathName_A\na.tif,../../b\n') })],
    ['nothing', () => ({ status: 404 })],
  ])('refuses %s in place of the table, and leaves none', async (_, bad) => {
    const { fetch, out } = await setUp((path) => (path === bbbc021.fieldTable ? bad(path, 0, 'GET') : {}));
    await expect(fetch()).rejects.toMatchObject({
      tag: 'BadDownload',
      details: { file: `${server!.url}${bbbc021.fieldTable}` },
    });
    expect(await readdir(out)).toEqual([]);
  });

  it('leaves tables alone that are there, and does without those that need not be', async () => {
    const { fetch, out } = await setUp((path) =>
      path.includes('compound') ? { body: Buffer.from('c,s\na,b\n') } : {},
    );
    expect((await fetch({ plates: '1' })).tables).toContain('BBBC021_v1_compound.csv');
    await appendFile(join(out, bbbc021.mechanismTable), 'mine,1,x\r');
    expect((await fetch({ plates: '1' })).tables).toEqual([]);
    expect(await readFile(join(out, bbbc021.mechanismTable), 'utf8')).toContain('mine');
  });

  it('refuses a record that it did not write', async () => {
    const { fetch, out } = await setUp();
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'fetch.json'), '{"mine": true}');
    await expect(fetch()).rejects.toMatchObject({ tag: 'BadTable', details: { file: join(out, 'fetch.json') } });
  });
});
