import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { changeTable, simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { filesOf } from '../testing/files-of.ts';
import { runUntil } from '../testing/run-until.ts';
import { writeUntrainedModel } from '../testing/untrained-model.ts';
import { predict } from './predict.ts';

const folder = temporaryFolder();
const model = join(folder, 'model.onnx');
const plates = join(folder, 'plates.onnx');
/** Two plates of two wells of two fields: the sites of a well do not follow each other. */
let screen: string;
/** The cells of the screen. */
let cells: string;

beforeAll(async () => {
  const table = await simulateTinyScreen(join(folder, 'screen'), { wells: 2, size: 64 });
  screen = await changeTable(table, 'interleaved.csv', ([header, ...rows]) => [
    header!,
    ...rows.filter((_, i) => i % 2 === 0),
    ...rows.filter((_, i) => i % 2 === 1),
  ]);
  cells = join(dirname(table), 'cells.csv');
  await writeUntrainedModel(model);
  await writeUntrainedModel(plates, { scope: 'plate' });
});

const place = (name: string) => join(folder, name, 'p.csv');
type Options = Partial<Parameters<typeof predict>[0]>;
const run = (name: string, options: Options = {}, progress?: number) =>
  runUntil((host) => predict({ model, screen, out: place(name), report: false, ...options }, host), { progress });
/** What is compared: all but the record, which says when the work was finished. */
const outputs = (name: string) => filesOf(join(folder, name), /record\.json$/);

describe('a prediction that is stopped', () => {
  const all: Options = { by: ['well'] };

  it('goes on to the same bytes of every table, wherever it was stopped, with profiles and groups', async () => {
    const profile = (name: string) => join(folder, name, 'f.csv');
    const whole = await run('whole', { ...all, profile: profile('whole') });
    expect(whole.result).toMatchObject({ fields: 8 });
    const expected = outputs('whole');
    expect(Object.keys(expected).sort()).toEqual(['f.csv', 'p.by-well.csv', 'p.csv']);
    for (const progress of [3, 8]) {
      const name = `stopped ${progress}`;
      const options = { ...all, profile: profile(name) };
      const { error } = await run(name, options, progress);
      const kept = 2 * Math.floor(progress / 2);
      expect(error).toMatchObject({
        tag: 'Interrupted',
        details: {
          problem: `predicting was stopped after ${progress} of 8 fields; ${kept} of 8 fields are kept in ${place(name)}.unfinished`,
          remedy: expect.stringContaining('resume'),
        },
      });
      expect(readdirSync(join(folder, name))).toEqual(['p.csv.unfinished']);
      expect(Object.keys(outputs(name)).filter((path) => /\.(part|lock)$/.test(path))).toEqual([]);
      const resumed = await run(name, { ...options, resume: true });
      expect(resumed.events[0]).toEqual({ event: 'noted', message: `${kept} fields are done already` });
      const begun = resumed.events.filter(({ event }) => event === 'began');
      expect(begun).toMatchObject(kept < 8 ? [{ start: kept, total: 8 }] : []);
      expect(outputs(name)).toEqual(expected);
    }
  });

  it('goes on with cells, which share no batch with those of another well', async () => {
    expect(await run('cells', { cells })).toHaveProperty('result');
    const { error } = await run('stopped cells', { cells }, 20);
    expect(error?.message).toMatch(/after 20 of \d+ cells; \d of 8 fields are kept/);
    expect(await run('stopped cells', { cells, resume: true })).toHaveProperty('result');
    expect(outputs('stopped cells')).toEqual(outputs('cells'));
  });

  it('is in the way of the same command, which says both ways, and is replaced with overwrite', async () => {
    await run('way', {}, 5);
    const { error } = await run('way');
    expect(error).toMatchObject({ tag: 'OutputExists', details: { file: `${place('way')}.unfinished` } });
    expect(error?.details.remedy).toContain('resume');
    expect(error?.details.remedy).toContain('overwrite');
    const { events } = await run('way', { overwrite: true });
    expect(events[0]).toMatchObject({ event: 'began', start: 0 });
    expect(Object.keys(outputs('way'))).toEqual(['p.csv']);
  });

  it('leaves nothing where no well is whole, and can then be resumed or begun', async () => {
    const { error } = await run('early', {}, 1);
    expect(error?.details.problem).toContain('no well was finished');
    expect(error?.details.remedy).toBe('repeat the command to begin again');
    expect(readdirSync(folder)).not.toContain('early');
    const { events, result } = await run('early', { resume: true });
    expect(events[0]).toMatchObject({ event: 'noted', message: expect.stringContaining('nothing to resume') });
    expect(result).toMatchObject({ fields: 8 });
  });

  it('is refused with what differs: model, table, options, version', async () => {
    await run('other', {}, 5);
    const shorter = await changeTable(screen, 'shorter.csv', (lines) => lines.slice(0, -1));
    for (const [options, words] of [
      [{ model: plates }, /the model is not the one/],
      [{ screen: shorter }, /the table of the screen is not the one/],
      [{ symmetries: true }, /symmetries: this was begun otherwise \(found true; expected false\)/],
      [{ profile: join(folder, 'other', 'f.csv') }, /profiles/],
      [{ cells }, /the table of cells is not the one/],
    ] as const) {
      const { error } = await run('other', { ...options, resume: true });
      expect(error?.tag).toBe('ResumeMismatch');
      expect(error?.message).toMatch(words);
    }
    const manifest = `${place('other')}.unfinished/manifest.json`;
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/"milscope":"[^"]*"/, '"milscope":"0.0.0"'));
    expect((await run('other', { resume: true })).error?.message).toContain('another version');
    expect((await run('other', { resume: true, overwrite: true })).error).toMatchObject({ tag: 'BadOption' });
  });

  it('tries wells again of which a field could not be read, and measures plates with it', async () => {
    expect(await run('mended whole', { model: plates })).toHaveProperty('result');
    const image = join(dirname(screen), 'images', 'Plate1_A01_s1_w1.tif');
    renameSync(image, `${image}.away`);
    await run('mended', { model: plates }, 8 + 7);
    renameSync(`${image}.away`, image);
    const { events, result } = await run('mended', { model: plates, resume: true });
    // Of the plate with the field all wells are other now, since its mean is.
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'noted', message: expect.stringMatching(/wells are done again/) }),
    );
    expect(result).toMatchObject({ fields: 8, skipped: 0 });
    expect(outputs('mended')).toEqual(outputs('mended whole'));
  });
});

describe('a prediction that is finished', () => {
  it('is left as it is when it is resumed, and its result told again', async () => {
    const first = await run('done', { by: ['well'] });
    const again = await run('done', { by: ['well'], resume: true });
    expect(again.result).toEqual(first.result);
    expect(again.events).toEqual([{ event: 'noted', message: expect.stringContaining('finished already') }]);
    expect((await run('done', { resume: true })).error).toMatchObject({
      tag: 'ResumeMismatch',
      details: { option: 'by' },
    });
    expect((await run('done', { model: plates, by: ['well'], resume: true })).error).toMatchObject({
      tag: 'ResumeMismatch',
    });
    expect((await run('done', { by: ['well'] })).error).toMatchObject({ tag: 'OutputExists' });
  });
});

describe('two predictions into one table', () => {
  it('are not made at once', async () => {
    const [one, other] = await Promise.all([run('twice'), run('twice')]);
    expect([one, other].filter(({ result }) => result !== undefined)).toHaveLength(1);
    expect([one, other].find(({ error }) => error)?.error).toMatchObject({
      tag: 'InUse',
      details: { file: place('twice'), found: expect.stringContaining(`process ${process.pid} on`) },
    });
  });
});
