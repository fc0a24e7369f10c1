import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { type FileServer, startFileServer } from '../../download/testing/file-server.ts';
import { createNodeHost } from '../node/node-host.ts';
import { fetchScreen } from './fetch.ts';
import { bbbc021 } from './published-set.ts';
import { publish, threePlates } from './testing/publish.ts';

const folder = temporaryFolder();
const host = await createNodeHost();
let server: FileServer;
let files: Map<string, Buffer>;

beforeAll(async () => {
  files = await publish(threePlates());
  server = await startFileServer((path) => {
    const body = files.get(path);
    return body && { body };
  });
});
afterAll(() => server.close());

it('tells the bytes that have arrived and the plates that failed, and last what became of each', async () => {
  const lost = bbbc021.archiveOf('Week4_27481');
  const content = files.get(lost)!;
  files.delete(lost);
  const out = join(folder, 'told');
  const events = [];
  for await (const event of fetchScreen({ set: 'bbbc021', out, baseUrl: server.url, plates: 2 }, host)) {
    events.push(event);
  }
  files.set(lost, content);
  const size = files.get(bbbc021.archiveOf('Week1_22123'))!.length;
  expect(events.find(({ event }) => event === 'began')).toMatchObject({ task: 'fetching', unit: 'bytes', total: size });
  const arrived = events.flatMap((event) => (event.event === 'progress' ? [event.done] : []));
  expect(Math.max(...arrived)).toBe(size);
  expect(events.filter(({ event }) => event === 'warned')).toMatchObject([
    { message: expect.stringMatching(/^Week4_27481 failed: .*does not have this file/) },
  ]);
  const last = events.at(-1)!;
  const result = last.event === 'finished' ? last.result : undefined;
  expect(fetchScreen.result.parse(result)).toEqual(result);
  expect(result!.plates.map(({ plate, status }) => `${plate} ${status}`)).toEqual([
    'Week1_22123 fetched',
    'Week4_27481 failed',
  ]);
});

it('takes plates as a text, a number or a list', async () => {
  const out = join(folder, 'listed');
  const plates = async (wanted: string | number | string[]) => {
    const result = await fetchScreen({ set: 'bbbc021', out, baseUrl: server.url.slice(0, -1), plates: wanted }, host);
    return result.plates.map(({ plate }) => plate);
  };
  expect(await plates(['Week4', 'Week1_22123'])).toEqual(['Week1_22123', 'Week4_27481']);
  expect(await plates('Week4,Week1_22123')).toEqual(['Week1_22123', 'Week4_27481']);
  expect(await plates(1)).toEqual(['Week1_22123']);
});

it('says how to resume when it is stopped', async () => {
  const controller = new AbortController();
  const stopped = { ...host, signal: controller.signal };
  const run = async () => {
    for await (const { event } of fetchScreen(
      { set: 'bbbc021', out: join(folder, 'stopped'), baseUrl: server.url },
      stopped,
    )) {
      if (event === 'began') controller.abort();
    }
  };
  await expect(run).rejects.toMatchObject({
    tag: 'Interrupted',
    details: { remedy: expect.stringContaining('resume') },
  });
});

it('names the field of a request that makes no sense', async () => {
  const asked = { set: 'bbbc021', out: join(folder, 'wrong'), baseUrl: server.url };
  const wrong = [
    [{ ...asked, set: 'bbbc022' }, 'set'],
    [{ ...asked, baseUrl: 'ftp://example.org' }, 'baseUrl'],
    [{ ...asked, plates: [] }, 'plates'],
    [{ ...asked, plates: 0 }, 'plates'],
    [{ ...asked, plates: 'Week2' }, 'plates Week2'],
    [{ ...asked, connections: 9 }, 'connections'],
    [{ ...asked, plate: 'Week1' }, 'plate'],
  ] as const;
  for (const [request, option] of wrong) {
    await expect(async () => fetchScreen(request as never, host), option).rejects.toMatchObject({
      tag: 'BadOption',
      details: { option },
    });
  }
});
