/** Options stand in all that is said and written as whoever reads it knows them. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writePng } from '../src/image/node/write.ts';
import { inspect } from '../src/index.ts';
import type { Image } from '../src/pixels/pixels.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const screen = join(folder, 'fields.csv');

beforeAll(async () => {
  const field = (side: number): Image => ({
    data: Uint8Array.from({ length: side * side }, (_, i) => (i * i) % 251),
    ...{ channels: 1, height: side, width: side },
  });
  const names = ['a', 'b', 'c', 'large'].map((name) => `${name}.png`);
  for (const name of names) await writePng(join(folder, name), field(name === 'large.png' ? 128 : 64));
  const rows = names.map((name, i) => `${name},A0${i + 1},${i % 2 ? 'x' : 'y'}`);
  writeFileSync(screen, ['FileName_DNA,Metadata_Well,Metadata_MOA', ...rows].join('\n'));
});

/** All that was written into a folder, as text. */
function textsIn(place: string): Readonly<Record<string, string>> {
  const names = readdirSync(place, { recursive: true }).map(String);
  const files = names.filter((name) => statSync(join(place, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(place, name), 'utf8')]));
}

const typed = /give a larger (<code>)?--max-pixels/;

describe('the command line', () => {
  it('says and writes options as they are typed', async () => {
    const out = join(folder, 'typed');
    const { code, ...said } = await milscope(
      ...['inspect', screen, '--max-pixels', '5000', '--out', join(out, 'page.html')],
      ...['--log', join(out, 'log'), '--log-format', 'json'],
    );
    expect([code, said.err]).toEqual([0, expect.any(String)]);
    expect(said.out.replaceAll(/\s+/g, ' ')).toMatch(typed);
    expect(said.out).toContain('--label');
    const written = textsIn(out);
    expect(Object.keys(written).sort()).toEqual(['log', 'page.csv', 'page.html', 'page.skipped.csv']);
    for (const name of ['log', 'page.html', 'page.skipped.csv']) expect(written[name]).toMatch(typed);
    expect(written['page.html']).toContain('<code>--label</code>');
    const [lost, finished] = ['lost', 'finished'].map((event) =>
      written.log!.split('\n').find((line) => line.includes(`"event":"${event}"`)),
    );
    expect(lost).toMatch(typed);
    // The result is the document that --json prints.
    expect(finished).toMatch(typed);
    const all = Object.values({ ...said, ...written }).join('\n');
    expect(all).not.toMatch(/[‹›]|maxPixels/);
  });

  it('says them in a failure and in a dry run', async () => {
    const detect = ['detect', screen, '--channel', 'DNA', '--out', join(folder, 'cells.csv'), '--max-pixels'];
    const failed = await milscope(...detect, '100');
    expect(failed.code).toBe(1);
    expect(failed.err).toMatch(/such as .*give a larger --max-pixels/);
    const dry = await milscope(...detect, '5000', '--dry-run', '--json');
    expect(JSON.parse(dry.out).does.join('\n')).toMatch(/Fails if .*check that --channel is/i);
    const json = await milscope(...detect, '100', '--json');
    expect(JSON.parse(json.out).error.found).toContain('give a larger --max-pixels');
    for (const { out, err } of [failed, dry, json]) expect(out + err).not.toMatch(/[‹›]|maxPixels/);
  });
});

it('the library names options as requests do', async () => {
  const out = join(folder, 'library');
  const events = [];
  for await (const event of inspect(screen, { maxPixels: 5000, out: join(out, 'page.html') })) events.push(event);
  expect(JSON.stringify(events.filter(({ event }) => event === 'lost'))).toContain('give a larger maxPixels');
  expect(JSON.stringify(events.at(-1))).toMatch(/give a larger maxPixels.*name the column with label/);
  const said = `${JSON.stringify(events)}${Object.values(textsIn(out)).join('\n')}`;
  expect(said).not.toMatch(/[‹›]|--max-pixels|--label/);
  const failure: unknown = await inspect(screen, { maxPixels: 100 }).then(undefined, (error) => error);
  expect(JSON.stringify(failure)).toContain('give a larger maxPixels');
  expect(`${failure}${JSON.stringify(failure)}`).not.toMatch(/[‹›]/);
});
