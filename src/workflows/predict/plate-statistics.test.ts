import { existsSync } from 'node:fs';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { changeTable, simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { writeTiff } from '../../image/node/write.ts';
import { describeModel } from '../../network/model-file.ts';
import { runUntil } from '../testing/run-until.ts';
import { writeUntrainedModel } from '../testing/untrained-model.ts';
import { watchedHost } from '../testing/watched-host.ts';
import { predict } from './predict.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const model = at('plates.onnx');
const ofControls = at('controls.onnx');
/** Two plates of two wells of two fields; A01 of each is a control. */
let screen: string;

beforeAll(async () => {
  const table = await simulateTinyScreen(at('screen'), { wells: 2, size: 64 });
  screen = await changeTable(table, 'treated.csv', ([header, ...rows]) => [
    `${header},Metadata_Drug`,
    ...rows.map((row) => `${row},${row.includes('_A01_') ? 'DMSO' : 'taxol'}`),
  ]);
  const intensities = { mean: [500, 500, 500], deviation: [300, 300, 300] };
  await writeUntrainedModel(model, { scope: 'plate' });
  const reference = { mean: [450, 700, 600], deviation: [200, 150, 100] };
  const controls = { column: 'Drug', values: ['DMSO'] };
  await writeUntrainedModel(ofControls, { normalization: { ...intensities, scope: 'controls', controls, reference } });
});

type Request = Parameters<typeof predict>[0];

/** Predicts, and gives the rows of the table and all that was said. */
async function rowsOf(name: string, options: Partial<Request> = {}) {
  const { host } = await watchedHost();
  const out = at(`${name}.csv`);
  const said: string[] = [];
  for await (const event of predict({ model, screen, out, report: false, ...options }, host)) {
    if (event.event === 'noted') said.push(event.message);
    if (event.event === 'warned') said.push(`warned: ${event.message}`);
    if (event.event === 'ended' && event.text !== undefined) said.push(event.text);
  }
  return { rows: (await readFile(out, 'utf8')).trim().split('\n').slice(1), said };
}

/** A table of some rows of the screen, from 1. */
const partOf = (name: string, ...numbers: readonly number[]) =>
  changeTable(screen, `${name}.csv`, (lines) => lines.filter((_, i) => i === 0 || numbers.includes(i)));

describe('plates of a prediction', () => {
  it('are measured and written; with their table, a part or a single field gets the bytes of the whole', async () => {
    const plateStatistics = at('statistics/plates.csv');
    const whole = await rowsOf('whole', { plateStatistics });
    expect(whole.said).toEqual([
      '2 plates, from 4 fields each',
      `the intensities of plates are in ${plateStatistics}`,
      expect.stringMatching(/^warned: fewer than 12 fields are measured of the plates Plate1 \(4\), Plate2 \(4\): /),
    ]);
    const written = await readFile(plateStatistics, 'utf8');
    expect(written.split('\n')[1]).toMatch(/^Plate1,DNA,plate,4,[\d.]+,[\d.]+$/);
    const apart = await rowsOf('apart', { screen: await partOf('one', 6) });
    expect(apart.said[0]).toBe('1 plate, from 1 field');
    expect(apart.rows).not.toEqual([whole.rows[5]]);
    for (const numbers of [[6], [1, 7]]) {
      const name = `part-${numbers.length}`;
      const part = await rowsOf(name, { screen: await partOf(name, ...numbers), plateStatistics });
      expect(part.rows).toEqual(numbers.map((number) => whole.rows[number - 1]));
      expect(part.said[0]).toBe(`the intensities of plates are those of ${plateStatistics}`);
    }
    expect(await readFile(plateStatistics, 'utf8')).toBe(written);
  });

  it('are read again by what goes on, and decide what is done anew', async () => {
    const plateStatistics = at('resumed-plates.csv');
    const request = { model, screen, out: at('resumed.csv'), plateStatistics, report: false };
    const { error } = await runUntil((host) => predict(request, host), { progress: 8 + 4 });
    expect(error).toMatchObject({ tag: 'Interrupted' });
    const written = await readFile(plateStatistics, 'utf8');
    // Of one plate, another intensity is known by now.
    await writeFile(plateStatistics, written.replace(/^(Plate1,DNA,plate,4,).*$/m, '$1600,400'));
    const { events } = await runUntil((host) => predict({ ...request, resume: true }, host), {});
    expect(JSON.stringify(events)).toContain('are done again');
    const { rows } = await rowsOf('afresh', { plateStatistics });
    expect((await readFile(request.out, 'utf8')).trim().split('\n').slice(1)).toEqual(rows);
    // What is finished is not taken for what another table would give.
    const { host } = await watchedHost();
    const again = { ...request, resume: true };
    await expect(predict(again, host)).resolves.toMatchObject({ fields: 8 });
    await writeFile(plateStatistics, written);
    await expect(predict(again, host)).rejects.toMatchObject({ tag: 'ResumeMismatch' });
    await expect(predict(again, host)).rejects.toThrow(/intensities of the plates are not those/);
  });

  it('are those of control wells where the model was trained so, under other names too', async () => {
    const plateStatistics = at('control-plates.csv');
    const whole = await rowsOf('controls', { model: ofControls, plateStatistics });
    expect(whole.said[0]).toBe('2 plates, from 2 fields of control wells each');
    const named = await changeTable(screen, 'named.csv', ([header, ...rows]) => [
      header!.replace('Metadata_Drug', 'Metadata_Agent'),
      ...rows.map((row) => row.replace(/DMSO$/, 'solvent')),
    ]);
    const renamed = { model: ofControls, screen: named, controlColumn: 'agent', negative: ['Solvent'] };
    const probabilities = (rows: readonly string[]) => rows.map((row) => row.split(/DMSO|solvent|taxol/)[1]);
    expect(probabilities((await rowsOf('renamed', renamed)).rows)).toEqual(probabilities(whole.rows));
    // Samples alone have no controls, but the plate was measured.
    const samples = await partOf('samples', 3, 4);
    const part = await rowsOf('samples', { model: ofControls, screen: samples, plateStatistics });
    expect(part.rows).toEqual(whole.rows.slice(2, 4));
    const { host } = await watchedHost();
    const refused = predict({ model: ofControls, screen: samples, out: at('none.csv') }, host);
    await expect(refused).rejects.toMatchObject({ tag: 'BadOption', details: { option: 'negative DMSO' } });
    await expect(refused).rejects.toThrow(/no field has this value in Metadata_Drug.*taxol.*with plateStatistics/s);
  });

  it('need a control field that can be read', async () => {
    const table = await simulateTinyScreen(at('damaged'), { plates: 1, wells: 2, sites: 1, size: 64 });
    const treated = await changeTable(table, 'treated.csv', ([header, ...rows]) => [
      `${header},Drug`,
      ...rows.map((row, i) => `${row},${i === 0 ? 'DMSO' : 'taxol'}`),
    ]);
    await truncate(join(dirname(table), 'images', 'Plate1_A01_s1_w1.tif'), 300);
    const { host } = await watchedHost();
    const refused = predict({ model: ofControls, screen: treated, out: at('damaged.csv') }, host);
    await expect(refused).rejects.toThrow(/no field of a negative control well that can be read.*on Plate1/s);
    expect(existsSync(at('damaged.csv'))).toBe(false);
  });

  it('lose only the fields of a plate whose control wells cannot be read', async () => {
    const table = await simulateTinyScreen(at('half-damaged'), { plates: 2, wells: 2, sites: 1, size: 64 });
    const treated = await changeTable(table, 'treated.csv', ([header, ...rows]) => [
      `${header},Drug`,
      ...rows.map((row) => `${row},${row.includes('_A01_') ? 'DMSO' : 'taxol'}`),
    ]);
    await truncate(join(dirname(table), 'images', 'Plate1_A01_s1_w1.tif'), 300);
    const plateStatistics = at('half-damaged-plates.csv');
    const { rows, said } = await rowsOf('half-damaged', { model: ofControls, screen: treated, plateStatistics });
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).toContain('Plate2');
    expect(said.join('\n')).toMatch(
      /warned: the other plates go on: .*no field of a negative control well that can be read/,
    );
    const skipped = await readFile(at('half-damaged.skipped.csv'), 'utf8');
    expect(skipped).toMatch(/^1,.*Plate1_A01_s1_w1\.tif/m);
    expect(skipped).toMatch(/^2,.*BadImage,.*the plate Plate1 was not measured.*Mend one of them/m);
    expect(existsSync(plateStatistics)).toBe(false);
    expect(said).toContain(`warned: ${plateStatistics} is not written: nothing is known of Plate1`);
  });

  it('lose only the fields of a plate with a channel that is constant in its control wells', async () => {
    const table = await simulateTinyScreen(at('flat'), { plates: 2, wells: 2, sites: 1, size: 64 });
    const treated = await changeTable(table, 'treated.csv', ([header, ...rows]) => [
      `${header},Drug`,
      ...rows.map((row) => `${row},${row.includes('_A01_') ? 'DMSO' : 'taxol'}`),
    ]);
    const flat = { data: new Uint16Array(64 * 64).fill(500), channels: 1, height: 64, width: 64 };
    await writeTiff(join(dirname(table), 'images', 'Plate2_A01_s1_w1.tif'), flat);
    const plateStatistics = at('flat-plates.csv');
    const { rows, said } = await rowsOf('flat', { model: ofControls, screen: treated, plateStatistics });
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).toContain('Plate1');
    expect(said.join('\n')).toMatch(
      /warned: the other plates go on: .*DNA has one intensity in all control wells of plate Plate2.*500 in every pixel/,
    );
    expect(existsSync(plateStatistics)).toBe(false);
    // Where all fields of a plate are measured, those without the channel get what a plate has on average.
    const whole = await rowsOf('flat-wells', {
      screen: await changeTable(treated, 'a.csv', (lines) => lines.filter((line) => !/_A02_/.test(line))),
    });
    expect(whole.rows).toHaveLength(2);
    expect(whole.said.join('\n')).toContain(
      'warned: the channel DNA has one intensity in all fields of plate Plate2, 500: they are judged without it',
    );
  });

  it('are refused where they are not needed, where one is missing, and where the table cannot be written', async () => {
    const { host } = await watchedHost();
    const plain = at('plain.onnx');
    await writeUntrainedModel(plain);
    const refused = (options: Partial<Request>) => predict({ model, screen, out: at('refused.csv'), ...options }, host);
    await expect(refused({ model: plain, plateStatistics: 'p.csv' })).rejects.toThrow(
      /does not make plates alike.*screen/s,
    );
    await expect(refused({ plateStatistics: at('p.xlsx') })).rejects.toThrow(/ends in \.csv/);
    const half = at('half.csv');
    await writeFile(half, (await readFile(at('statistics/plates.csv'), 'utf8')).replace(/^Plate2.*\n/gm, ''));
    await expect(refused({ plateStatistics: half })).rejects.toThrow(/half\.csv.*no row for Plate2; it has Plate1/s);
    expect(existsSync(at('refused.csv'))).toBe(false);
  });
});

it('a model that says nothing of its controls is refused', async () => {
  const bytes = await readFile(ofControls);
  const text = Buffer.from(bytes).toString('latin1');
  const damaged = Buffer.from(text.replace('"controls":{', '"kontrols":{'), 'latin1');
  expect(() => describeModel(damaged, 'm.onnx')).toThrow(/which wells are the controls/);
});
