/** Single cells, from their detection to their classes. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { readImage } from '../src/image/read.ts';
import { otsuThreshold } from '../src/localization/threshold/otsu.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { milscope } from './run-milscope.ts';
import { describeWithSharedData } from './shared-data.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

type Row = Record<string, string>;
const folder = temporaryFolder();
const model = join(folder, 'run', 'model.onnx');
const found = join(folder, 'found.csv');
let table: string;
let truth: string;
const rowsOf = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });
const nameOf = (row: Row) => `${row.ImageNumber} ${row.ObjectNumber}`;

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, size: 256 });
  truth = join(dirname(table), 'cells.csv');
  const training = ['--label', 'Phenotype', '--out', join(folder, 'run'), '--epochs', '1', '--crop', '64'];
  expect((await milscope('train', table, ...training)).code).toBe(0);
  const detected = await milscope(
    ...['detect', table, '--channel', 'dna', '--out', found, '--masks', join(folder, 'masks'), '--json'],
  );
  expect(detected).toMatchObject({ code: 0 });
  expect(JSON.parse(detected.out)).toMatchObject({ channel: 'DNA', fields: 8, skipped: 0, empty: 0 });
});

describe('milscope detect', () => {
  it('finds the nuclei of a simulated screen, and little else', async () => {
    const cells = await rowsOf(truth);
    const hits = new Map<string, number>();
    const detected = await rowsOf(found);
    for (const [i, field] of (await rowsOf(table)).entries()) {
      const { data, width } = await readImage(join(dirname(table), field.ObjectsFileName_Nuclei!), {}, nodeAccess);
      for (const { Location_Center_X: x, Location_Center_Y: y } of detected.filter(
        (row) => Number(row.ImageNumber) === i + 1,
      )) {
        const nucleus = data[Math.round(Number(y)) * width + Math.round(Number(x))]!;
        if (nucleus > 0) hits.set(`${i + 1} ${nucleus}`, (hits.get(`${i + 1} ${nucleus}`) ?? 0) + 1);
      }
    }
    // Of a cell at the border only the cytoplasm may be seen, and patches of the field are out of focus.
    const inner = cells.filter((cell) =>
      ['Location_Center_X', 'Location_Center_Y'].every((name) => Number(cell[name]) > 15 && Number(cell[name]) < 240),
    );
    const recall = inner.filter((cell) => hits.get(nameOf(cell)) === 1).length / inner.length;
    expect(inner.length).toBeGreaterThan(100);
    expect(recall).toBeGreaterThan(0.9);
    expect(hits.size / detected.length).toBeGreaterThan(0.9);
  });

  it('finds the channel of the nuclei by its name, or asks for it', async () => {
    const out = join(folder, 'unnamed.csv');
    const { code, err } = await milscope('detect', table, '--out', out);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(await readFile(out, 'utf8')).toBe(await readFile(found, 'utf8'));
    const nameless = await changeTable(table, 'nameless.csv', ([header, ...rows]) => [
      header!.replace(/_DNA/g, '_Blue'),
      ...rows,
    ]);
    const refused = await milscope('detect', nameless, '--out', join(folder, 'no.csv'));
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/nothing says which channel shows them.*one of Blue, Actin, Tubulin.*--channel/s);
  });

  it('writes their table, and masks with the same numbers', async () => {
    const detected = await rowsOf(found);
    const columns = Object.keys(detected[0]!);
    expect(columns.slice(0, 3)).toEqual(['Metadata_Plate', 'Metadata_Well', 'Metadata_Site']);
    expect(columns.slice(-5)).toEqual([
      ...['ImageNumber', 'ObjectNumber', 'Location_Center_X', 'Location_Center_Y', 'AreaShape_Area'],
    ]);
    expect((await readdir(join(folder, 'masks'))).length).toBe(8);
    const mask = await readImage(join(folder, 'masks', 'Plate1_A01_s1_w1_nuclei.tif'), {}, nodeAccess);
    const first = detected.filter((row) => row.ImageNumber === '1');
    expect(new Set(mask.data)).toEqual(new Set([0, ...first.map((row) => Number(row.ObjectNumber))]));
    for (const { ObjectNumber: number, AreaShape_Area: area } of first) {
      expect(Array.from(mask.data).filter((label) => label === Number(number))).toHaveLength(Number(area));
    }
  });

  it('goes on without fields it cannot read, and refuses what it must not replace', async () => {
    const screen = await changeTable(table, 'gone.csv', (lines) =>
      lines.map((line, i) => (i === 2 ? line.replace(/images\/\w+_w1/, 'images/gone') : line)),
    );
    const out = join(folder, 'gone', 'cells.csv');
    const argv = ['detect', screen, '--channel', 'DNA', '--out', out];
    const { code, out: said } = await milscope(...argv, '--json', '--diameter', '14');
    expect({ code, ...JSON.parse(said) }).toMatchObject({ code: 0, fields: 7, skipped: 1 });
    const skipped = await rowsOf(join(folder, 'gone', 'cells.skipped.csv'));
    expect(skipped.map((row) => [row.ImageNumber, row.Error])).toEqual([['2', 'MissingFile']]);
    expect(await milscope(...argv)).toMatchObject({ code: 1, err: expect.stringContaining('--overwrite') });
    const masks = ['--overwrite', '--masks', join(folder, 'masks')];
    expect(await milscope('detect', table, '--channel', 'DNA', '--out', out, ...masks)).toMatchObject({ code: 0 });
    const other = join(folder, 'other.csv');
    const full = await milscope('detect', table, '--channel', 'DNA', '--out', other, ...masks.slice(1));
    expect(full).toMatchObject({ code: 1, err: expect.stringContaining('--masks') });
    const channel = await milscope('detect', table, '--channel', 'DAPI', '--out', other);
    expect(channel).toMatchObject({ code: 1, err: expect.stringContaining('DNA, Actin, Tubulin') });
  });
});

describe('milscope predict --cells', () => {
  const predict = async (cells: string, name: string, ...more: string[]) => {
    const out = join(folder, name, 'p.csv');
    const finished = await milscope('predict', model, table, '--out', out, '--cells', cells, '--json', ...more);
    return { ...finished, path: out, skipped: join(folder, name, 'p.skipped.csv') };
  };

  it.each([
    ['that the simulation wrote', () => truth],
    ['that were detected', () => found],
  ])('gives cells %s a row each, in order', async (name, cells) => {
    const { code, out, path } = await predict(cells(), name, '--cell-size', '96');
    const given = await rowsOf(cells());
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, cells: given.length, cellsLost: 0, fields: 8 });
    const rows = await rowsOf(path);
    expect(rows.map(nameOf)).toEqual(given.map(nameOf));
    expect(rows.map((row) => Number(row.Location_Center_X))).toEqual(given.map((row) => Number(row.Location_Center_X)));
    const classes = ['large nuclei', 'normal'].filter((one) => `MIL_Bag_${one}` in rows[0]!);
    expect(Object.keys(rows[0]!).slice(9)).toEqual([
      ...['ImageNumber', 'ObjectNumber', 'Location_Center_X', 'Location_Center_Y', 'MIL_Predicted'],
      ...classes.map((one) => `MIL_Probability_${one}`),
      ...classes.map((one) => `MIL_Bag_${one}`),
      'MIL_Model',
    ]);
    for (const row of rows) {
      const bag = classes.map((one) => Number(row[`MIL_Bag_${one}`]));
      expect(row.MIL_Predicted).toBe(classes[bag.indexOf(Math.max(...bag))]);
      const sum = classes.reduce((total, one) => total + Number(row[`MIL_Probability_${one}`]), 0);
      expect(sum).toBeCloseTo(1, 4);
      expect(row.Metadata_Well).toMatch(/^A0[1-4]$/);
    }
  });

  it("takes CellProfiler's tables, by plate, well and site too", async () => {
    const given = (await rowsOf(truth)).slice(0, 30);
    const cells = join(folder, 'Nuclei.txt');
    const lines = given.map((row) =>
      [
        ...[row.Metadata_Plate, row.Metadata_Well!.replace('0', ''), row.Metadata_Site],
        ...[row.ObjectNumber, 1, row.Location_Center_X, row.Location_Center_Y],
      ].join('\t'),
    );
    const header =
      'Metadata_plate\tMetadata_well\tMetadata_site\tNuclei_Number_Object_Number\tCells_AreaShape_Area\t' +
      'Nuclei_Location_Center_X\tNuclei_Location_Center_Y';
    await writeFile(cells, `${[header, ...lines].join('\r\n')}\r\n`);
    const { code, path } = await predict(cells, 'CellProfiler');
    expect(code).toBe(0);
    expect((await rowsOf(path)).map(nameOf)).toEqual(given.map(nameOf));
  });

  it('counts and lists cells of unknown fields and without a place, and predicts the others', async () => {
    const cells = await changeTable(truth, 'odd.csv', ([header, ...lines]) => [
      header!,
      ...lines.slice(0, 5),
      lines[5]!.replace(/^(\d+,\d+),[^,]*/, '$1,nan'),
      lines[6]!.replace(/^(\d+,\d+),[^,]*/, '$1,5000'),
      '99,1,10,10,Plate1,A01,1,1,x,1,x,normal,0,normal',
      '99,2,10,10,Plate1,A01,1,1,x,1,x,normal,0,normal',
    ]);
    const { code, out, err, skipped } = await predict(cells, 'odd');
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, cells: 5, cellsLost: 4, skippedFile: skipped });
    expect(err).toContain('2 cells in a field that');
    expect((await rowsOf(skipped)).map((row) => [row.ImageNumber, row.File, row.Error])).toEqual([
      ['99', cells, 'UnknownField'],
      ['1', cells, 'BadCell'],
    ]);
    expect((await rowsOf(skipped))[1]!.Message).toMatch(/row 7: 2 cells .*no number.*255/);
  });

  it('lists all unknown fields of a table of a larger screen, and tells of some', async () => {
    const cells = await changeTable(truth, 'larger.csv', (lines) => [
      ...lines.slice(0, 3),
      ...Array.from({ length: 8 }, (_, i) => `${101 + i},1,10,10,Plate9,A01,1,1,x,1,x,normal,0,normal`),
    ]);
    const { code, err, skipped } = await predict(cells, 'larger');
    expect(code).toBe(0);
    expect(err.match(/1 cell in a field that/g)).toHaveLength(5);
    expect(err).toMatch(/lacks 3 more fields with cells: is the table that of a larger screen\?/);
    expect((await rowsOf(skipped)).map((row) => row.Error)).toEqual(Array(8).fill('UnknownField'));
  });

  it.each([
    [
      'without centres',
      (lines: readonly string[]) => lines.map((line) => line.replace('Center', 'Middle')),
      /Location_Center_X/,
    ],
    [
      'of another screen',
      (lines: readonly string[]) => lines.map((line) => line.replace(/^\d+/, '77')),
      /no cell.*ImageNumber 77/,
    ],
    ['of other wells', (lines: readonly string[]) => lines.map((line) => line.replace(/A0\d/, 'H12')), /well.*H12.*A0/],
    ['with nothing below its header', (lines: readonly string[]) => lines.slice(0, 1), /no cells/],
    [
      'that names no fields',
      (lines: readonly string[]) => lines.map((line, i) => (i === 0 ? line.replace(/Number|Well/g, 'X') : line)),
      /which field/,
    ],
  ])('refuses a table %s', async (name, change, message) => {
    const out = join(folder, 'refused');
    await mkdir(out, { recursive: true });
    const { code, err } = await predict(await changeTable(truth, `${name}.csv`, change), 'refused');
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(message) });
    expect(await readdir(out)).toEqual([]);
  });

  it('refuses a screen whose fields are all smaller than a cell, and a size without cells or of less than 63', async () => {
    const large = await predict(truth, 'large', '--cell-size', '300');
    expect(large.code).toBe(1);
    expect(JSON.parse(large.out).error.found).toMatch(/^TooSmall in 8 of them, .*expected at least 300 × 300/);
    const out = join(folder, 'none.csv');
    expect((await milscope('predict', model, table, '--out', out, '--cell-size', '96')).code).toBe(2);
    expect((await predict(truth, 'small', '--cell-size', '62')).code).toBe(2);
  });

  it('makes a table that evaluate does not take for one of fields', async () => {
    const { path } = await predict(truth, 'evaluated');
    const { code, err } = await milscope('evaluate', path, '--label', 'Phenotype');
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('single cells') });
  });
});

describeWithSharedData('nuclei of real images', (data) => {
  it("have Otsu's threshold where scikit-image has it", async () => {
    const { otsu } = JSON.parse(await readFile(join(data, '../golden/oracles.json'), 'utf8')) as {
      otsu: { image: string; otsu: number; foreground: number }[];
    };
    for (const { image, otsu: expected, foreground } of otsu) {
      const { data: pixels } = await readImage(join(data, image), {}, nodeAccess);
      const threshold = otsuThreshold(pixels);
      expect({ image, threshold }).toEqual({ image, threshold: expected });
      expect(Array.from(pixels).filter((value) => value > threshold)).toHaveLength(foreground);
    }
  });

  it('are about as many as were drawn by hand', async () => {
    const drawn = (await rowsOf(join(data, 'dsb2018/fields.csv'))).filter((_, i) => i % 30 === 0);
    const screen = join(folder, 'dsb2018.csv');
    const rows = drawn.map(({ FileName_DNA: name, Metadata_Id: id }) => [join(data, 'dsb2018', name!), id].join());
    await writeFile(screen, ['FileName_DNA,Metadata_Id', ...rows].join('\n'));
    const out = join(folder, 'dsb2018 cells.csv');
    expect(await milscope('detect', screen, '--channel', 'DNA', '--out', out)).toMatchObject({ code: 0 });
    const counts = new Map<string, number>();
    for (const { Metadata_Id: id } of await rowsOf(out)) counts.set(id!, (counts.get(id!) ?? 0) + 1);
    const close = drawn.filter(({ Metadata_Id: id, NucleiCount: count }) => {
      return Math.abs((counts.get(id!) ?? 0) / Number(count) - 1) < 0.25;
    });
    expect(close.length / drawn.length).toBeGreaterThan(0.7);
  });
});
