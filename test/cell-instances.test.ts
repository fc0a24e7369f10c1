/** Cells as instances: bags of cells in training, a row a cell and pooled rows in prediction. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeTiff } from '../src/image/node/write.ts';
import { readImage } from '../src/image/read.ts';
import { describeModel } from '../src/library/onnx.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { openPackage } from './bioimage-package.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

type Row = Record<string, string>;
const folder = temporaryFolder();
const rowsOf = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });
const recordOf = async (run: string) => JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));

/** Writes a square image turned by a quarter to the right. */
async function turnRight(from: string, to: string): Promise<void> {
  const { data, height, width } = await readImage(from, {}, nodeAccess);
  const turned = Uint16Array.from(data, (_, i) => data[(height - 1 - (i % height)) * width + Math.floor(i / height)]!);
  await writeTiff(to, { data: turned, channels: 1, height: width, width: height });
}

/** Writes tables into a folder, and gives their paths. */
const writeTables = (into: string, tables: Readonly<Record<string, readonly object[]>>) =>
  Promise.all(
    Object.entries(tables).map(async ([name, rows]) => {
      const path = join(into, `${name}.csv`);
      await writeFile(path, stringify([...rows], { header: true }));
      return path;
    }),
  );

let table: string;
let cells: string;
const whole = join(folder, 'whole');
const wells = join(folder, 'wells');
const argv = (run: string, ...more: string[]) => [
  ...['train', table, '--label', 'Phenotype', '--out', run, '--holdout', 'Plate=Plate2', '--cell-size', '66'],
  ...['--epochs', '3', '--batch', '4', '--validation', '0.25', ...more],
];
const outputs = (row: Row) => Object.entries(row).filter(([name]) => /^MIL_(Probability|Bag)_/.test(name));

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { size: 160 });
  cells = join(dirname(table), 'cells.csv');
  const trained = await milscope(...argv(whole, '--cells', 'auto'));
  expect(trained).toMatchObject({ code: 0, err: expect.stringContaining('the instances of each field') });
  expect(await milscope(...argv(wells, '--cells', cells, '--bag', 'well'))).toMatchObject({ code: 0 });
});

describe('milscope train with cells as instances', () => {
  it('says in run and model what an instance is, and how nuclei were found', async () => {
    const { options, fields } = await recordOf(whole);
    expect(options).toMatchObject({
      ...{ instances: 'cells', bag: 'field', crop: 66, batch: 4 },
      cells: { file: 'nuclei in DNA', nuclei: { channel: 'DNA' }, size: 66, perField: 16 },
    });
    for (const { cells: count } of fields) expect(count).toBeGreaterThan(0);
    const about = describeModel(await readFile(join(whole, 'model.onnx')), 'model.onnx');
    expect(about).toMatchObject({ instances: 'cells', bag: 'field', cellSize: 66, nuclei: { channel: 'DNA' } });
    const ofWells = describeModel(await readFile(join(wells, 'model.onnx')), 'model.onnx');
    expect(ofWells).toMatchObject({ instances: 'cells', bag: 'well' });
    expect(ofWells.nuclei).toBeUndefined();
  });

  it.each([
    ['cells without their places', ['--instances', 'cells'], '--cells auto'],
    ['positions beside cells', ['--instances', 'positions', '--cells', 'auto'], '--instances positions'],
    ['wells of positions', ['--bag', 'well'], '--bag well'],
    ['a channel of nuclei that nobody looks for', ['--nuclei-channel', 'DNA'], '--nuclei-channel'],
  ])('refuses %s', async (_, more, words) => {
    const args = argv(join(folder, 'refused'), ...more).filter((arg) => arg !== '--cell-size' && arg !== '66');
    const { code, err } = await milscope(...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(words) });
  });

  it('refuses a channel that is not there, and names those that are', async () => {
    const { code, err } = await milscope(
      ...argv(join(folder, 'refused'), '--cells', 'auto', '--nuclei-channel', 'GFP'),
    );
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('one of DNA, Actin, Tubulin') });
  });

  it('says beforehand what it would do', async () => {
    const { code, out } = await milscope(...argv(join(folder, 'rehearsed'), '--cells', 'auto', '--dry-run'));
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('16 cells of each') });
  });
});

describe('milscope predict with a model of cells', () => {
  const predict = async (run: string, ...more: string[]) => {
    const out = join(folder, `${Math.random()}.csv`);
    const ended = await milscope('predict', run, table, '--out', out, ...more);
    return { ...ended, of: (by: string) => rowsOf(out.replace(/csv$/, `by-${by}.csv`)), cells: () => rowsOf(out) };
  };

  it('gives each cell the class whose bag it would make, and pools them by field', async () => {
    const predicted = await predict(whole, '--cells', 'auto', '--by', 'field,well,treatment');
    expect(predicted).toMatchObject({ code: 0 });
    const rows = await predicted.cells();
    const { fields } = await recordOf(whole);
    const known = fields.reduce((sum: number, field: { cells: number }) => sum + field.cells, 0);
    expect(rows).toHaveLength(known);
    for (const row of rows) {
      const bag = ['normal', 'large nuclei'].map((name) => Number(row[`MIL_Bag_${name}`]));
      const probability = ['normal', 'large nuclei'].map((name) => Number(row[`MIL_Probability_${name}`]));
      expect(Number(row[`MIL_Bag_${row.MIL_Predicted}`])).toBe(Math.max(...bag));
      expect(probability[0]! + probability[1]!).toBeCloseTo(1, 5);
    }
    const ofFields = await predicted.of('field');
    expect(ofFields).toHaveLength(16);
    const tested = await rowsOf(join(whole, 'predictions.csv'));
    expect(tested).toHaveLength(8);
    for (const row of tested) {
      const same = ofFields.find(({ ImageNumber: number }) => number === row.ImageNumber)!;
      expect(same.MIL_Predicted).toBe(row.MIL_Predicted);
      for (const [name, value] of outputs(row)) expect(Number(same[name])).toBeCloseTo(Number(value), 5);
    }
    // Wells and treatments are the medians of their fields.
    const [well] = await predicted.of('well');
    const own = ofFields.filter((row) => row.Metadata_Plate === well!.Metadata_Plate);
    const inWell = own.filter((row) => row.Metadata_Well === well!.Metadata_Well);
    for (const [name, value] of outputs(well!)) {
      expect(Number(value)).toBeCloseTo(inWell.reduce((sum, row) => sum + Number(row[name]), 0) / inWell.length, 5);
    }
    expect((await predicted.of('treatment')).length).toBeGreaterThan(0);
  });

  it('pools the cells of a well where it was trained on wells, whatever their field', async () => {
    const predicted = await predict(wells, '--cells', cells, '--by', 'field,well');
    expect(predicted).toMatchObject({ code: 0 });
    const [ofWells, ofFields] = [await predicted.of('well'), await predicted.of('field')];
    for (const well of ofWells) {
      const own = ofFields.filter(
        (row) => row.Metadata_Well === well.Metadata_Well && row.Metadata_Plate === well.Metadata_Plate,
      );
      const [first, second] = own.map((row) => Number(row.MIL_Bag_normal)).sort((a, b) => a - b);
      // Noisy-AND grows with the mean over the cells, and that over both fields lies between those of each.
      expect(Number(well.MIL_Bag_normal)).toBeGreaterThanOrEqual(first! - 1e-6);
      expect(Number(well.MIL_Bag_normal)).toBeLessThanOrEqual(second! + 1e-6);
    }
  });

  it('says the same of a screen that is turned round, if it averages over symmetries', async () => {
    const numbers = ['9', '10'];
    const turned = join(folder, 'turned');
    const files = (await rowsOf(table)).filter((row) => numbers.includes(row.ImageNumber!));
    await mkdir(join(turned, 'images'), { recursive: true });
    for (const row of files) {
      for (const name of ['DNA', 'Actin', 'Tubulin'].map((channel) => row[`FileName_${channel}`]!)) {
        await turnRight(join(dirname(table), name), join(turned, name));
      }
    }
    // None is half-way between two pixels: which of them is in the middle would depend on the side.
    const own = (await rowsOf(cells)).flatMap((row) => {
      const [x, y] = [Number(row.Location_Center_X) + 0.001, Number(row.Location_Center_Y) + 0.001];
      return numbers.includes(row.ImageNumber!) ? [{ ...row, Location_Center_X: x, Location_Center_Y: y }] : [];
    });
    const around = own.map((row) => ({
      ...row,
      Location_Center_X: 159 - row.Location_Center_Y,
      Location_Center_Y: row.Location_Center_X,
    }));
    const told = await writeTables(turned, { fields: files, cells: around });
    const ofScreen = await writeTables(dirname(table), { few: files, fewCells: own });
    const predicted = async ([screen, centres]: readonly string[], ...more: string[]) => {
      const out = join(folder, `${Math.random()}.csv`);
      const argv = ['predict', whole, screen!, '--cells', centres!, '--by', 'field', '--out', out, ...more];
      expect(await milscope(...argv)).toMatchObject({ code: 0 });
      const rows = [...(await rowsOf(out)), ...(await rowsOf(out.replace(/csv$/, 'by-field.csv')))];
      return rows.flatMap((row) => outputs(row).map(([, value]) => Number(value)));
    };
    const farthest = (one: readonly number[], other: readonly number[]) =>
      Math.max(...one.map((value, i) => Math.abs(value - other[i]!)));
    const [plain, around90] = [await predicted(ofScreen), await predicted(told)];
    expect(plain).toHaveLength(4 * (own.length + numbers.length));
    expect(farthest(plain, around90)).toBeGreaterThan(1e-3);
    expect(farthest(await predicted(ofScreen, '--symmetries'), await predicted(told, '--symmetries'))).toBeLessThan(
      1e-5,
    );
  });

  it('gives tables that evaluate takes', async () => {
    const out = join(folder, 'evaluated.csv');
    expect(
      await milscope('predict', whole, table, '--out', out, '--cells', 'auto', '--by', 'field,well'),
    ).toMatchObject({ code: 0 });
    for (const by of ['field', 'well']) {
      const own = out.replace(/csv$/, `by-${by}.csv`);
      const { code, out: document } = await milscope('evaluate', own, '--label', 'Phenotype', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(document).images.n).toBe(by === 'field' ? 16 : 8);
    }
    // What a field was used for is known by its number, its well and its intensities.
    const own = out.replace(/csv$/, 'by-field.csv');
    const evaluated = await milscope('evaluate', own, '--label', 'Phenotype', '--run', whole, '--json');
    const { fields, validation } = await recordOf(whole);
    expect(validation.by).toBe('last');
    const trained = fields.filter(({ split }: { split: string }) => split === 'train').length;
    expect(JSON.parse(evaluated.out).images.usedInTraining).toBe(trained);
    expect(trained).toBeGreaterThan(0);
  });

  it('gives a field without cells an answer in which no class is found', async () => {
    const few = await changeTable(cells, 'few.csv', (lines) => lines.filter((line) => !/^3,/.test(line)));
    const nowhere = await changeTable(few, 'nowhere.csv', (lines) => [
      ...lines,
      '3,1,5000,3,Plate1,A02,1,1,x,1,x,normal,0,normal',
    ]);
    const predicted = await predict(whole, '--cells', nowhere, '--by', 'field');
    expect(predicted.code).toBe(0);
    const row = (await predicted.of('field')).find(({ ImageNumber: number }) => number === '3')!;
    expect([row.MIL_Bag_normal, row['MIL_Bag_large nuclei']]).toEqual(['0', '0']);
    const probability = ['normal', 'large nuclei'].map((name) => Number(row[`MIL_Probability_${name}`]));
    expect(probability[0]! + probability[1]!).toBeCloseTo(1, 5);
  });

  it('asks where the cells are', async () => {
    const predicted = await predict(whole);
    expect(predicted).toMatchObject({ code: 2, err: expect.stringContaining('--cells auto') });
  });
});

describe('what else is made of a model of cells', () => {
  it('is maps and masks of whole fields', async () => {
    const out = join(folder, 'segmented');
    const { code, err } = await milscope('segment', whole, table, '--out', out, '--reference', 'objects=Cells');
    expect(code, err).toBe(0);
    const overlap = await rowsOf(join(out, 'overlap.csv'));
    expect(overlap).toHaveLength(16);
    for (const row of overlap) expect(Number(row.foregroundIoU)).toBeGreaterThanOrEqual(0);
  });

  it('names regions by their cells, as predict does', async () => {
    const out = join(folder, 'named');
    const predicted = join(folder, 'named.csv');
    // With low thresholds something is found, though little was learned.
    expect(await milscope('predict', whole, table, '--cells', 'auto', '--out', predicted)).toMatchObject({ code: 0 });
    expect(await milscope('segment', whole, table, '--out', out, '--gallery', '0')).toMatchObject({ code: 0 });
    const [cellRows, regions, fields] = await Promise.all(
      [predicted, join(out, 'regions.csv'), join(out, 'fields.csv')].map(rowsOf),
    );
    const maskOf = new Map(fields!.map((row) => [row.ImageNumber!, join(out, row.ObjectsFileName_Regions!)]));
    const masks = new Map<string, { data: Uint16Array; width: number }>();
    for (const [image, file] of maskOf) {
      const { data, info } = await sharp(file)
        .toColourspace('grey16')
        .raw({ depth: 'ushort' })
        .toBuffer({ resolveWithObject: true });
      masks.set(image, { data: new Uint16Array(data.buffer, data.byteOffset, data.length / 2), width: info.width });
    }
    let named = 0;
    for (const region of regions!) {
      const { data, width } = masks.get(region.ImageNumber!)!;
      const own = cellRows!.filter((cell) => {
        const [x, y] = [cell.Location_Center_X, cell.Location_Center_Y].map((text) => Math.round(Number(text)));
        return cell.ImageNumber === region.ImageNumber && data[y! * width + x!] === Number(region.ObjectNumber);
      });
      if (own.length === 0) continue;
      named++;
      for (const name of ['normal', 'large nuclei']) {
        const mean = own.reduce((sum, cell) => sum + Number(cell[`MIL_Bag_${name}`]), 0) / own.length;
        expect(Number(region[`MIL_Probability_${name}`])).toBeCloseTo(mean, 4);
      }
    }
    expect(named).toBeGreaterThan(10);
  });

  it('is a package, tried on a cell of the screen', async () => {
    const out = join(folder, 'cells.zip');
    const { code, err } = await milscope('export', whole, '--out', out, '--screen', table);
    expect(code, err).toBe(0);
    const { tensors, files } = await openPackage(await readFile(out));
    expect(tensors.get('image')!.shape).toEqual([1, 3, 66, 66]);
    expect(Buffer.from(files.get('README.md')!).toString()).toContain('66 × 66 pixels, with the cell in the middle');
  });
});
