/** The library as a program uses it: calls that are awaited or iterated, and leave nothing open. */
import { existsSync, readdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluate, inspect, isMilscopeError, openModel, openScreen, predict, train } from '../src/index.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
const out = join(folder, 'run');
let table: string;

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'));
  const screen = await openScreen(table);
  await train(screen, {
    ...{ label: 'Phenotype', holdout: { Plate: 'Plate2' }, out, epochs: 1, batch: 4 },
    ...{ threads: 1, plan: 'reference' },
  });
});

describe('a call', () => {
  it('awaited gives the result, with the names that all documents have', async () => {
    const tuned = join(folder, 'tuned');
    const result = await train(table, {
      ...{ label: 'Phenotype', out: tuned, epochs: 1, batch: 4 },
      ...{ threads: 1, plan: 'reference' },
    });
    expect(result).toMatchObject({ run: tuned, model: join(tuned, 'model.onnx'), epochs: 1, skipped: 0 });
    expect(result.modelHash).toBe((await openModel(result.model)).hash);
  });

  it('iterated gives the events, the last of which has the result', async () => {
    const kinds: string[] = [];
    let fields = 0;
    for await (const event of inspect(table, { threads: 1 })) {
      kinds.push(event.event);
      if (event.event === 'finished') fields = event.result.fields.total;
    }
    expect(kinds[0]).toBe('began');
    expect(kinds.at(-1)).toBe('finished');
    expect(fields).toBe(16);
  });

  it('works on a screen of which the caller has taken some fields', async () => {
    const screen = await openScreen(table);
    const some = { ...screen, fields: screen.fields.slice(0, 3) };
    const numbers: number[] = [];
    for await (const row of predict(join(out, 'model.onnx'), some, { threads: 1 })) numbers.push(row.imageNumber);
    expect(numbers).toEqual(some.fields.map(({ imageNumber }) => imageNumber));
  });

  it('refuses what makes no sense by the name of the option', async () => {
    const wrong = predict(join(out, 'model.onnx'), table, { tile: 1, out: join(folder, 'never.csv') });
    await expect(wrong.then()).rejects.toMatchObject({ tag: 'BadOption', details: { option: 'tile' } });
  });
});

describe('predictions', () => {
  it('come row by row, and nothing is written', async () => {
    const before = readdirSync(out);
    const model = await openModel(join(out, 'model.onnx'));
    const screen = await openScreen(table);
    const rows = [];
    for await (const row of predict(model, screen, { threads: 1 })) rows.push(row);
    expect(rows).toHaveLength(screen.fields.length);
    for (const { predicted } of rows) expect(model.about.classes).toContain(predicted);
    expect(readdirSync(out)).toEqual(before);
  });

  it('awaited write the table, which can be evaluated', async () => {
    const file = join(folder, 'predictions.csv');
    const result = await predict(join(out, 'model.onnx'), table, { out: file, threads: 1 });
    expect(result).toMatchObject({ out: file, model: join(out, 'model.onnx'), fields: 16, skipped: 0 });
    const { images } = await evaluate(file, { label: 'Phenotype' });
    expect(images.n).toBe(16);
  });

  it('end when the caller breaks off, and when the signal aborts', async () => {
    for await (const row of predict(join(out, 'model.onnx'), table, { threads: 1 })) {
      expect(row.imageNumber).toBe(1);
      break;
    }
    const stop = new AbortController();
    const run = async () => {
      for await (const _ of predict(join(out, 'model.onnx'), table, { threads: 1, signal: stop.signal })) {
        stop.abort(new Error('enough'));
      }
    };
    await expect(run()).rejects.toMatchObject({ tag: 'Interrupted', cause: { message: 'enough' } });
  });

  it('go on after an image that cannot be read', async () => {
    const screen = await openScreen(table);
    const image = screen.fields[1]!.sources[0]!.file;
    await rename(image, `${image}.kept`);
    await writeFile(image, 'no image');
    try {
      const numbers: number[] = [];
      for await (const row of predict(join(out, 'model.onnx'), screen, { threads: 1 })) numbers.push(row.imageNumber);
      expect(numbers).toHaveLength(screen.fields.length - 1);
    } finally {
      await rename(`${image}.kept`, image);
    }
  });
});

it('errors are told apart by their tags', async () => {
  const error = await openScreen(join(folder, 'gone.csv')).catch((thrown: unknown) => thrown);
  expect(isMilscopeError(error, 'MissingFile') && error.details.file).toBe(join(folder, 'gone.csv'));
  expect(existsSync(join(folder, 'gone.csv'))).toBe(false);
});
