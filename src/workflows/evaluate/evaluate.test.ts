import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { isMilscopeError } from '../../errors.ts';
import { assayTable } from '../../evaluation/assay/testing/assay-table.ts';
import { formatPredictionHeader, formatPredictions } from '../../evaluation/prediction-table.ts';
import { hashContent } from '../../files/hash.ts';
import { makeWorkbook, type TestSheet } from '../../tables/testing/make-workbook.ts';
import { writeUntrainedModel } from '../testing/untrained-model.ts';
import { watchedHost } from '../testing/watched-host.ts';
import { evaluate } from './evaluate.ts';

const folder = temporaryFolder();
const predictions = join(folder, 'predictions.csv');
const classes = ['DMSO', 'taxol'];

beforeAll(async () => {
  const rows = [0, 1, 2, 3].map((i) => {
    const probability = Float32Array.of(i < 3 ? 0.75 : 0.25, i < 3 ? 0.25 : 0.75);
    return {
      imageNumber: i + 1,
      metadata: { Metadata_Well: `A0${i + 1}`, Metadata_MOA: classes[i >> 1]! },
      predicted: classes[i < 3 ? 0 : 1]!,
      probability,
      bag: probability,
      model: 'f00',
      channelMeans: [100 * i],
    };
  });
  const columns = { metadata: Object.keys(rows[0]!.metadata), classes, channels: ['DNA'] };
  await writeFile(predictions, formatPredictionHeader(columns) + formatPredictions(rows, columns));
});

describe('evaluate', () => {
  it('gives what metrics.json holds, by its schema, and writes it where asked', async () => {
    const { host } = await watchedHost();
    const out = join(folder, 'metrics.json');
    const metrics = await evaluate({ predictions, label: 'MOA', out }, host);
    expect(existsSync(join(folder, 'predictions.report.html'))).toBe(true);
    expect(metrics.images).toMatchObject({ n: 4, correct: 3, accuracy: 0.75, usedInTraining: null });
    expect(metrics.wells).toMatchObject({ total: 4, correct: 3 });
    expect(evaluate.result.parse(metrics)).toEqual(metrics);
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(metrics);
  });

  it('iterated tells what the reader of labels has to say, and last the figures', async () => {
    const { host } = await watchedHost();
    const labels = join(folder, 'labels.csv');
    await writeFile(labels, 'Metadata_Well,Metadata_MOA\nA01,DMSO\nA02,DMSO\nA03,DMSO\nA04,DMSO\n');
    const map = join(folder, 'map.csv');
    await writeFile(map, 'Well,Dose\nA01,1\nB07,2\n');
    const events = [];
    for await (const event of evaluate({ predictions, label: 'MOA', labels, plateMap: map, report: false }, host))
      events.push(event);
    expect(events.map(({ event }) => event)).toEqual(['noted', 'finished']);
    expect(events[1]).toMatchObject({ result: { images: { correct: 3 }, columns: { label: 'Metadata_MOA' } } });
  });

  it('reads labels from the sheet of a workbook that names wells, and says which it was', async () => {
    const { host } = await watchedHost();
    const labels = join(folder, 'labels.xlsx');
    const sheets = [
      {
        name: 'About',
        rows: [
          ['Author', 'Ada'],
          ['Date', 'May'],
        ],
      },
      {
        name: 'Controls',
        rows: [
          ['Well', 'Control'],
          ['A1', 'DMSO'],
          ['A2', 'DMSO'],
          ['A3', 'DMSO'],
          ['A4', 'taxol'],
        ],
      },
    ];
    await writeFile(labels, await makeWorkbook(sheets));
    const events = [];
    for await (const event of evaluate({ predictions, label: 'Control', labels, report: false }, host))
      events.push(event);
    expect(events).toMatchObject([
      { event: 'noted', message: `${labels}: the sheet "Controls" is read, and not "About"` },
      { result: { images: { n: 4, correct: 4 } } },
    ]);
  });

  it('sets aside fields that the labels do not have or have without a label, and says how many', async () => {
    const { host } = await watchedHost();
    const labels = join(folder, 'controls.csv');
    const tell = async (text: string, label = 'Control') => {
      await writeFile(labels, text);
      const events = [];
      for await (const event of evaluate({ predictions, label, labels, report: false }, host)) events.push(event);
      return events;
    };
    expect(await tell('Well,Control\nA1,DMSO\nA2,NaN\nA4,taxol\n')).toMatchObject([
      { message: `1 of 4 predicted fields has no row in ${labels} and is set aside, such as Metadata_Well A03` },
      { message: '1 of 4 predicted fields has no label in column Metadata_Control and is set aside' },
      { result: { images: { n: 2, correct: 2, unlabelled: 2 } } },
    ]);
    expect(await tell('Control,1,2,3,4\nA,DMSO,DMSO,,\n')).toMatchObject([
      { message: '2 of 4 predicted fields have no label in column Metadata_Control and are set aside' },
      { result: { images: { n: 2, unlabelled: 2 } } },
    ]);
    await expect(tell('Well,Control\nA1,\nA2,NA\n')).rejects.toThrow('column Metadata_Control: no field has a label');
  });

  it('gives each plate the labels of its own sheet', async () => {
    const { host } = await watchedHost();
    const [labels, ofPlates] = [join(folder, 'plates.xlsx'), join(folder, 'plates.csv')];
    const lines = (await readFile(predictions, 'utf8')).trim().split('\n');
    const plates = ['Metadata_Plate', 'P1', 'P2', 'P1', 'P2'];
    await writeFile(ofPlates, lines.map((line, i) => `${plates[i]},${line}\n`).join(''));
    const sheetOf = (name: string, cells: readonly string[]): TestSheet => ({
      name,
      rows: [
        ['Truth', 1, 2, 3, 4],
        ['A', ...cells],
      ],
    });
    const sheets = [sheetOf('P1', Array(4).fill('DMSO')), sheetOf('Plate P2', Array(4).fill('taxol'))];
    await writeFile(labels, await makeWorkbook(sheets));
    const { images, perClass } = await evaluate({ predictions: ofPlates, label: 'Truth', labels, report: false }, host);
    // Of P1 are wells 1 and 3, of P2 are 2 and 4; only the last is predicted taxol.
    expect([images.n, images.correct, perClass.map(({ n }) => n)]).toEqual([4, 3, [2, 2]]);
  });

  it('finds the labels in a workbook below a title, on the sheet that has them, and says so', async () => {
    const { host } = await watchedHost();
    const labels = join(folder, 'controls.xlsx');
    const tell = async (rows: TestSheet['rows']) => {
      const sheets = [
        { name: 'About', rows: [['By Ada']] },
        { name: 'Map', rows },
      ];
      await writeFile(labels, await makeWorkbook(sheets));
      const events = [];
      for await (const event of evaluate({ predictions, label: 'Control', labels, report: false }, host))
        events.push(event);
      return events;
    };
    const wells = [['Controls of June'], [], ['Well', 'Control'], ['A1', 'DMSO'], ['A4', 'taxol']];
    const events = await tell(wells);
    expect(events.slice(0, 2)).toMatchObject([
      { event: 'noted', message: `${labels}: the sheet "Map" is read, and not "About"` },
      { event: 'noted', message: `${labels}: the header is row 3, below "Controls of June"` },
    ]);
    expect(events.at(-1)).toMatchObject({ result: { images: { n: 2, correct: 2 } } });
    const grid = [['Control'], [undefined, 1, 2, 3, 4], ['A', 'DMSO', 'DMSO', undefined, 'taxol']];
    expect((await tell(grid)).at(-1)).toMatchObject({ result: { images: { n: 3, correct: 3, unlabelled: 1 } } });
  });

  it('learns the baselines from the run in the folder of the predictions, or from the one named', async () => {
    const { host } = await watchedHost();
    const run = join(folder, 'run');
    await mkdir(run);
    const field = { imageNumber: 9, split: 'train', label: 'DMSO', channelMeans: [5] };
    await writeFile(join(run, 'run.json'), JSON.stringify({ fields: [field, { ...field, split: 'test' }] }));
    const { baselines, images } = await evaluate({ predictions, label: 'MOA', run, report: false }, host);
    expect(baselines.majorityClass.how).toContain('1 field');
    expect(images.usedInTraining).toBe(0);
  });

  it('warns of labels that differ in case alone, and of predictions without wells', async () => {
    const { host } = await watchedHost();
    const bare = join(folder, 'bare.csv');
    const rows = ['1,DMSO,1,0', '2,DMSO,1,0', '3,dmso,0,1'].map((row) => `${row}\n`).join('');
    await writeFile(bare, `ImageNumber,Metadata_MOA,MIL_Probability_DMSO,MIL_Probability_dmso\n${rows}`);
    const events = [];
    for await (const event of evaluate({ predictions: bare, label: 'MOA', report: false }, host)) events.push(event);
    expect(events).toMatchObject([
      { event: 'warned', message: expect.stringContaining('"DMSO" (2 fields) and "dmso" (1 field)') },
      { event: 'warned', message: expect.stringContaining('nothing names the wells of the predicted fields') },
      { event: 'finished' },
    ]);
  });

  it('refuses the run of another model, and does not use one beside the predictions', async () => {
    const { host } = await watchedHost();
    const run = join(folder, 'other');
    await mkdir(run);
    const fields = [{ imageNumber: 9, split: 'train', label: 'DMSO', channelMeans: [5] }];
    await writeFile(join(run, 'run.json'), JSON.stringify({ fields }));
    await writeFile(join(run, 'model.onnx'), 'another model');
    for (const named of [run, join(run, 'model.onnx')]) {
      const refused = evaluate({ predictions, label: 'MOA', run: named }, host);
      await expect(refused).rejects.toMatchObject({
        tag: 'BadOption',
        details: { option: `run ${named}`, found: 'MIL_Model f00', remedy: expect.stringContaining('run') },
      });
    }
    const moved = join(run, 'predictions.csv');
    const text = await readFile(predictions, 'utf8');
    await writeFile(moved, text);
    const events = [];
    for await (const event of evaluate({ predictions: moved, label: 'MOA', report: false }, host)) events.push(event);
    expect(events).toMatchObject([
      { event: 'noted', message: expect.stringContaining('is of another model than the predictions') },
      { event: 'finished', result: { images: { usedInTraining: null } } },
    ]);
    const own = await hashContent(await readFile(join(run, 'model.onnx')));
    await writeFile(moved, text.replaceAll('f00', own));
    expect((await evaluate({ predictions: moved, label: 'MOA', report: false }, host)).images.usedInTraining).toBe(0);
  });

  it('knows the model of a run in whole numbers, which lies beside it', async () => {
    const { host } = await watchedHost();
    const [run, other] = [join(folder, 'whole'), join(folder, 'whole of another')];
    const activations = Object.fromEntries(
      ['conv2', 'conv3', 'conv4', 'conv5', 'conv6', 'conv7'].map((name) => [name, 1]),
    );
    for (const place of [run, other]) {
      await mkdir(place);
      const fields = [{ imageNumber: 9, split: 'train', label: 'DMSO', channelMeans: [5] }];
      await writeFile(join(place, 'run.json'), JSON.stringify({ fields }));
      await writeUntrainedModel(join(place, 'model.onnx'), place === run ? {} : { run: 'f01' });
      await writeUntrainedModel(join(place, 'fast.onnx'), { int8: { activations, fields: 1 } });
    }
    const table = join(folder, 'of-whole.csv');
    const hash = await hashContent(await readFile(join(run, 'fast.onnx')));
    await writeFile(table, (await readFile(predictions, 'utf8')).replaceAll('f00', hash));
    const evaluated = (place: string) =>
      evaluate({ predictions: table, label: 'MOA', run: place, report: false }, host);
    expect((await evaluated(run)).images.usedInTraining).toBe(0);
    await expect(evaluated(other)).rejects.toMatchObject({ tag: 'BadOption' });
  });

  it('judges the assay where controls are named, by all wells, and names options as users know them', async () => {
    const { host } = await watchedHost();
    const wells = [0.1, 0.12, 0.9, 0.88, 0.5].map((p, i) => {
      const Compound = ['DMSO', 'DMSO', 'taxol', 'taxol', 'x'][i]!;
      return { well: `A0${i + 1}`, p, Compound, MOA: i < 2 ? 'quiet' : i < 4 ? 'active' : '' };
    });
    const table = assayTable(wells);
    const path = join(folder, 'assay.csv');
    await writeFile(path, formatPredictionHeader(table) + formatPredictions(table.rows, table));
    const asked = { predictions: path, label: 'MOA', controlColumn: 'Compound', report: false };
    const { images, assay } = await evaluate({ ...asked, negative: ['DMSO'], positive: ['taxol'] }, host);
    expect(images).toMatchObject({ n: 4, unlabelled: 1 });
    expect(assay).toMatchObject({
      plates: [{ plate: 'P1', negatives: 2, positives: 2 }],
      hits: [{ treatment: 'x', wells: 1, negatives: 2 }],
    });
    expect(assay).not.toHaveProperty('wells');
    const bare = {
      ...table,
      rows: table.rows.map((row) => ({ ...row, metadata: { ...row.metadata, Metadata_MOA: '' } })),
    };
    bare.rows[4] = { ...bare.rows[4]!, metadata: { ...bare.rows[4]!.metadata, Metadata_MOA: 'active' } };
    await writeFile(path, formatPredictionHeader(bare) + formatPredictions(bare.rows, bare));
    const named = await evaluate({ ...asked, negative: ['DMSO'] }, { ...host, nameOption: (option) => `--${option}` });
    expect(named.assay!.notes[0]).toMatch(/no column gives the class .*; --score names another$/);
    await expect(evaluate({ ...asked, controlColumn: undefined, positive: ['taxol'] }, host)).rejects.toThrow(
      'positive controls are set against negative ones',
    );
  });

  it.each([
    ['label', {}, 'text'],
    ['colour', { label: 'MOA', colour: 'red' }, 'no such option'],
    ['seed', { label: 'MOA', seed: -1 }, 'whole number'],
    ['level', { label: 'MOA', level: 1 }, 'this option needs labels'],
    ['plateMap', { label: 'MOA', plateMap: 'map.csv' }, 'this option needs labels'],
  ])('refuses %s in %j', async (option, wrong, words) => {
    const { host } = await watchedHost();
    const error = await evaluate({ predictions, ...wrong } as never, host).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!isMilscopeError(error, 'BadOption')) throw new Error('nothing was refused', { cause: error });
    expect(error.details.option).toBe(option);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('--');
  });
});
