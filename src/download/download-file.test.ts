import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { downloadFile } from './download-file.ts';
import type { Patience } from './request.ts';
import { type FileServer, type Serving, startFileServer } from './testing/file-server.ts';

const folder = temporaryFolder();
const body = Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7 + (i >> 8)) & 255);
const other = body.map((byte) => byte ^ 255);
let server: FileServer | undefined;
let number = 0;
afterEach(() => server?.close());

/** Serves one file, differently from request to request, and downloads it. */
async function setUp(servings: readonly Partial<Serving>[] | ((before: number) => Partial<Serving>)) {
  server = await startFileServer((path, before) => {
    if (path !== 'file.bin') return undefined;
    const serving = typeof servings === 'function' ? servings(before) : servings[Math.min(before, servings.length - 1)];
    return { body, ...serving };
  });
  const path = join(folder, `${number++}`, 'file.bin');
  const pauses: number[] = [];
  const patience: Patience = { stall: 300, tries: 3, worthwhile: 1, pause: async (ms) => pauses.push(ms) };
  const [troubles, sizes]: [string[], number[]] = [[], []];
  const download = (options: { signal?: AbortSignal; patience?: Partial<Patience> } = {}) =>
    downloadFile(`${server!.url}file.bin`, path, {
      signal: options.signal ?? new AbortController().signal,
      patience: { ...patience, ...options.patience },
      onRetry: (reason) => troubles.push(reason),
      onBytes: (bytes) => sizes.push(bytes),
    });
  const fetchAndKeep = async (options = {}) => {
    const { keep, bytes } = await download(options);
    await keep();
    expect(await readdir(join(path, '..'))).toEqual(['file.bin']);
    expect(bytes).toBe((await readFile(path)).length);
    return readFile(path);
  };
  const ranges = () => server!.seen.map(({ range }) => range);
  /** Where each request wanted to go on; what was on its way when a connection broke may be lost. */
  const starts = () => ranges().map((range) => Number(/\d+/.exec(range ?? '0')![0]));
  return { path, part: `${path}.part`, pauses, troubles, sizes, download, fetchAndKeep, ranges, starts };
}

describe('a download', () => {
  it('waits beside its place until it is kept, or leaves nothing', async () => {
    const { path, part, download, fetchAndKeep, sizes } = await setUp([{}]);
    const { discard } = await download();
    expect([existsSync(path), (await readFile(part)).equals(body)]).toEqual([false, true]);
    expect(sizes.at(-1)).toBe(body.length);
    await discard();
    expect(await readdir(join(path, '..'))).toEqual([]);
    expect(await fetchAndKeep()).toEqual(Buffer.from(body));
  });

  it('resumes after every interruption', async () => {
    const { fetchAndKeep, starts, pauses } = await setUp([{ cutAfter: 20_000 }, { cutAfter: 10_000 }, {}]);
    expect(await fetchAndKeep()).toEqual(Buffer.from(body));
    const [first, second, third] = starts();
    expect([first, second! > 0, third! > second!, third! <= 30_000]).toEqual([0, true, true, true]);
    expect(pauses).toEqual([1000, 1000]);
  });

  it('resumes in another run, by the date without an ETag, and asks for nothing that is complete', async () => {
    const modified = 'Wed, 21 Oct 2015 07:28:00 GMT';
    const dated = { etag: null, modified };
    const { download, fetchAndKeep, starts } = await setUp([{ ...dated, cutAfter: 1234 }, dated]);
    await expect(download({ patience: { tries: 1, worthwhile: 1e6 } })).rejects.toMatchObject({ tag: 'BadDownload' });
    await download();
    expect(await fetchAndKeep()).toEqual(Buffer.from(body));
    expect(starts()).toEqual([0, 1234]);
  });

  it.each<[string, Partial<Serving>[]]>([
    ['ignores ranges', [{ cutAfter: 20_000 }, { ignoreRange: true }]],
    ['has another file by now', [{ body: other, etag: '"two"', cutAfter: 20_000 }, {}]],
    [
      'has another file by now and sends its end',
      [{ body: other, etag: '"two"', cutAfter: 9 }, { ignoreIfRange: true }],
    ],
    ['has a longer file by now', [{ body: other.subarray(9), cutAfter: 9 }, { ignoreIfRange: true }]],
    ['gives nothing to know the file by', [{ body: other, etag: null, cutAfter: 20_000 }, { etag: null }]],
    ['gives weak ETags only', [{ body: other, etag: 'W/"1"', cutAfter: 20_000 }, { etag: 'W/"1"' }]],
  ])('begins anew where the server %s', async (_, servings) => {
    const { fetchAndKeep } = await setUp(servings);
    expect(await fetchAndKeep()).toEqual(Buffer.from(body));
  });

  it('begins anew where what is there is of another address, too long, or cannot be told', async () => {
    const { download, fetchAndKeep, part, ranges } = await setUp([{ cutAfter: 100 }, {}]);
    const interrupt = () => expect(download({ patience: { tries: 1, worthwhile: 1e6 } })).rejects.toThrow();
    await interrupt();
    const about = `${part}.json`;
    await writeFile(about, (await readFile(about, 'utf8')).replace('file.bin', 'elsewhere.bin'));
    await download();
    await appendFile(part, 'more');
    await download();
    await writeFile(about, '{"url":');
    expect(await fetchAndKeep()).toEqual(Buffer.from(body));
    expect(ranges()).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('tries again after errors of the server, when it asks for, and with growing pauses', async () => {
    const down = { status: 503 };
    const { fetchAndKeep, pauses, troubles } = await setUp([
      { status: 500 },
      down,
      { ...down, headers: { 'retry-after': '7' } },
      { ...down, headers: { 'retry-after': '9999' } },
      { status: 429 },
      {},
    ]);
    expect(await fetchAndKeep({ patience: { tries: 6 } })).toEqual(Buffer.from(body));
    expect(pauses).toEqual([1000, 2000, 7000, 120_000, 16_000]);
    expect(troubles[0]).toBe('500 Internal Server Error');
  });

  it('takes silence for a break', async () => {
    const { fetchAndKeep, troubles, starts } = await setUp([{ stallAfter: 0 }, { stallAfter: 500 }, {}]);
    expect(await fetchAndKeep()).toEqual(Buffer.from(body));
    expect(troubles).toEqual(['nothing arrived for 0.3 s', 'nothing arrived for 0.3 s']);
    expect(starts()).toEqual([0, 0, 500]);
  });

  it('is patient with a slow server', async () => {
    const { fetchAndKeep, troubles } = await setUp([{ body: body.subarray(0, 20_000), slow: 20 }]);
    expect(await fetchAndKeep()).toHaveLength(20_000);
    expect(troubles).toEqual([]);
  });

  it('notices that fewer bytes came than were announced', async () => {
    const { fetchAndKeep } = await setUp([{ body: body.subarray(0, 600), length: 50_000 }, {}]);
    expect(await fetchAndKeep()).toEqual(Buffer.from(body));
  });

  it('takes what has no length for whole when it ends well, and for broken when it does not', async () => {
    const { fetchAndKeep, troubles } = await setUp([
      { length: null, cutAfter: 700 },
      { length: null, etag: '"3"' },
    ]);
    expect(await fetchAndKeep()).toEqual(Buffer.from(body));
    expect(troubles).toHaveLength(1);
  });

  it('follows redirections', async () => {
    const { fetchAndKeep } = await setUp([{}]);
    const elsewhere = server!;
    server = await startFileServer(() => ({ body, status: 302, headers: { location: `${elsewhere.url}file.bin` } }));
    expect(await fetchAndKeep()).toEqual(Buffer.from(body));
    await elsewhere.close();
  });

  it.each([403, 404, 410])('gives up at once at %d, naming the address', async (status) => {
    const { download, ranges } = await setUp([{ status }]);
    await expect(download()).rejects.toMatchObject({
      tag: 'BadDownload',
      details: { file: `${server!.url}file.bin`, found: expect.stringContaining(String(status)) },
    });
    expect(ranges()).toHaveLength(1);
  });

  it('gives up after some tries in a row that bring nothing, and keeps what has come', async () => {
    const { download, part, pauses, starts } = await setUp([{ cutAfter: 900 }, { cutAfter: 0 }]);
    await expect(download()).rejects.toThrow(/failed 3 times in a row.*again later to resume/);
    expect(pauses).toEqual([1000, 1000, 2000]);
    expect(starts()).toEqual([0, 900, 900, 900]);
    expect(await readFile(part)).toHaveLength(900);
  });

  it('does not go on for ever where every try brings a little', async () => {
    const { download, starts } = await setUp([{ cutAfter: 10 }]);
    await expect(download({ patience: { worthwhile: 1000 } })).rejects.toMatchObject({ tag: 'BadDownload' });
    expect(starts()).toEqual([0, 10, 20]);
  });

  it('gives up where nobody answers', async () => {
    const { download } = await setUp([{}]);
    await server!.close();
    await expect(download()).rejects.toMatchObject({ tag: 'BadDownload', details: { found: /ECONNREFUSED/ } });
  });

  it('stops when the signal aborts, and resumes the next time', async () => {
    const { download, fetchAndKeep, part, starts } = await setUp([{ stallAfter: 3000 }, {}]);
    const controller = new AbortController();
    const stopped = download({ signal: controller.signal, patience: { stall: 60_000 } });
    setTimeout(() => controller.abort(new Error('enough')), 150);
    await expect(stopped).rejects.toThrow('enough');
    expect(await readFile(part)).toHaveLength(3000);
    await fetchAndKeep();
    expect(starts()).toEqual([0, 3000]);
  });

  it('says where it cannot write', async () => {
    const { path, download } = await setUp([{}]);
    await writeFile(join(path, '..'), 'a file where a folder should be');
    await expect(download()).rejects.toMatchObject({ tag: 'CannotWrite' });
  });

  it('gives the very bytes of the file, wherever it breaks off and whatever the server makes of ranges', async () => {
    const breaks = fc.array(
      fc.record({ cutAfter: fc.nat(20_000), ignoreRange: fc.boolean(), settle: fc.constantFrom(0, 10, 40) }),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(breaks, async (servings) => {
        const { fetchAndKeep } = await setUp([...servings, {}]);
        expect(Buffer.compare(await fetchAndKeep({ patience: { tries: 10 } }), body)).toBe(0);
        await server!.close();
      }),
      { numRuns: 8 },
    );
  });
});
