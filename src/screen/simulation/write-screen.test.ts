import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { nodePictures } from '../../image/node/pictures.ts';
import { readImage } from '../../image/read.ts';
import { fitSoftmaxRegression, predictClass } from '../../profiling/softmax-regression.ts';
import { labelParts, labelSetsOf } from '../label-sets.ts';
import { nodeAccess } from '../node/access.ts';
import { readScreen } from '../read-screen.ts';
import { simulateField } from './field.ts';
import { planScreen } from './layout.ts';
import { writeSimulatedScreen } from './write-screen.ts';

const host = { files: nodeFiles, pictures: nodePictures };
const folder = temporaryFolder();
const options = { seed: 3, classes: 3, plates: 2, wells: 3, sites: 1, size: 96 } as const;
const table = (path: string): Record<string, string>[] => parse(readFileSync(path, 'utf8'), { columns: true });
const files = (directory: string) =>
  (readdirSync(directory, { recursive: true }) as string[])
    .filter((name) => /\./.test(name))
    .sort()
    .map((name) => [name, readFileSync(join(directory, name)).toString('base64')]);

it('writes images, masks and tables that agree with each other', async () => {
  const directory = join(folder, 'agree');
  const seen: number[] = [];
  const screen = await writeSimulatedScreen(directory, { ...options, onProgress: (done) => seen.push(done) }, host);
  expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  const fields = table(screen.fields);
  const cells = table(screen.cells);
  expect(Object.keys(fields[0]!)).toEqual(
    [
      'ImageNumber FileName_DNA FileName_Actin FileName_Tubulin ObjectsFileName_Cells ObjectsFileName_Nuclei',
      'Metadata_Plate Metadata_Well Metadata_Site Metadata_Replicate Metadata_Compound Metadata_Concentration',
      'Metadata_Treatment Metadata_Phenotype Metadata_Responders',
    ].flatMap((names) => names.split(' ')),
  );
  expect(fields.length).toBe(6);
  expect(cells.length).toBe(screen.classes.reduce((sum, one) => sum + one.cells, 0));
  for (const field of fields) {
    for (const channel of ['DNA', 'Actin', 'Tubulin']) {
      const image = await readImage(join(directory, field[`FileName_${channel}`]!), {}, nodeAccess);
      expect([image.channels, image.height, image.width]).toEqual([1, 96, 96]);
      expect(image.data).toBeInstanceOf(Uint16Array);
    }
    const own = cells.filter(({ ImageNumber }) => ImageNumber === field.ImageNumber);
    const mask = (await readImage(join(directory, field.ObjectsFileName_Cells!), {}, nodeAccess)).data;
    expect(own.map(({ ObjectNumber }) => Number(ObjectNumber))).toEqual(
      [...new Set(mask)].filter((id) => id > 0).sort((a, b) => a - b),
    );
    for (const cell of own) {
      expect(cell.Metadata_Well).toBe(field.Metadata_Well);
      const columns = [...mask.keys()].filter((i) => mask[i] === Number(cell.ObjectNumber)).map((i) => i % 96);
      expect(Number(cell.Location_Center_X)).toBeGreaterThanOrEqual(Math.min(...columns));
      expect(Number(cell.Location_Center_X)).toBeLessThanOrEqual(Math.max(...columns));
    }
    const responding = own.filter(({ Phenotype }) => Phenotype === field.Metadata_Phenotype).length / own.length;
    const expected = field.Metadata_Phenotype === 'normal' ? 0 : responding;
    expect(Number(field.Metadata_Responders)).toBeCloseTo(expected, 3);
    expect(field.Metadata_Treatment).toBe(`${field.Metadata_Compound}@${field.Metadata_Concentration}`);
  }
});

it('writes the same bytes for the same seed however many threads, others for another', async () => {
  const write = async (name: string, seed: number, threads: number) => {
    await writeSimulatedScreen(join(folder, name), { ...options, plates: 1, seed, threads }, host);
    return files(join(folder, name));
  };
  const first = await write('first', 1, 1);
  expect(first.length).toBe(3 * 5 + 2);
  expect(await write('again', 1, 4)).toEqual(first);
  expect(await write('other', 2, 1)).not.toEqual(first);
  const asked = {
    classes: 3,
    wells: 6,
    size: 128,
    mixture: [1, 2],
    illumination: 0.5,
    background: 1,
    debris: 5,
  } as const;
  const askedFor = async (name: string, threads: number) => {
    await writeSimulatedScreen(join(folder, name), { ...options, ...asked, plates: 1, threads }, host);
    return files(join(folder, name));
  };
  expect(await askedFor('asked', 1)).toEqual(await askedFor('asked again', 4));
});

it('writes what it always wrote, unless it is asked for mixtures, light or debris', async () => {
  const hash = createHash('sha256');
  const directory = join(folder, 'agree');
  for (const name of (readdirSync(directory, { recursive: true }) as string[]).sort()) {
    if (name.endsWith('.csv')) hash.update(readFileSync(join(directory, name)));
    if (name.endsWith('.tif')) hash.update((await readImage(join(directory, name), {}, nodeAccess)).data);
  }
  expect(hash.digest('hex')).toBe('985badd2b54e94731b473a4b4f693a202bab46b15a2da410948a5668c23fa236');
});

it('gives every pixel of a mixture its true class, which is among the labels of its field or normal', async () => {
  const change = { classes: 4, plates: 1, wells: 9, size: 128, mixture: [1, 2], empty: 0.1, debris: 8 } as const;
  const screen = await writeSimulatedScreen(join(folder, 'mixed'), { ...options, ...change }, host);
  const cells = table(screen.cells);
  const read = await readScreen(screen.fields, {}, nodeAccess);
  const labels = labelSetsOf(read, 'Phenotype', { several: true });
  const rows = table(screen.fields);
  expect(labels).toEqual(rows.map(({ Metadata_Phenotype }) => Metadata_Phenotype));
  expect(screen.total).toEqual({ fields: 9, cells: cells.length });
  const pixels = new Map<string, number>();
  for (const [n, field] of rows.entries()) {
    const own = cells.filter(({ ImageNumber }) => ImageNumber === field.ImageNumber);
    const classes = new Map(own.map((cell) => [Number(cell.ObjectNumber), cell.Phenotype!]));
    const seen = new Set<string>();
    for (const id of (await readImage(join(folder, 'mixed', field.ObjectsFileName_Cells!), {}, nodeAccess)).data) {
      if (id === 0) continue;
      const name = classes.get(id)!;
      seen.add(name);
      pixels.set(name, (pixels.get(name) ?? 0) + 1);
    }
    const given = labelParts(labels[n]!);
    if (given.includes('empty')) {
      expect(seen.size).toBe(0);
      continue;
    }
    for (const name of given) expect(seen).toContain(name);
    seen.delete('normal');
    for (const name of seen) expect(given).toContain(name);
  }
  for (const { name, fields } of screen.classes.filter(({ name }) => name !== 'empty')) {
    expect(pixels.get(name)).toBeGreaterThan(0);
    expect(fields).toBe(labels.filter((label) => labelParts(label).includes(name)).length);
  }
  expect(screen.classes.at(-1)).toMatchObject({ name: 'empty', fields: 1, cells: 0, responders: 0 });
});

it('writes into nothing that holds something, unless told to', async () => {
  const directory = join(folder, 'agree');
  const before = files(directory);
  await expect(writeSimulatedScreen(directory, options, host)).rejects.toMatchObject({ tag: 'OutputExists' });
  expect(files(directory)).toEqual(before);
  writeFileSync(join(folder, 'file'), '');
  await expect(writeSimulatedScreen(join(folder, 'file'), options, host)).rejects.toMatchObject({
    tag: 'OutputExists',
  });
  await writeSimulatedScreen(directory, { ...options, overwrite: true }, host);
  expect(files(directory)).toEqual(before);
});

it('does not give the class away by the mean intensities of the channels', () => {
  const rows = planScreen({ seed: 1, size: 128, plates: 2, wells: 6 }).map(({ replicate, label, options: field }) => {
    const data = Float64Array.from(simulateField(field).image.data);
    const plane = data.length / 3;
    const means = [0, 1, 2].map((n) => data.subarray(n * plane, (n + 1) * plane).reduce((a, b) => a + b, 0) / plane);
    return { replicate, name: label, means };
  });
  const names = [...new Set(rows.map(({ name }) => name))];
  const train = rows.filter(({ replicate }) => replicate === 1);
  const mean = [0, 1, 2].map((n) => train.reduce((sum, row) => sum + row.means[n]!, 0) / train.length);
  const deviation = [0, 1, 2].map((n) =>
    Math.sqrt(train.reduce((sum, row) => sum + (row.means[n]! - mean[n]!) ** 2, 0) / train.length),
  );
  const scale = ({ means }: { means: number[] }) => means.map((value, n) => (value - mean[n]!) / deviation[n]!);
  const x = Float64Array.from(train.flatMap(scale));
  const model = fitSoftmaxRegression(
    x,
    train.map(({ name }) => names.indexOf(name)),
    { features: 3, classes: 6, l2: 0.1 },
  );
  const tested = rows.filter(({ replicate }) => replicate === 2);
  const correct = tested.filter((row) => names[predictClass(model, scale(row))] === row.name).length;
  expect(correct / tested.length).toBeLessThan(0.6);
});

it('lays plates out as an ImageXpress does, with the labels of the controls in a workbook', async () => {
  const small = { seed: 3, classes: 2, plates: 2, wells: 6, sites: 1, size: 64 } as const;
  const directory = join(folder, 'imagexpress');
  const { plates, plateMap, fields } = await writeSimulatedScreen(directory, { ...small, layout: 'imagexpress' }, host);
  const screen = await readScreen(plates!, { plateMap }, nodeAccess);
  expect(screen.fields).toHaveLength(12);
  expect(screen.channels).toEqual(['w1', 'w2', 'w3']);
  const truth = new Map(table(fields).map((row) => [`${row.Metadata_Plate} ${row.Metadata_Well}`, row]));
  const labelled = screen.fields.filter(({ metadata }) => metadata.Metadata_Phenotype !== '');
  // Of three wells of each class on each plate two are controls.
  expect(labelled).toHaveLength(8);
  for (const { metadata } of labelled) {
    const known = truth.get(`${metadata.Metadata_Plate} ${metadata.Metadata_Well}`)!;
    expect(metadata.Metadata_Phenotype).toBe(known.Metadata_Phenotype);
    expect(metadata.Metadata_Compound).toBe(known.Metadata_Compound);
  }
  // The images are those of the other layout, and the table finds them too.
  const other = await writeSimulatedScreen(join(folder, 'beside'), small, host);
  const asTable = await readScreen(fields, {}, nodeAccess);
  const [first, same] = await Promise.all(
    [asTable, await readScreen(other.fields, {}, nodeAccess)].map((of) =>
      readImage(of.fields[7]!.sources[1]!.file, {}, nodeAccess),
    ),
  );
  expect(first!.data).toEqual(same!.data);
  const plate = readdirSync(join(plates!, 'Screen_Plate_1', 'TimePoint_1'));
  expect(plate.filter((name) => /_thumb[0-9A-F-]{36}\.tif$/.test(name))).toHaveLength(18);
  expect(plate).toContain('Screen.HTD');
});

it('lays out the same bytes for the same seed', async () => {
  const small = { seed: 4, classes: 2, plates: 1, wells: 2, sites: 1, size: 64, layout: 'imagexpress' } as const;
  const written = await Promise.all(
    ['one', 'two'].map(async (name) => (await writeSimulatedScreen(join(folder, name), small, host)).directory),
  );
  expect(files(written[0]!)).toEqual(files(written[1]!));
});
