import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { isMilscopeError } from '../../errors.ts';
import { hashContent } from '../../files/hash.ts';
import { filesOf } from '../testing/files-of.ts';
import { runUntil } from '../testing/run-until.ts';
import { writeUntrainedModel } from '../testing/untrained-model.ts';
import { watchedHost } from '../testing/watched-host.ts';
import { parseRequest } from '../workflow.ts';
import { segmentRequest } from './request.ts';
import { segment } from './segment.ts';

const folder = temporaryFolder();
const model = join(folder, 'model.onnx');
let screen: string;

beforeAll(async () => {
  screen = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, wells: 3, sites: 1 });
  await truncate(join(dirname(screen), 'images', 'Plate1_A02_s1_w1.tif'), 700);
  await writeUntrainedModel(model);
});

describe('segment', () => {
  it('tells its progress and what is lost, and last what it came to', async () => {
    const { host, pools } = await watchedHost();
    const out = join(folder, 'events');
    const request = { model, screen, out, reference: 'objects=Cells', classes: 'each', report: false };
    const events = [];
    for await (const event of segment(request, host)) events.push(event);
    expect(events.map(({ event }) => event).filter((event) => event !== 'lost')).toEqual([
      ...['began', 'progress', 'progress', 'progress', 'ended', 'finished'],
    ]);
    expect(events[0]).toEqual({
      ...{ event: 'began', task: 'segmenting', total: 3, unit: 'fields', start: 0, fleeting: false },
    });
    expect(events.filter(({ event }) => event === 'lost')).toMatchObject([{ field: { imageNumber: 2 } }]);
    const last = events.at(-1);
    if (last?.event !== 'finished') throw new Error('it did not finish');
    const { result } = last;
    expect(segment.result.parse(result)).toEqual(result);
    expect(result).toMatchObject({
      ...{ out, model, modelHash: await hashContent(await readFile(model)), fields: 2, skipped: 1 },
      ...{ skippedFile: join(out, 'skipped.csv'), reference: 'the objects Cells', overlap: { fields: 2 } },
      galleries: ['round', 'long'].map((name) => join(out, 'gallery', `${name}.png`)),
    });
    expect(Object.keys(result.perClass)).toEqual(['round', 'long']);
    expect(await readdir(join(out, 'maps'))).toEqual(['long', 'round']);
    expect(pools).toMatchObject({ made: 1, released: 1 });
  });

  it('fails in the end where no reference can be read, with all else done', async () => {
    const { host } = await watchedHost();
    const [out, references] = [join(folder, 'unmeasured'), join(folder, 'references')];
    await mkdir(references);
    for (const well of ['A01', 'A03']) await writeFile(join(references, `Plate1_${well}_s1_w1.png`), 'no image');
    const request = { model, screen, out, reference: references, gallery: 0 };
    const words =
      /^.*fields.csv, reference: no reference can be read, so no mask was measured; all else was done and is in /;
    const reasons = /BadImage in 2 of them, such as .*Plate1_A01_s1_w1.png.*repeat the command with overwrite/;
    const failed = segment(request, host);
    await expect(failed).rejects.toMatchObject({ tag: 'TooManyUnreadable', message: expect.stringMatching(words) });
    await expect(failed).rejects.toThrow(reasons);
    expect(await readdir(join(out, 'masks'))).toHaveLength(2);
    expect(await readFile(join(out, 'skipped.csv'), 'utf8')).toMatch(/Plate1_A03_s1_w1\.png/);
    // Asked again, it is finished, and still nothing was measured.
    await expect(segment({ ...request, resume: true }, host)).rejects.toThrow(words);
    const table = join(folder, 'screen', 'without.csv');
    const header = (await readFile(screen, 'utf8')).replace('ObjectsFileName_Cells', 'ObjectsFileName_Other');
    await writeFile(table, header);
    const none = segment({ ...request, screen: table, out: join(folder, 'none'), reference: 'objects=Cells' }, host);
    // What no row names is refused before any work.
    await expect(none).rejects.toMatchObject({ tag: 'MissingColumn', details: { found: 'Other, Nuclei' } });
    expect(await readdir(folder)).not.toContain('none');
  });

  it('awaited gives its result', async () => {
    const { host } = await watchedHost();
    const result = await segment(
      { model, screen, out: join(folder, 'awaited'), gallery: 0, classes: ['long'], report: false },
      host,
    );
    expect(result).toMatchObject({ fields: 2, galleries: [], reference: null, overlap: null, perClass: { round: 0 } });
  });

  it('leaves no table and no worker behind when a caller breaks off', async () => {
    const { host, pools } = await watchedHost();
    const out = join(folder, 'broken');
    for await (const { event } of segment({ model, screen, out }, host)) if (event === 'progress') break;
    expect(pools).toMatchObject({ made: 1, released: 1 });
    const beside = ['maps', 'masks', 'regions', 'unfinished'];
    expect((await readdir(out)).filter((name) => !beside.includes(name))).toEqual([]);
  });

  it('that is stopped goes on to the same bytes of every file, pictures too, and is left as it is once finished', async () => {
    const run = (name: string, more: object = {}, progress?: number) => {
      const own = { out: join(folder, name), reference: 'objects=Cells', classes: 'each', report: false };
      const request = { model, screen, ...own, ...more };
      return runUntil((host) => segment(request, host), { progress });
    };
    const outputs = (name: string) => filesOf(join(folder, name), /record\.json$/);
    expect((await run('whole')).result).toMatchObject({ fields: 2, skipped: 1 });
    const { error } = await run('stopped', {}, 2);
    expect(error?.details.problem).toMatch(/stopped after 2 of 3 fields; 2 of 3 fields are kept in .*unfinished$/);
    const refused = (await run('stopped')).error;
    expect(refused).toMatchObject({ tag: 'OutputExists', details: { remedy: expect.stringContaining('resume') } });
    expect((await run('stopped', { resume: true, edge: 0.4 })).error).toMatchObject({ details: { option: 'edge' } });
    const { events, result } = await run('stopped', { resume: true });
    expect(events.slice(0, 2)).toMatchObject([
      { message: '1 field is done already' },
      { message: '1 well is done again, since something of them could not be read or has changed' },
    ]);
    expect(outputs('stopped')).toEqual(outputs('whole'));
    expect(Object.keys(outputs('stopped'))).toContain('gallery/round.png');
    const again = await run('stopped', { resume: true });
    expect(again.result).toEqual(result);
    const { events: anew } = await run('stopped', { overwrite: true }, 1);
    expect(anew[0]).toMatchObject({ event: 'began', start: 0 });
  });

  it.each([
    ['colour', { colour: 'red' }],
    ['recipe', { recipe: 'magic' }],
    ['classes', { classes: ['blue'] }],
    ['threshold', { threshold: 'quantile=2' }],
    ['threshold', { threshold: { kind: 'quantile', share: 2 } }],
    ['threshold', { threshold: 'otsu' }],
    ['edge', { edge: 0.5, recipe: 'plain' }],
    ['reference', { reference: 'nowhere' }],
    ['referenceChannel', { reference: 'objects', referenceChannel: 'DNA' }],
    ['writeLabels', { writeLabels: true }],
  ])('refuses %s in %j', async (option, wrong) => {
    const { host } = await watchedHost();
    const request = { model, screen, out: join(folder, 'refused'), ...wrong };
    const error = await segment(request as never, host).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!isMilscopeError(error, 'BadOption')) throw new Error('nothing was refused', { cause: error });
    expect(error.details.option).toMatch(new RegExp(`^${option}\\b`));
    expect(error.message).not.toContain('--');
    expect(await readdir(folder)).not.toContain('refused');
  });

  it('refuses a folder that holds something, and a file', async () => {
    const { host } = await watchedHost();
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const out of [dirname(screen), file]) {
      await expect(segment({ model, screen, out }, host)).rejects.toMatchObject({ tag: 'OutputExists' });
    }
  });

  it.each([
    ['otsu', { kind: 'otsu' }],
    ['otsu-3', { kind: 'otsu-3', middle: 'foreground' }],
    ['quantile=0.2', { kind: 'quantile', share: 0.2 }],
    ['value=-12.5', { kind: 'value', value: -12.5 }],
    [
      { kind: 'otsu-3', middle: 'background' },
      { kind: 'otsu-3', middle: 'background' },
    ],
  ])('reads the threshold %j', (threshold, expected) => {
    expect(parseRequest(segmentRequest, { model, screen, out: 'o', threshold }).threshold).toEqual(expected);
  });
});
