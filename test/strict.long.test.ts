/** One file in fifty is broken: everything goes on to the end, says what it left out, and with --strict is not content. */
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

type Row = Readonly<Record<string, string>>;
const folder = temporaryFolder();
const rowsOf = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });
const FIELDS = 100;
let table: string;
/** Numbers of the fields that cannot be read, and the files at fault. */
let broken: readonly (readonly [imageNumber: string, file: string])[];

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { plates: 2, wells: 25, sites: 2 });
  const fields = await rowsOf(table);
  expect(fields).toHaveLength(FIELDS);
  const at = (place: number, column: string) => join(dirname(table), fields[place]![column]!);
  broken = [
    [fields[7]!.ImageNumber!, at(7, 'FileName_Actin')],
    [fields[61]!.ImageNumber!, at(61, 'FileName_DNA')],
  ];
  await truncate(broken[0]![1], 3000);
  await writeFile(broken[1]![1], '');
});

async function expectNamed(skippedFile: string) {
  const skipped = await rowsOf(skippedFile);
  expect(skipped.map(({ ImageNumber, File }) => [ImageNumber, File])).toEqual(broken);
  expect(skipped[0]).toMatchObject({ Error: 'BadImage', Message: expect.stringMatching(/damaged|cut short|end/) });
  expect(skipped[1]).toMatchObject({ Error: 'BadImage', Message: expect.stringContaining('the file is empty') });
}

describe('a screen in which one file in fifty is broken', () => {
  const run = join(folder, 'run');
  const train = (...more: string[]) =>
    milscope(
      ...['train', table, '--label', 'Phenotype', '--holdout', 'Plate=Plate2', '--out', run, '--epochs', '1'],
      ...more,
    );

  it('is trained on, and tested', async () => {
    const { code, out } = await train();
    expect(code).toBe(0);
    expect(out).toContain(`2 fields are left out: see ${run}/skipped.csv`);
    await expectNamed(join(run, 'skipped.csv'));
    expect(await rowsOf(join(run, 'predictions.csv'))).toHaveLength(FIELDS / 2 - 1);
  });

  it('is predicted, and looked at', async () => {
    const predictions = join(folder, 'p.csv');
    const predicted = await milscope('predict', join(run, 'model.onnx'), table, '--out', predictions);
    expect(predicted).toMatchObject({
      code: 0,
      out: expect.stringContaining('2 fields could not be read: see'),
    });
    await expectNamed(join(folder, 'p.skipped.csv'));
    expect(await rowsOf(predictions)).toHaveLength(FIELDS - 2);
    const inspected = await milscope('inspect', table, '--json');
    expect(inspected.code).toBe(0);
  });

  it('makes every command exit with 1 when it is to be strict, with all else done', async () => {
    expect((await train('--overwrite', '--strict')).code).toBe(1);
    const model = join(run, 'model.onnx');
    const strict = async (...words: string[]) => (await milscope(...words, '--strict')).code;
    const predictions = join(folder, 'strict.csv');
    expect(await strict('predict', model, table, '--out', predictions)).toBe(1);
    expect(await rowsOf(predictions)).toHaveLength(FIELDS - 2);
    expect(await strict('inspect', table)).toBe(1);
    expect(await strict('detect', table, '--channel', 'DNA', '--out', join(folder, 'nuclei.csv'))).toBe(1);
    expect(await strict('convert', table, '--out', join(folder, 'plates'))).toBe(1);
  });

  it('and is content with a screen of which all can be read', async () => {
    const whole = await simulateTinyScreen(join(folder, 'whole'), { plates: 1, wells: 2, sites: 1 });
    expect((await milscope('inspect', whole, '--strict')).code).toBe(0);
  });
});
