import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';
import { simulateTinyScreen } from '../../../../test/tiny-screen.ts';
import { readImage } from '../../../image/read.ts';
import { nodeAccess } from '../../../screen/node/access.ts';
import { writeUntrainedModel } from '../../testing/untrained-model.ts';
import { watchedHost } from '../../testing/watched-host.ts';
import { segment } from '../segment.ts';

const folder = temporaryFolder();
const model = join(folder, 'model.onnx');
let screen: string;

beforeAll(async () => {
  screen = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, wells: 2, sites: 1 });
  await writeUntrainedModel(model);
});

/** Segments the screen in one pass, or with every field taken for a large one. */
async function segmentAs(name: string, options: object, wholePixels: number | undefined) {
  const { host } = await watchedHost();
  const out = join(folder, name);
  const shared = { model, screen, out, leastArea: 5, coupling: 1, tile: 64 };
  const events = [];
  for await (const event of segment({ ...shared, ...options }, { ...host, wholePixels })) events.push(event);
  const last = events.at(-1)!;
  if (last.event !== 'finished') throw new Error('it did not finish');
  return { out, events, result: last.result };
}

const text = (...path: string[]) => readFileSync(join(...path), 'utf8');
async function samePixels(...paths: readonly string[]): Promise<boolean> {
  const [one, other] = await Promise.all(paths.map((path) => readImage(path, {}, nodeAccess)));
  return one!.data.length === other!.data.length && one!.data.every((value, i) => value === other!.data[i]);
}

describe('fields that are segmented in parts', () => {
  it.each([
    ['guided', { recipe: 'guided', reference: 'objects=Cells' }],
    [
      'split',
      {
        recipe: 'plain',
        threshold: 'quantile=0.6',
        split: true,
        diameter: 12,
        reference: 'otsu',
        referenceChannel: 'DNA',
      },
    ],
    ['each', { classes: 'each', recipe: 'plain', channelMaps: true, clearBorder: true }],
  ])('have the files of one pass: %s', async (name, options) => {
    const whole = await segmentAs(`${name}-whole`, options, undefined);
    const parts = await segmentAs(`${name}-parts`, options, 100);
    expect(
      parts.events.filter(({ event }) => event === 'noted').map((event) => ('message' in event ? event.message : '')),
    ).toEqual(expect.arrayContaining([expect.stringMatching(/more than 100 pixels are segmented in parts/)]));
    expect(whole.result.regions).toBeGreaterThan(3);
    const { out: _, galleries: __, report: ___, ...rest } = parts.result;
    expect(whole.result).toMatchObject(rest);
    const listed = async (out: string) => (await readdir(out, { recursive: true })).sort();
    expect(await listed(parts.out)).toEqual(await listed(whole.out));
    for (const file of ['fields.csv', 'regions.csv', 'coco.json', ...('reference' in options ? ['overlap.csv'] : [])]) {
      expect(text(parts.out, file), file).toBe(text(whole.out, file));
    }
    for (const file of (await listed(whole.out)).filter((path) => /\.(geojson|png)$/.test(path))) {
      if (file.endsWith('.geojson')) expect(text(parts.out, file), file).toBe(text(whole.out, file));
      else expect(await samePixels(join(parts.out, file), join(whole.out, file)), file).toBe(true);
    }
    const rows = parse<Record<string, string>>(text(parts.out, 'fields.csv'), { columns: true });
    expect(rows).toHaveLength(2);
  });

  it('leave nothing of their scratch files when they fail', async () => {
    const { host } = await watchedHost();
    const out = join(folder, 'failed');
    const solver = () => ({ size: 1, solve: () => Promise.reject(new Error('no solver')), release: async () => {} });
    const failing = { ...host, wholePixels: 100, beliefSolver: solver };
    await expect(segment({ model, screen, out, report: false }, failing)).rejects.toThrow('no solver');
    expect(await readdir(folder)).not.toContain('failed');
  });
});
