/** OME-Zarr through the commands: a screen of two plates, one in Zarr 2 and one in Zarr 3, of which a field is damaged. */
import { readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, expect, it } from 'vitest';
import { writeGroup, zarrImageByHand, zarrPlateByHand } from '../src/image/testing/zarr-by-hand.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { readLabelImage } from '../src/screen/objects/read-objects.ts';
import { readField } from '../src/screen/read-field.ts';
import { readScreen } from '../src/screen/read-screen.ts';
import type { Field } from '../src/screen/screen.ts';
import { milscope } from './run-milscope.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { simulateTinyScreen } from './tiny-screen.ts';

const folder = temporaryFolder();
const zarr = join(folder, 'zarr');
const run = join(folder, 'run');
const model = join(run, 'model.onnx');
const damaged = join(zarr, 'Plate1.ome.zarr/A/2/1');
let table: string;

type Row = Readonly<Record<string, string>>;
const rowsOf = async (path: string): Promise<Row[]> => parse(await readFile(path), { columns: true });

/** Writes the fields of a table as a plate; their phenotypes become the names of its acquisitions. */
async function writePlate(name: string, { fields, format }: { fields: readonly Field[]; format: 2 | 3 }) {
  const path = join(zarr, `${name}.ome.zarr`);
  const phenotypes = [...new Set(fields.map(({ metadata }) => metadata.Metadata_Phenotype!))].sort();
  const wellOf = ({ metadata }: Field) => metadata.Metadata_Well!.replace(/^([A-Z])0?(\d+)$/, '$1/$2');
  const wells = [...new Set(fields.map(wellOf))];
  const inWell = (well: string) => fields.filter((field) => wellOf(field) === well);
  zarrPlateByHand(path, {
    format,
    wells: Object.fromEntries(wells.map((well) => [well, inWell(well).map(({ metadata }) => metadata.Metadata_Site!)])),
    plate: { acquisitions: phenotypes.map((phenotype, id) => ({ id, name: phenotype })) },
  });
  for (const well of wells) {
    const images = inWell(well).map(({ metadata }) => ({
      path: metadata.Metadata_Site!,
      acquisition: phenotypes.indexOf(metadata.Metadata_Phenotype!),
    }));
    writeGroup(join(path, well), format, { well: { images } });
  }
  const screen = { channels: ['DNA', 'Actin', 'Tubulin'] };
  for (const field of fields) {
    const { data, height, width } = await readField(screen, field, nodeAccess);
    const place = join(path, wellOf(field), field.metadata.Metadata_Site!);
    const level = {
      shape: [3, height, width],
      chunks: [2, 40, 64],
      values: data,
      codec: format === 2 ? 'blosc' : 'zstd',
    } as const;
    await zarrImageByHand(place, { axes: 'cyx', channels: screen.channels, levels: [level], format });
    const labels = await readLabelImage(field.objects!.Cells!, { height, width }, nodeAccess);
    writeGroup(join(place, 'labels'), format, { labels: ['Cells'] });
    const label = { shape: [height, width], dtype: 'int32', values: labels.data, codec: 'gzip' } as const;
    await zarrImageByHand(join(place, 'labels/Cells'), {
      axes: 'yx',
      levels: [label],
      format,
      also: { 'image-label': {} },
    });
  }
}

beforeAll(async () => {
  table = await simulateTinyScreen(join(folder, 'tiff'));
  const { fields, channels } = await readScreen(table, {}, nodeAccess);
  expect(channels).toEqual(['DNA', 'Actin', 'Tubulin']);
  for (const [name, format] of [
    ['Plate1', 2],
    ['Plate2', 3],
  ] as const) {
    await writePlate(name, { fields: fields.filter(({ metadata }) => metadata.Metadata_Plate === name), format });
  }
  await truncate(join(damaged, '0/0/1/0'), 20);
});

it('trains on a screen of plates, but for the field that is damaged', async () => {
  const options = ['--label', 'Metadata_Acquisition', '--out', run, '--epochs', '1', '--batch', '4'];
  const { code, err } = await milscope('train', zarr, ...options);
  expect(code, err).toBe(0);
  expect(await rowsOf(join(run, 'skipped.csv'))).toMatchObject([{ File: damaged, Error: 'BadImage' }]);
  const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
  expect(record.fields).toHaveLength(15);
  expect(JSON.stringify(record.fields)).not.toContain('null');
});

it('predicts of OME-Zarr what it predicts of the same pixels in TIFFs', async () => {
  const predict = async (screen: string, name: string) => {
    const out = join(folder, 'predictions', name);
    const { code, err } = await milscope('predict', model, screen, '--out', out);
    expect(code, err).toBe(0);
    const key = (row: Row) => [row.Metadata_Plate, row.Metadata_Well, row.Metadata_Site].join(' ');
    const figures = (row: Row) => Object.entries(row).filter(([column]) => column.startsWith('MIL_'));
    return new Map((await rowsOf(out)).map((row) => [key(row), figures(row)]));
  };
  const [ofTiff, ofZarr] = [await predict(table, 'tiff.csv'), await predict(zarr, 'zarr.csv')];
  expect(ofTiff.size).toBe(16);
  expect(ofTiff.delete('Plate1 A02 1')).toBe(true);
  expect(Object.fromEntries(ofZarr)).toEqual(Object.fromEntries(ofTiff));
  expect(await rowsOf(join(folder, 'predictions/zarr.skipped.csv'))).toMatchObject([
    { File: damaged, Error: 'BadImage' },
  ]);
});

it('segments it, and measures the masks against its label images', async () => {
  const out = join(folder, 'segmented');
  const { code, err } = await milscope('segment', model, zarr, '--out', out, '--reference', 'objects=cells');
  expect(code, err).toBe(0);
  const overlaps = await rowsOf(join(out, 'overlap.csv'));
  expect(overlaps.length).toBeGreaterThanOrEqual(15);
  const masks = await readdir(join(out, 'masks'));
  expect(masks).toHaveLength(15);
  expect(masks).toContain('Plate2_A01_1.png');
  expect(masks).not.toContain('Plate1_A02_1.png');
});
