/** Screens that are not of the kind that a model was trained on are told; those that are pass without a word. */
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPredictions } from '../src/evaluation/read-predictions.ts';
import { median } from '../src/evaluation/treatments.ts';
import { nodeFiles } from '../src/files/node-files.ts';
import { describeModel } from '../src/library/onnx.ts';
import { writeUntrainedModel } from '../src/workflows/testing/untrained-model.ts';
import { milscope } from './run-milscope.ts';
import { type SharedRun, sharedRun } from './shared-run.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable } from './tiny-screen.ts';

const folder = temporaryFolder();
let known: SharedRun;
/** The screen of the training, saved with 8 bits in place of 16: its brightest pixels at 255. */
let eightBits: string;

beforeAll(async () => {
  known = await sharedRun();
  const copy = join(folder, 'eight bits');
  await cp(known.screen, copy, { recursive: true });
  for (const name of await readdir(join(copy, 'images'))) {
    const file = join(copy, 'images', name);
    const { data, info } = await sharp(file)
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    const counts = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
    const { width, height } = info;
    await sharp(
      Uint8Array.from(counts, (count) => Math.min(255, count >> 4)),
      { raw: { width, height, channels: 1 } },
    )
      .toColourspace('b-w')
      .png()
      .toFile(file.replace('.tif', '.png'));
  }
  eightBits = await changeTable(join(copy, 'fields.csv'), 'eight.csv', (lines) =>
    lines.map((line) => line.replaceAll('.tif', '.png')),
  );
});

async function predict(screen: string, name: string, ...options: readonly string[]) {
  const out = join(folder, `${name}.csv`);
  const { code, out: said, err } = await milscope('predict', known.model, screen, '--out', out, '--json', ...options);
  expect(code, err).toBe(0);
  return { out, result: JSON.parse(said), err };
}

describe('intensities unlike those of the training', () => {
  it('are said after the first fields and in the end, with the numbers of both', async () => {
    const { result, err } = await predict(eightBits, 'eight');
    const trained = describeModel(await readFile(known.model), known.model).intensities!;
    expect(result.intensities).toMatchObject({ fields: 16, outside: 16 });
    expect(result.intensities.channels).toHaveLength(3);
    for (const [i, { mean, largest, trained: seen }] of result.intensities.channels.entries()) {
      expect(seen).toEqual(trained.channels[i]);
      expect(largest.high).toBeLessThanOrEqual(255);
      expect(mean.high).toBeLessThan(seen.mean.low);
    }
    expect(err).toContain('5 of the first 5 fields have intensities unlike those that the model was trained on');
    const last = err.slice(err.indexOf('16 of 16 fields have intensities unlike'));
    const { mean, largest } = trained.channels[0]!;
    expect(last).toMatch(/DNA: means [\d.]+ to [\d.]+, largest values [\d.]+ to \d+ \(\d bits\)/);
    const number = (value: number) => (value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3))));
    expect(last).toContain(`in training means ${number(mean.low)} to ${number(mean.high)}`);
    expect(last).toContain(`largest values ${largest.low} to ${largest.high}`);
  });

  it('are said by segment too', async () => {
    const two = await changeTable(eightBits, 'two.csv', (lines) => lines.slice(0, 3));
    const { code, err } = await milscope('segment', known.model, two, '--out', join(folder, 'segmented'));
    expect(code, err).toBe(0);
    expect(err).toContain('2 of 2 fields have intensities unlike those that the model was trained on');
  });

  it('are not found in the plate that was held out', async () => {
    const { result, err } = await predict(known.table, 'same');
    expect(result.intensities).toEqual({ fields: 16, outside: 0, channels: [] });
    expect(err).not.toContain('unlike');
  });
});

describe('MIL_Novelty', () => {
  it('ranks fields, the same in the run and in a prediction, and is read back', async () => {
    const { out, result } = await predict(known.table, 'novelty');
    // The reference has the eight fields of Plate1, which are too few to flag any.
    expect(result.novelty).toEqual({ reference: 8, fields: 16, flagged: null, imageNumbers: [] });
    const [all, tested] = await Promise.all([out, known.predictions].map((path) => readPredictions(path, nodeFiles)));
    expect([all!.novelty, tested!.novelty]).toEqual([true, true]);
    const byNumber = new Map(all!.rows.map((row) => [row.imageNumber, row.novelty]));
    for (const { imageNumber, novelty } of tested!.rows) expect(novelty).toBe(byNumber.get(imageNumber));
    for (const { novelty } of all!.rows) {
      expect(novelty).toBeGreaterThanOrEqual(0);
      expect(novelty).toBeLessThan(100);
    }
  });

  it('is higher for fields of another kind, and the median in tables of wells', async () => {
    const { out } = await predict(eightBits, 'wells', '--by', 'well');
    const [fields, wells] = await Promise.all(
      [out, out.replace('.csv', '.by-well.csv')].map((path) => readPredictions(path, nodeFiles)),
    );
    const usual = await readPredictions(known.predictions, nodeFiles);
    const most = Math.max(...usual.rows.map(({ novelty }) => novelty!));
    for (const { novelty } of fields!.rows) expect(novelty).toBeGreaterThan(most);
    for (const { metadata, novelty } of wells!.rows) {
      const own = fields!.rows.filter(
        (row) =>
          row.metadata.Metadata_Plate === metadata.Metadata_Plate &&
          row.metadata.Metadata_Well === metadata.Metadata_Well,
      );
      expect(own).toHaveLength(2);
      expect(novelty).toBeCloseTo(median(own.map((row) => row.novelty!)), 4);
    }
  });

  it('is the same when a field is predicted in tiles', async () => {
    const few = await changeTable(known.table, 'few.csv', (lines) => lines.slice(0, 4));
    const [whole, tiled] = await Promise.all(
      [await predict(few, 'whole'), await predict(few, 'tiled', '--tile', '80')].map(({ out }) =>
        readPredictions(out, nodeFiles),
      ),
    );
    expect(tiled!.rows.map(({ novelty }) => novelty)).toEqual(whole!.rows.map(({ novelty }) => novelty));
  });

  it('is in no table of a model that does not tell it', async () => {
    const table = await predict(known.table, 'again');
    expect((await readFile(table.out, 'utf8')).split('\n')[0]).toContain('MIL_Novelty');
    const other = join(folder, 'untrained.onnx');
    await writeUntrainedModel(other);
    const out = join(folder, 'untrained.csv');
    const { out: said } = await milscope('predict', other, known.table, '--out', out, '--json');
    expect((await readFile(out, 'utf8')).split('\n')[0]).not.toContain('MIL_Novelty');
    expect(JSON.parse(said)).not.toHaveProperty('novelty');
  });
});
