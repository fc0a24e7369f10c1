import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { assayTable, type MadeField } from '../../evaluation/assay/testing/assay-table.ts';
import { formatPredictionHeader, formatPredictions } from '../../evaluation/prediction-table.ts';
import { createRandom } from '../../random.ts';
import { watchedHost } from '../testing/watched-host.ts';
import { hits } from './hits.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const doses = [0, 0, 1, 3, 10, 30, 100, 300];
const random = createRandom(5, 'rows of doses');

/** Rows of a plate as BBBC013 has them: two negative wells, rising doses, one positive well. */
function rows(letters: string): MadeField[] {
  return [...letters].flatMap((letter) => {
    const own = doses.map((Dose, i): MadeField => {
      const z = (Dose === 0 ? -4 : -4 + 8 / (1 + (8 / Dose) ** 2)) + 0.1 * random.normal();
      return {
        well: `${letter}0${i + 1}`,
        p: 1 / (1 + Math.exp(-z)),
        Dose,
        Unit: 'nM',
        Compound: Dose === 0 ? 'none' : 'drug',
        Control: Dose === 0 ? 'negative' : 'sample',
      };
    });
    return [
      ...own,
      {
        well: `${letter}09`,
        p: 0.98 + 0.001 * random.normal(),
        Dose: 500,
        Unit: 'nM',
        Compound: 'drug',
        Control: 'positive',
      },
    ];
  });
}

async function write(name: string, fields: readonly MadeField[]): Promise<string> {
  const table = assayTable(fields);
  await writeFile(at(name), formatPredictionHeader(table) + formatPredictions(table.rows, table));
  return at(name);
}

async function told(request: Parameters<typeof hits>[0]) {
  const { host } = await watchedHost();
  const events = [];
  for await (const event of hits(request, host)) {
    if (event.event === 'finished') return { result: event.result, events };
    events.push(event);
  }
  throw new Error('no result');
}

/** A run that was trained on row A. */
async function writeRun(name: string): Promise<string> {
  await mkdir(at(name));
  const fields = assayTable(rows('A')).rows.map(({ imageNumber, metadata }) => {
    return { imageNumber, well: `P1 ${metadata.Metadata_Well}`, split: 'train', label: 'quiet', channelMeans: null };
  });
  await writeFile(join(at(name), 'run.json'), JSON.stringify({ fields }));
  return at(name);
}

const controls = { controlColumn: 'Control', negative: ['negative'], positive: ['positive'] };
let [upper, lower]: string[] = [];

beforeAll(async () => {
  upper = await write('upper.csv', rows('AB'));
  lower = await write('lower.csv', rows('CD'));
});

describe('hits', () => {
  it('decides on two tables together, and writes a table for each thing that is decided', async () => {
    const out = at('hits.csv');
    const { result } = await told({
      predictions: upper!,
      with: [lower!],
      ...controls,
      dose: 'Dose',
      unit: 'Unit',
      out,
    });
    expect(hits.result.parse(result)).toEqual(result);
    expect(result.plates).toMatchObject([{ plate: 'P1', group: null, negatives: 8, positives: 4 }]);
    expect(result.plates[0]!.zPrime!).toBeGreaterThan(0.8);
    expect(result.doseResponse).toMatchObject([{ compound: 'drug', unit: 'nM', reason: null }]);
    const [{ ec50, low, high }] = result.doseResponse as [(typeof result.doseResponse)[number]];
    expect(low!).toBeLessThan(8);
    expect(high!).toBeGreaterThan(8);
    expect(ec50!).toBeCloseTo(8, -1);
    const lines = async (name: string | null) => (await readFile(name!, 'utf8')).trim().split('\n');
    expect((await lines(result.out))[0]).toMatch(/^Metadata_Treatment,Metadata_Compound,.*,Hit,Effect,/);
    expect(await lines(result.out)).toHaveLength(1 + 6);
    const wells = await lines(result.wells);
    expect(wells).toHaveLength(1 + 36);
    expect(wells[0]).toContain(
      'Metadata_control_type,Metadata_Site_Count,Count_Cells,Few_Cells,MIL_Score,MIL_Score_mad_robustize',
    );
    expect(wells.filter((line) => line.includes(',negcon,'))).toHaveLength(8);
    expect((await lines(result.plateQuality))[0]).toContain('Zfactor_MIL_Score');
    expect((await lines(result.doses))[1]).toMatch(/^drug,nM,[\d.]+,/);
    expect(JSON.stringify(result)).not.toContain('"well":"A01","row"');
  });

  it('replaces nothing unasked, and leaves no table of before that has no row now', async () => {
    const out = at('again.csv');
    const request = { predictions: upper!, ...controls, out };
    await told({ ...request, dose: 'Dose' });
    await expect(told(request)).rejects.toMatchObject({ tag: 'OutputExists' });
    const { result } = await told({ ...request, treatment: 'Compound', overwrite: true });
    expect(result.doses).toBeNull();
    await expect(readFile(at('again.doses.csv'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('counts cells of a table, and takes labels of another', async () => {
    const cells = at('cells.csv');
    const sparse = doses.flatMap((_, i) => Array.from({ length: i === 7 ? 2 : 9 }, () => `A0${i + 1}`));
    await writeFile(cells, ['Metadata_Well,X', ...sparse.map((well) => `${well},1`)].join('\n'));
    const bare = await write(
      'bare.csv',
      rows('A').map(({ well, p }) => ({ well, p })),
    );
    const map = at('map.csv');
    const wells = rows('A').map(({ well, Control, Compound }) => `${well},${Control},${Compound}`);
    await writeFile(map, ['Well,Control,Compound', ...wells].join('\n'));
    const { result, events } = await told({
      predictions: bare,
      labels: map,
      cells,
      ...controls,
      out: at('labelled.csv'),
    });
    expect(result.plates).toMatchObject([{ negatives: 2, positives: 1, zPrime: null }]);
    expect(events).toContainEqual({
      event: 'noted',
      message: '2 wells have few cells: a score may tell only of death',
    });
  });

  it('takes doses from a column that is named so, where nothing else tells treatments of a compound apart', async () => {
    const { result, events } = await told({ predictions: upper!, ...controls, out: at('undosed.csv') });
    expect(result.hits.map(({ treatment }) => treatment).sort()).toEqual(
      [1, 3, 10, 30, 100, 300].map((dose) => `drug ${dose} nM`).sort(),
    );
    expect(result.doseResponse).toMatchObject([{ compound: 'drug', unit: 'nM', reason: null }]);
    const message = 'doses are taken from Metadata_Dose, in the unit of Metadata_Unit; name another column with ‹dose›';
    expect(events).toContainEqual({ event: 'noted', message });
    const named = await told({ predictions: upper!, ...controls, treatment: 'Compound', out: at('named.csv') });
    expect(named.result.hits).toHaveLength(1);
    expect(named.result.doseResponse).toEqual([]);
  });

  it('says that the run is not known, or finds it by the record of the predictions', async () => {
    const run = await writeRun('recorded');
    const request = { predictions: upper!, with: [lower!], ...controls, overwrite: true, out: at('recorded.csv') };
    const unknown = (paths: string) => ({
      event: 'noted',
      message: expect.stringContaining(`the run whose model made ${paths} is not known`),
    });
    expect((await told(request)).events).toContainEqual(unknown(`${upper} and ${lower}`));
    const trained = {
      event: 'noted',
      message: expect.stringMatching(/^the model was trained on 3 of the 12 rows of controls/),
    };
    const record = `${upper}.record.json`;
    for (const recorded of [
      { run, model: join(run, 'model.onnx') },
      { run: null, model: join('recorded', 'model.onnx') },
    ]) {
      await writeFile(record, JSON.stringify({ result: recorded }));
      const { events } = await told(request);
      expect(events).toContainEqual(trained);
      expect(events).toContainEqual(unknown(lower!));
    }
    await writeFile(record, '{"result":');
    expect((await told(request)).events).toContainEqual(unknown(`${upper} and ${lower}`));
    await rm(record);
  });

  it('takes a run for the tables whose model it has, and refuses that of none', async () => {
    const run = await writeRun('named');
    const model = join(run, 'model.onnx');
    await writeFile(model, 'a model');
    const own = createHash('sha256').update('a model').digest('hex');
    const table = assayTable(rows('A'));
    const made = { ...table, rows: table.rows.map((row) => ({ ...row, model: own })) };
    await writeFile(at('own.csv'), formatPredictionHeader(made) + formatPredictions(made.rows, made));
    const request = {
      predictions: at('own.csv'),
      with: [lower!],
      run,
      ...controls,
      overwrite: true,
      out: at('of-run.csv'),
    };
    const messages = (await told(request)).events.map((event) => ('message' in event ? event.message : ''));
    expect(messages).toContainEqual(expect.stringMatching(/^the model was trained on 3 of the 9 rows of controls/));
    expect(messages).toContainEqual(expect.stringContaining(`the run whose model made ${lower} is not known`));
    await expect(told({ ...request, predictions: upper!, with: [lower!] })).rejects.toMatchObject({
      tag: 'BadOption',
      details: { option: `run ${run}` },
    });
  });

  it('says that the model was trained on the controls', async () => {
    const run = await writeRun('run');
    const { events } = await told({ predictions: upper!, run, ...controls, out: at('trained.csv') });
    expect(events).toContainEqual({
      event: 'noted',
      message: expect.stringMatching(
        /^the model was trained on 3 of the 6 rows of controls: .* say nothing of the assay/,
      ),
    });
  });

  it.each([
    ['negative nobody', { negative: ['nobody'] }, 'no field has this value in Metadata_Control'],
    ['controlColumn', { controlColumn: 'Kind' }, 'no such column'],
    ['score toxic', { score: 'toxic' }, 'the model does not know this class'],
    ['plateMap', { plateMap: 'map.csv' }, 'this option needs labels'],
    ['out', { out: 'hits.txt' }, 'the kind of table is not known'],
    ['dose', { dose: 'Unit' }, 'is no number from 0 on'],
  ])('refuses %s', async (_, wrong, words) => {
    const request = { predictions: upper!, ...controls, out: at('refused.csv'), ...wrong };
    await expect(told(request as never)).rejects.toThrow(words);
  });
});
