/** Maps, masks and regions of a screen, made from field labels alone. */
import { copyFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { writePng } from '../src/image/node/write.ts';
import { readImage } from '../src/image/read.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { changeTable, simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
const model = join(folder, 'run', 'model.onnx');
let table: string;

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'screen'), { plates: 1, wells: 4, sites: 1 });
  const trained = await milscope(
    ...['train', table, '--label', 'Phenotype', '--out', join(folder, 'run'), '--epochs', '1', '--batch', '4'],
  );
  expect(trained.code, trained.err).toBe(0);
});

type Row = Readonly<Record<string, string>>;
const rowsOf = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });

async function segment(name: string, ...options: readonly string[]) {
  const out = join(folder, name);
  const { code, out: said, err } = await milscope('segment', model, table, '--out', out, '--json', ...options);
  expect(code, err).toBe(0);
  return { out, result: JSON.parse(said), err };
}

/** Foreground IoU of two label images. */
function iouOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > 0 && b[i]! > 0) both++;
    if (a[i]! > 0 || b[i]! > 0) either++;
  }
  return either === 0 ? 1 : both / either;
}

describe('milscope segment', () => {
  it('writes the map, the mask and the regions of every field, and measures them against the truth', async () => {
    const { out, result } = await segment('all', '--reference', 'objects=Cells', '--least-area', '5');
    const fields = await rowsOf(table);
    const names = fields.map((field) => field.FileName_DNA!.replace(/^images\/|\.tif$/g, ''));
    expect((await readdir(join(out, 'maps'))).sort()).toEqual(names.map((name) => `${name}.png`));
    expect((await readdir(join(out, 'masks'))).sort()).toEqual(names.map((name) => `${name}.png`));
    expect((await readdir(join(out, 'regions'))).sort()).toEqual(names.map((name) => `${name}.geojson`));
    expect(await readdir(join(out, 'gallery'))).toEqual(['all.png']);
    expect((await readdir(out)).sort()).toEqual(
      [
        'coco.json',
        'fields.csv',
        'gallery',
        'maps',
        'masks',
        'overlap.csv',
        'record.json',
        'regions',
        'regions.csv',
      ].sort(),
    );
    const regions = await rowsOf(join(out, 'regions.csv'));
    const overlaps = await rowsOf(join(out, 'overlap.csv'));
    expect(result).toMatchObject({ fields: names.length, regions: regions.length, skipped: 0 });
    expect(result.reference).toBe('the objects Cells');
    let sum = 0;
    for (const [i, name] of names.entries()) {
      const map = await readImage(join(out, 'maps', `${name}.png`), {}, nodeAccess);
      expect([map.channels, map.height, map.width]).toEqual([1, 96, 96]);
      expect(map.data).toBeInstanceOf(Uint16Array);
      expect(Math.max(...map.data)).toBe(65535);
      const mask = Int32Array.from((await readImage(join(out, 'masks', `${name}.png`), {}, nodeAccess)).data);
      const own = regions.filter((row) => row.ImageNumber === fields[i]!.ImageNumber);
      expect(new Set(mask).size - 1).toBe(own.length);
      for (const { ObjectNumber, AreaShape_Area } of own) {
        expect(mask.reduce((count, label) => count + Number(label === Number(ObjectNumber)), 0)).toBe(
          Number(AreaShape_Area),
        );
        expect(Number(AreaShape_Area)).toBeGreaterThanOrEqual(5);
      }
      const truth = (await readImage(join(dirname(table), fields[i]!.ObjectsFileName_Cells!), {}, nodeAccess)).data;
      expect(Number(overlaps[i]!.foregroundIoU)).toBeCloseTo(iouOf(mask, truth), 5);
      sum += iouOf(mask, truth);
    }
    expect(result.overlap.foregroundIoU.mean).toBeCloseTo(sum / names.length, 5);
    for (const [i, row] of (await rowsOf(join(out, 'fields.csv'))).entries()) {
      expect(row.ObjectsFileName_Regions).toBe(`masks/${names[i]}.png`);
      expect(Number(row.MIL_MapLargest)).toBeGreaterThan(0);
      expect(row.MIL_Converged).toMatch(/^[01]$/);
      expect(Number(row.MIL_Edge)).toBeGreaterThanOrEqual(0.15);
    }
  });

  it('draws each class alone, and gives its regions its name', async () => {
    const { out, result } = await segment('each', '--classes', 'each', '--recipe', 'plain', '--gallery', '1');
    const classes = Object.keys(result.perClass);
    expect((await readdir(join(out, 'maps'))).sort()).toEqual([...classes].sort());
    expect((await readdir(join(out, 'gallery'))).sort()).toEqual(classes.map((name) => `${name}.png`).sort());
    const regions = await rowsOf(join(out, 'regions.csv'));
    for (const name of classes) {
      expect(regions.filter((row) => row.MIL_Class === name).length).toBe(result.perClass[name]);
    }
    const both = await segment('both', '--classes', 'all,each', '--recipe', 'plain', '--gallery', '0');
    expect((await readdir(join(both.out, 'maps'))).sort()).toEqual(['all', ...classes].sort());
    const alone = await segment('one', '--classes', classes[1]!.toUpperCase(), '--recipe', 'plain', '--gallery', '0');
    expect(await readdir(alone.out)).not.toContain('gallery');
    expect(alone.result.perClass[classes[0]!]).toBe(0);
  });

  it('writes and shows the maps of single channels when asked, on one scale a field', async () => {
    const { out } = await segment('channels', '--channel-maps', '--classes', 'all');
    expect((await readdir(join(out, 'channel-maps'))).sort()).toEqual(['Actin', 'DNA', 'Tubulin']);
    const [row] = await rowsOf(join(out, 'fields.csv'));
    const [name] = (await readdir(join(out, 'maps'))).sort();
    const total = await readImage(join(out, 'maps', name!), {}, nodeAccess);
    const channels = await Promise.all(
      ['Actin', 'DNA', 'Tubulin'].map((channel) =>
        readImage(join(out, 'channel-maps', channel, name!), {}, nodeAccess),
      ),
    );
    expect(Math.max(...channels.map(({ data }) => Math.max(...data)))).toBe(65535);
    const [whole, part] = [row!.MIL_MapLargest, row!.MIL_ChannelMapLargest].map(Number) as [number, number];
    for (const [i, value] of total.data.entries()) {
      const sum = channels.reduce((before, { data }) => before + data[i]! * part, 0);
      expect(Math.abs(value * whole - sum) / (65535 * whole)).toBeLessThan(1e-4);
    }
    const wide = await readImage(join(out, 'gallery', 'all.png'), {}, nodeAccess);
    const { out: without } = await segment('no-channels', '--classes', 'all');
    expect(await readdir(without)).not.toContain('channel-maps');
    expect(wide.width - (await readImage(join(without, 'gallery', 'all.png'), {}, nodeAccess)).width).toBe(330);
  });

  it('measures against Otsu, and against a folder of label images', async () => {
    const otsu = await segment('otsu', '--reference', 'otsu', '--reference-channel', 'DNA', '--gallery', '0');
    expect(otsu.result.overlap.fields).toBe(4);
    const own = await segment('own', '--reference', join(otsu.out, 'masks'), '--gallery', '0');
    expect(own.result.overlap.meanIU).toEqual({ mean: 1, median: 1 });
  });

  it('loses only what cannot be read: a field, or a reference', async () => {
    const cut = join(dirname(table), 'images', 'cut.tif');
    await copyFile(join(dirname(table), 'images', 'Plate1_A01_s1_w1.tif'), cut);
    await truncate(cut, 700);
    await writePng(join(dirname(table), 'masks', 'small.png'), {
      ...{ data: new Uint8Array(9), channels: 1, height: 3, width: 3 },
    });
    const damaged = await changeTable(table, 'damaged.csv', (lines) =>
      lines
        .map((line, i) => (i === 2 ? line.replace(/images\/\w+_w2/, 'images/cut') : line))
        .map((line, i) => (i === 3 ? line.replace(/masks\/\w+_cells\.tif/, 'masks/small.png') : line)),
    );
    const out = join(folder, 'damaged');
    const {
      code,
      out: said,
      err,
    } = await milscope(...['segment', model, damaged, '--out', out, '--reference', 'objects=Cells', '--json']);
    expect(code, err).toBe(0);
    const result = JSON.parse(said);
    expect(result).toMatchObject({ fields: 3, skipped: 2, skippedFile: join(out, 'skipped.csv') });
    expect(result.overlap.fields).toBe(2);
    const skipped = await rowsOf(join(out, 'skipped.csv'));
    expect(skipped.map((row) => [row.ImageNumber, row.Error])).toEqual([
      ['2', 'BadImage'],
      ['3', 'BadImage'],
    ]);
    expect((await readdir(join(out, 'masks'))).length).toBe(3);
  });

  it('finds nothing in fields with nothing in them, and never NaN', async () => {
    const images = join(folder, 'empty');
    const size = { height: 70, width: 64 };
    const planes: Readonly<Record<string, (i: number) => number>> = {
      zeros: () => 0,
      noise: (i) => 200 + ((i * 7919) % 23),
      saturated: () => 65535,
    };
    for (const [name, value] of Object.entries(planes)) {
      const data = Uint16Array.from({ length: size.height * size.width }, (_, i) => value(i));
      await writePng(join(images, `${name}.png`), { data, channels: 1, ...size });
    }
    const tiny = Uint16Array.from({ length: 31 * 31 }, (_, i) => 300 + ((i * 6271) % 41));
    await writePng(join(images, 'tiny.png'), { data: tiny, channels: 1, height: 31, width: 31 });
    const fields = join(images, 'fields.csv');
    await writeFile(
      fields,
      `FileName_DNA,FileName_Actin,FileName_Tubulin,Metadata_Well\n${[
        'zeros,zeros,zeros',
        'noise,noise,noise',
        'saturated,zeros,zeros',
        'saturated,noise,zeros',
        'tiny,tiny,tiny',
      ]
        .map(
          (row, i) =>
            `${row
              .split(',')
              .map((name) => `${name}.png`)
              .join(',')},A0${i + 1}`,
        )
        .join('\n')}\n`,
    );
    for (const recipe of ['guided', 'plain']) {
      const out = join(folder, `empty-${recipe}`);
      const { code, err } = await milscope('segment', model, fields, '--out', out, '--recipe', recipe);
      expect(code, err).toBe(0);
      expect(await rowsOf(join(out, 'fields.csv'))).toHaveLength(5);
      for (const row of await rowsOf(join(out, 'fields.csv'))) {
        for (const [column, value] of Object.entries(row)) {
          if (column.startsWith('MIL_') || column.startsWith('Area'))
            expect(Number.isFinite(Number(value)), column).toBe(true);
        }
      }
      const constant = (await rowsOf(join(out, 'fields.csv')))[0]!;
      expect(Number(constant.AreaOccupied_Share), recipe).toBeLessThan(0.5);
    }
  });

  it('says what it needs', async () => {
    const run = (...options: readonly string[]) =>
      milscope('segment', model, table, '--out', join(folder, 'refused'), ...options);
    const class_ = await run('--classes', 'each,blue');
    expect(class_.code).toBe(2);
    expect(class_.err).toMatch(/blue.*all, each, or some of/s);
    const reference = await run('--reference', 'objects');
    expect(reference.code).toBe(2);
    expect(reference.err).toMatch(/several kinds of objects.*Cells, Nuclei.*objects=Cells/s);
    const channel = await run('--reference', 'otsu');
    expect(channel.err).toMatch(/--reference-channel/);
    expect((await run('--reference', join(folder, 'nowhere'))).err).toMatch(/reference is not known/);
    expect((await run('--recipe', 'plain', '--threshold', 'quantile=2')).code).toBe(2);
    const threshold = await run('--threshold', 'value=0.5');
    expect(threshold.code).toBe(2);
    expect(threshold.err).toMatch(/guided recipe.*--recipe plain/s);
    const edge = await run('--recipe', 'plain', '--edge', '0.4');
    expect(edge.code).toBe(2);
    expect(edge.err).toMatch(/plain recipe.*--recipe guided/s);
    expect(await readdir(folder)).not.toContain('refused');
    const existing = await milscope('segment', model, table, '--out', join(folder, 'screen'));
    expect(existing.code).not.toBe(0);
    expect(existing.err).toMatch(/not empty.*--overwrite/s);
  });
});
