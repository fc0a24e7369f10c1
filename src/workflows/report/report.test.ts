/** Reports of work from its beginning to its end: what they hold, and that they can be made anew. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { changeTable, simulateTinyScreen } from '../../../test/tiny-screen.ts';
import { textAt } from '../../report/document/columns.ts';
import type { ReportDocument } from '../../report/page/document.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { WorkflowEvent } from '../events.ts';
import { hits } from '../hits/hits.ts';
import { createNodeHost } from '../node/node-host.ts';
import { predict } from '../predict/predict.ts';
import { segment } from '../segment/segment.ts';
import { runUntil } from '../testing/run-until.ts';
import { writeUntrainedModel } from '../testing/untrained-model.ts';
import { watchedHost } from '../testing/watched-host.ts';
import { train } from '../train/train.ts';
import type { Run } from '../workflow.ts';
import { report } from './report.ts';

const folder = temporaryFolder();
const [screens, run, model] = ['screen', 'run', 'model.onnx'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
let screen: string;
const host = () => createNodeHost({ threads: 1, command: ['predict', 'a screen.csv'] });

beforeAll(async () => {
  screen = await simulateTinyScreen(screens);
  await writeUntrainedModel(model);
});

/** What work said, and its result. */
async function told<Result>(work: Run<Result>) {
  const events: WorkflowEvent<Result>[] = [];
  for await (const event of work) events.push(event);
  const last = events.pop();
  if (last?.event !== 'finished') throw new Error('no result');
  return { result: last.result, events };
}

const documentAt = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as ReportDocument;
const columnOf = ({ fields }: ReportDocument, role: string) => fields!.columns.find((column) => column.role === role);
const picturesOf = ({ sheets }: ReportDocument) => sheets.reduce((sum, { tiles }) => sum + tiles, 0);

/** What the page of a report holds as data. */
async function pageAt(path: string) {
  const html = await readFile(path, 'utf8');
  expect(html).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  const [, data] = /<script[^>]*id="data"[^>]*>([\s\S]*?)<\/script>/.exec(html) ?? [];
  return { html, data: JSON.parse(data!) as { readonly rows: number } };
}

describe('a training', () => {
  const request = { label: 'Phenotype', holdout: ['Plate=Plate2'], epochs: 1, batch: 8, validation: 0, out: run };

  it('ends with a report on the fields that were held out, with their pictures and maps', async () => {
    const { report: page, metrics } = await train({ screen, ...request }, host());
    expect(page).toBe(join(run, 'report.html'));
    const { html, data } = await pageAt(page!);
    expect(data.rows).toBe(8);
    const { correct } = metrics!.images;
    expect(html).toContain(`${correct} of 8 fields ${correct === 1 ? 'is' : 'are'} right`);
    const document = documentAt(join(run, 'report', 'document.json'));
    expect(document).toMatchObject({ kind: 'train', sheetsNote: null, metrics, training: { chosenEpoch: 1 } });
    expect(document.training!.epochs).toHaveLength(1);
    expect(document.training!.thresholds).toHaveLength(2);
    expect(picturesOf(document)).toBe(8);
    expect(columnOf(document, 'split')).toMatchObject({ texts: ['test'] });
    expect(document.made.methods).toContain('8 fields (Plate=Plate2) were held out for testing');
    expect(document.made.options).toContainEqual({ name: 'epochs', value: '1' });
    for (const { picture, overlay } of document.galleries.flatMap(({ entries }) => entries)) {
      for (const name of [picture, overlay!]) {
        expect(
          readFileSync(join(run, 'report', name))
            .subarray(8, 12)
            .toString(),
        ).toBe('WEBP');
      }
    }
    expect(document.galleries.length).toBeGreaterThan(0);
  });

  it('has the same report again when the images are gone, and says what else is', async () => {
    const before = documentAt(join(run, 'report', 'document.json'));
    await rename(screens, `${screens}-gone`);
    try {
      await rm(join(run, 'report.html'));
      const made = await report({ place: run }, host());
      expect(made).toEqual({ report: join(run, 'report.html'), kind: 'train', rows: 8, pictures: 8, missing: [] });
      expect(documentAt(join(run, 'report', 'document.json'))).toEqual(before);
      await pageAt(made.report);
      await rm(join(run, 'metrics.jsonl'));
      for (const name of readdirSync(join(run, 'report'))) {
        if (/^sheet/.test(name)) await rm(join(run, 'report', name));
      }
      const less = await report({ place: join(run, 'model.onnx') }, host());
      expect(less).toMatchObject({ rows: 8, pictures: 0 });
      expect(less.missing[0]).toBe('There is no metrics.jsonl: the epochs of the training.');
    } finally {
      await rename(`${screens}-gone`, screens);
    }
  });

  it('leaves nothing without a report, and takes away that of the run it replaces', async () => {
    const result = await train({ screen, ...request, overwrite: true, report: false }, host());
    expect(result.report).toBeNull();
    expect(readdirSync(run).filter((name) => name.startsWith('report'))).toEqual([]);
  });
});

describe('a prediction', () => {
  const out = join(folder, 'p.csv');
  const document = () => documentAt(join(folder, 'report', 'p.document.json'));

  it('has a report beside its table, with figures where fields have labels', async () => {
    const { report: page, fields } = await predict({ model, screen, out }, host());
    expect(page).toBe(join(folder, 'p.report.html'));
    expect(fields).toBe(16);
    expect((await pageAt(page!)).data.rows).toBe(16);
    // The model knows other classes than the screen has.
    expect(document()).toMatchObject({ kind: 'predict', metrics: null, sheetsNote: null });
    expect(picturesOf(document())).toBe(16);
    expect(document().made.command).toBe('milscope predict "a screen.csv"');
    expect(document().map).toEqual({ how: 'PCA of the log odds of the classes of all 16 fields' });
  });

  it('keeps its pictures when it is evaluated, and the figures when it is made anew', async () => {
    const table = await readFile(out, 'utf8');
    const labels = join(folder, 'labels.csv');
    const rows = table
      .trim()
      .split('\n')
      .slice(1)
      .map((_, i) => `${i + 1},${i % 2 ? 'round' : 'long'}`);
    await writeFile(labels, `ImageNumber,Shape\n${rows.join('\n')}\n`);
    const before = document();
    const page = join(folder, 'p.report.html');
    await rm(page);
    const { images } = await evaluate({ predictions: out, label: 'Shape', labels }, host());
    expect(existsSync(page)).toBe(true);
    const evaluated = document();
    expect(evaluated).toMatchObject({ kind: 'evaluate', sheets: before.sheets, map: before.map });
    expect(evaluated.headline.sentences[0]).toContain(`${images.correct} of 16 fields`);
    expect(evaluated.galleries.map(({ kind }) => kind)).toContain('best');
    expect(textAt(columnOf(evaluated, 'truth'), 0)).toBe('long');
    const again = await report({ place: out }, host());
    expect(again).toMatchObject({ kind: 'evaluate', rows: 16, pictures: 16 });
    expect(document()).toEqual(evaluated);
  });

  it('has another report when its table has changed', async () => {
    const lines = (await readFile(out, 'utf8')).trim().split('\n');
    await writeFile(out, `${lines.slice(0, 6).join('\n')}\n`);
    const { result, events } = await told(report({ place: out }, host()));
    expect(result).toMatchObject({ kind: 'predict', rows: 5 });
    const message = expect.stringContaining(`${out} has changed since the report was made: its figures are left out`);
    expect(events).toEqual([{ event: 'noted', message }]);
    expect(document()).toMatchObject({ metrics: null });
    // Its places on the sheets are those of before.
    expect(columnOf(document(), 'thumbnail')).toMatchObject({ numbers: [0, 1, 2, 3, 4] });
  });

  it('keeps pictures of fields that were predicted before it was stopped', async () => {
    const slow = join(folder, 'slow.csv');
    const request = { model, screen, out: slow, workers: 1 };
    const { error } = await runUntil((at) => predict(request, at), { progress: 5 });
    expect(error?.tag).toBe('Interrupted');
    const { report: page } = await predict({ ...request, resume: true }, host());
    const whole = documentAt(join(folder, 'report', 'slow.document.json'));
    expect(page).toBe(join(folder, 'slow.report.html'));
    expect(whole.sheetsNote).toBeNull();
    expect(columnOf(whole, 'thumbnail')).toMatchObject({ numbers: [...Array(16).keys()] });
    // The report on another table in the folder is as it was.
    expect(existsSync(join(folder, 'report', 'p.document.json'))).toBe(true);
    await predict({ ...request, overwrite: true, report: false }, host());
    expect(readdirSync(join(folder, 'report')).filter((name) => name.startsWith('slow'))).toEqual([]);
    expect(existsSync(page!)).toBe(false);
  });

  it('shows cells with the pictures of their fields', async () => {
    const cells = join(folder, 'cells.csv');
    const result = await predict({ model, screen, out: cells, cells: join(screens, 'cells.csv') }, host());
    const found = documentAt(join(folder, 'report', 'cells.document.json'));
    expect(found.fields).toMatchObject({ unit: 'cell', rows: result.cells });
    expect(picturesOf(found)).toBe(16);
    expect(found.galleries[0]!.entries[0]!.picture).toMatch(/^cells\.cell-\d+-\d+\.webp$/);
    expect(await report({ place: cells }, host())).toMatchObject({ rows: result.cells });
  });

  it('is not failed by a report that fails', async () => {
    const { host: watched } = await watchedHost();
    const broken = {
      ...watched,
      pictures: { ...watched.pictures, mosaic: () => Promise.reject(new Error('no memory')) },
    };
    const { result, events } = await told(predict({ model, screen, out: join(folder, 'q.csv') }, broken));
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'warned', message: expect.stringContaining('no memory') }),
    );
    expect(result).toMatchObject({ fields: 16, report: null });
  });
});

it('a segmentation has a report with its overlaps and regions', async () => {
  const out = join(folder, 'segmented');
  const few = await changeTable(screen, 'few.csv', (lines) => lines.slice(0, 4));
  const { report: page, regions } = await segment({ model, screen: few, out, reference: 'objects=Cells' }, host());
  expect(page).toBe(join(out, 'report.html'));
  const document = documentAt(join(out, 'report', 'document.json'));
  expect(document.segmentation!.rows).toHaveLength(3);
  expect(document.segmentation!.columns).toContain('foregroundIoU');
  expect(document.headline.facts[0]).toEqual({ value: String(regions), name: 'regions' });
  expect(picturesOf(document)).toBe(3);
  expect((await report({ place: out }, host())).rows).toBe(3);
});

it('on hits stands beside their table, with the pictures of the very fields that were predicted', async () => {
  const predictions = join(folder, 'p.csv');
  // The same numbers of fields on another plate, of which there is no picture.
  const other = join(folder, 'other.csv');
  const text = await readFile(predictions, 'utf8');
  await writeFile(other, text.replaceAll('Plate1', 'Other1').replaceAll('Plate2', 'Other2'));
  const out = join(folder, 'hits', 'hits.csv');
  const request = { predictions: other, with: [predictions], controlColumn: 'Phenotype', negative: ['normal'], out };
  const found = await hits(request, host());
  expect(found.report).toBe(join(folder, 'hits', 'hits.report.html'));
  const document = documentAt(join(folder, 'hits', 'report', 'hits.document.json'));
  expect(document).toMatchObject({ kind: 'hits', sheets: [{ file: 'hits.sheet-01.webp' }] });
  expect(document.assay!.plates).toEqual(found.plates);
  expect(document.headline.sentences[0]).toMatch(/^\d+ wells of 2 plates were scored by /);
  const [plate, picture] = ['plate', 'thumbnail'].map((role) => columnOf(document, role));
  const pictured = Array.from({ length: document.fields!.rows }, (_, row) => [
    textAt(plate, row)!.startsWith('Plate'),
    (picture as { readonly numbers: readonly (number | null)[] }).numbers[row] != null,
  ]);
  for (const [isOwn, hasPicture] of pictured) expect(hasPicture).toBe(isOwn);
  expect(existsSync(join(folder, 'hits', 'report', 'hits.sheet-01.webp'))).toBe(true);
  await rm(found.report!);
  expect(await report({ place: out }, host())).toMatchObject({ kind: 'hits', report: found.report });
});

it('is made without what only a damaged document had, and says so', async () => {
  const [predictions, kept] = [join(folder, 'p.csv'), join(folder, 'report', 'p.document.json')];
  await writeFile(kept, (await readFile(kept, 'utf8')).slice(0, 1000));
  const { result, events } = await told(report({ place: predictions }, host()));
  expect(result).toMatchObject({ kind: 'predict', rows: 5, pictures: 0 });
  const message = `${kept} is damaged and is passed over, so the report lacks the pictures and notes that only it had`;
  expect(events).toEqual([{ event: 'warned', message }]);
});

describe('what is no result', () => {
  it.each([
    ['nowhere.csv', 'there is nothing of this name'],
    ['screen', 'this is no folder of a run, a comparison or a segmentation'],
  ])('%s is refused with what is expected', async (name, problem) => {
    await expect(report({ place: join(folder, name) }, host())).rejects.toMatchObject({
      tag: 'MissingFile',
      details: { problem },
    });
  });
});
