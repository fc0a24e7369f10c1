import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import { tiffByHand } from '../../image/testing/tiff-by-hand.ts';
import { CELL_WINDOW } from '../../network/cell-window.ts';
import type { ModelDescription } from '../../network/model-file.ts';
import { fitNovelty } from '../../prediction/novelty/reference.ts';
import { measureBlocks } from '../../profiling/block-spectrum.ts';
import { createRandom } from '../../random.ts';
import { adjustmentFor } from '../shared/measure-plates.ts';
import { writeUntrainedModel } from '../testing/untrained-model.ts';
import { watchedHost } from '../testing/watched-host.ts';
import { parseRequest } from '../workflow.ts';
import { openPrediction } from './open-prediction.ts';
import { predictionRows } from './prediction-rows.ts';
import { rowsRequest } from './request.ts';

const folder = temporaryFolder();
const [height, width] = [301, 333];
const table = join(folder, 'fields.csv');
const cells = join(folder, 'cells.csv');

/** Planes of noise on spots, of three channels. */
function planes(seed: number): number[][] {
  const random = createRandom(seed, 'large fields');
  return [300, 500, 700].map((level) =>
    Array.from({ length: height * width }, (_, i) => {
      const spot = Math.sin((i % width) / (5 + seed)) * Math.sin(Math.floor(i / width) / 7);
      return Math.round(level * (1 + 0.5 * spot) + 40 * random.uniform());
    }),
  );
}

beforeAll(async () => {
  const rows: string[] = [];
  for (const seed of [1, 2, 3]) {
    const pages = planes(seed).map((values) => ({ width, height, values }));
    const layout = seed === 2 ? { rowsPerStrip: 16 } : { tile: [64, 48] as const };
    await writeFile(join(folder, `${seed}.tif`), tiffByHand({ pages, bits: 16, ...layout }));
    rows.push(`P1,A0${seed},${[0, 1, 2].map((frame) => `${seed}.tif,${frame}`).join()}`);
  }
  const channels = ['DNA', 'Actin', 'Tubulin'].map((name) => `FileName_${name},Frame_${name}`);
  await writeFile(table, `Metadata_Plate,Metadata_Well,${channels.join()}\n${rows.join('\n')}\n`);
  const centres = [1, 2, 3].flatMap((image) =>
    [
      [3, 4],
      [150.5, 90],
      [166, 99],
      [330, 299],
    ].map(([x, y], i) => `${image},${i + 1},${x},${y}`),
  );
  await writeFile(cells, `ImageNumber,ObjectNumber,Location_Center_X,Location_Center_Y\n${centres.join('\n')}\n`);
});

/** Features of noise, of two classes in wells of their own. */
const novelty = (alone: boolean) => {
  const random = createRandom(7);
  const trained = Array.from({ length: 40 }, (_, i) => {
    const data = Uint16Array.from({ length: 3 * 64 * 64 }, () => 400 + 100 * (i % 2) + 90 * random.uniform());
    const features = measureBlocks({ data, channels: 3, height: 64, width: 64 }, { levels: 3, alone })!;
    return { features, label: String(i % 2), well: `w${i % 10}` };
  });
  return fitNovelty(trained, { levels: 3, alone });
};

/** The rows of the screen, of fields that are seen whole or in parts, and what was said. */
async function rowsBy(
  { wholePixels, ...about }: Partial<ModelDescription> & { wholePixels: number | undefined },
  asked: { symmetries?: boolean; cells?: string; also?: string[] } = {},
) {
  const model = join(folder, 'model.onnx');
  await writeUntrainedModel(model, about);
  const request = parseRequest(rowsRequest, { model, screen: table, ...asked });
  const { host, events } = await watchedHost();
  const prediction = await openPrediction(request, host);
  const adjustment = await adjustmentFor(prediction.model.about, prediction.screen, request, host);
  const rows: PredictionRow[] = [];
  for await (const row of predictionRows(prediction, { ...request, adjustment, wholePixels }, host)) {
    if (row) rows.push(row);
  }
  return { rows, said: JSON.stringify(events) };
}

const SMALL = 10_000;

/** What both ways say of the same fields. */
async function compare(
  about: Partial<ModelDescription>,
  asked: Parameters<typeof rowsBy>[1] = {},
  { tells = true } = {},
): Promise<void> {
  const whole = await rowsBy({ ...about, wholePixels: undefined }, asked);
  const inParts = await rowsBy({ ...about, wholePixels: SMALL }, asked);
  expect(whole.said).not.toContain('in tiles');
  if (tells) expect(inParts.said).toContain('fields of more than 10000 pixels are predicted in tiles of 512 × 512');
  expect(inParts.rows).toHaveLength(whole.rows.length);
  expect(inParts.rows.length).toBeGreaterThanOrEqual(3);
  for (const [i, row] of inParts.rows.entries()) {
    const { probability, bag, summary = [], ...rest } = row;
    const { probability: p, bag: b, summary: parts = [], ...others } = whole.rows[i]!;
    const pairs = [[probability, p], [bag, b], ...summary.map((part, k) => [part, parts[k]!])] as const;
    for (const [own, other] of pairs)
      for (const [k, value] of Array.from(own!).entries()) expect(value).toBeCloseTo(other![k]!, 5);
    expect(rest).toEqual(others);
  }
}

describe('fields that are too large to be held', () => {
  it('have the predictions of the whole, and the same means and novelty', async () => {
    const reference = novelty(false);
    await compare({ ...(reference && { novelty: reference }) });
  });

  it('have them where each is normalized by itself, in all symmetries', async () => {
    const normalization = { mean: [0, 0, 0], deviation: [1, 1, 1], scope: 'field' as const };
    const reference = novelty(true);
    await compare({ normalization, ...(reference && { novelty: reference }) }, { symmetries: true });
  });

  it('have them where plates are made alike', async () => {
    await compare({ normalization: { mean: [500, 500, 500], deviation: [300, 200, 100], scope: 'plate' } });
  });

  it('have those of their cells, whose surroundings are read', async () => {
    const normalization = { mean: [500, 500, 500], deviation: [300, 200, 100], scope: 'plate' as const };
    await compare({ instances: 'cells', cellSize: 64, normalization }, { cells }, { tells: false });
    await compare({ instances: 'cells', cellSize: 64, window: CELL_WINDOW }, { cells }, { tells: false });
  });

  it('are left between two tiles where the work is broken off, and not taken for unreadable', async () => {
    const model = join(folder, 'stopped.onnx');
    await writeUntrainedModel(model);
    const controller = new AbortController();
    const { host, events, pools } = await watchedHost({ signal: controller.signal });
    const request = parseRequest(rowsRequest, { model, screen: table });
    const prediction = await openPrediction(request, host);
    const emit: typeof host.emit = (event) => {
      host.emit(event);
      if (event.event === 'noted' && event.message.includes('in tiles')) controller.abort(new Error('stop'));
    };
    const how = { ...request, adjustment: undefined, wholePixels: SMALL };
    const rows = predictionRows(prediction, how, { ...host, emit });
    await expect(rows.next()).rejects.toThrow('stop');
    expect(pools).toMatchObject({ made: 1, released: 1, runs: 0 });
    expect(events.filter(({ event }) => event === 'lost')).toEqual([]);
  });
});
