import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { writeTiff } from '../../image/node/write.ts';
import { encodeNpy } from '../../image/npy/encode-npy.ts';
import { tiffByHand } from '../../image/testing/tiff-by-hand.ts';
import { zarrImageByHand, zarrPlateByHand } from '../../image/testing/zarr-by-hand.ts';
import { checkFields } from '../check-fields.ts';
import { nodeAccess } from '../node/access.ts';
import { openField } from '../open-field.ts';
import { readField } from '../read-field.ts';
import { readScreen } from '../read-screen.ts';
import { filesOf } from '../screen.ts';
import type { ScreenOptions } from '../screen-options.ts';
import { createFunctionCheck } from './check-functions.ts';
import { resampled } from './divide.ts';

const folder = temporaryFolder();
const [height, width] = [2, 3];
const dna = [10, 20, 30, 40, 50, 60];
const halves = [1, 2, 4, 5, 8, 0.5];
let tables = 0;

const npy = (name: string, values: readonly number[], shape = [height, width]) =>
  writeFileSync(join(folder, 'illum', name), encodeNpy({ shape, data: Float32Array.from(values) }));

beforeAll(async () => {
  mkdirSync(join(folder, 'illum'), { recursive: true });
  await writeTiff(join(folder, 'dna.tif'), { data: Uint16Array.from(dna), channels: 1, height, width });
  await writeTiff(join(folder, 'dna2.tif'), { data: Uint16Array.from(dna), channels: 1, height, width });
  await writeTiff(join(folder, 'actin.tif'), { data: Uint8Array.of(1, 2, 3, 4, 5, 6), channels: 1, height, width });
  npy('dna.npy', halves);
  npy('zero.npy', [1, 1, 0, 1, 1, 1]);
  npy('nan.npy', [1, 1, 1, 1, Number.NaN, 1]);
  npy(
    'other.npy',
    Array.from({ length: 12 }, () => 1),
    [3, 4],
  );
  writeFileSync(join(folder, 'illum', 'dna.mat'), 'MATLAB 5.0 MAT-file');
  const shares = Uint16Array.from([65_535, 13_107, 65_535, 65_535, 65_535, 65_535]);
  await writeTiff(join(folder, 'illum', 'shares.tif'), { data: shares, channels: 1, height, width });
  const float = tiffByHand({ pages: [{ width, height, values: halves }], bits: 32, float: true });
  writeFileSync(join(folder, 'illum', 'float.tif'), float);
});

function save(text: string): string {
  const path = join(folder, `table${++tables}.csv`);
  writeFileSync(path, text);
  return path;
}

const read = (text: string, options: ScreenOptions = {}) => readScreen(save(text), options, nodeAccess);

const header = 'FileName_OrigDNA,FileName_IllumDNA,PathName_IllumDNA,FileName_Actin,Metadata_Plate';
const row = (file: string, plate = 'P1') => `dna.tif,${file},illum,actin.tif,${plate}`;

describe('illumination functions that a table names', () => {
  it('divide the pixels of their channel alone, whole and in part', async () => {
    const screen = await read(`${header}\n${row('dna.npy')}`);
    expect(screen).toMatchObject({
      channels: ['OrigDNA', 'Actin'],
      columns: ['Metadata_Plate'],
      notes: ['Pixels of OrigDNA are divided by its illumination function; Actin has none'],
      reading: { illumination: 'divided' },
    });
    expect(filesOf(screen.fields[0]!)).toContain(join(folder, 'illum', 'dna.npy'));
    const { header: about, read: readPart } = await openField(screen, screen.fields[0]!, nodeAccess);
    expect(about.bitDepth).toBe(32);
    expect((await readPart()).data).toEqual(Float32Array.of(10, 10, 7.5, 8, 6.25, 120, 1, 2, 3, 4, 5, 6));
    const part = await readPart({ channels: [1, 0], rows: [1, 2], columns: [1, 3] });
    expect(part).toMatchObject({ width: 2, height: 1, data: Float32Array.of(5, 6, 6.25, 120) });
    const actin = await readPart({ channels: [1] });
    expect(actin.data).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
  });

  it('are shares of the full scale in images of integers, and as they are in others', async () => {
    const screen = await read(`${header}\n${row('shares.tif')}\n${row('float.tif').replace('dna.tif', 'dna2.tif')}`);
    const [shares, float] = await Promise.all(screen.fields.map((field) => readField(screen, field, nodeAccess)));
    expect([...shares!.data.subarray(0, 3)].map((value) => Math.round(1e4 * value) / 1e4)).toEqual([10, 100, 30]);
    expect(float!.data.subarray(0, 6)).toEqual(Float32Array.of(10, 10, 7.5, 8, 6.25, 120));
  });

  it('are left out with none, and where no row names one', async () => {
    const screen = await read(`${header}\n${row('missing.npy')}`, { illumination: 'none' });
    expect(screen).toMatchObject({
      notes: ['The illumination functions that the table names for OrigDNA are not used'],
      reading: { illumination: 'none' },
    });
    expect((await readField(screen, screen.fields[0]!, nodeAccess)).data).toEqual(
      Uint16Array.of(10, 20, 30, 40, 50, 60, 1, 2, 3, 4, 5, 6),
    );
    const empty = await read(`${header}\n${row('')}`);
    expect(empty).toMatchObject({ notes: [], reading: { illumination: 'none' } });
  });

  it.each([
    ['missing.npy', 'MissingFile', 'missing.npy', /function does not exist.*‹?illumination›? none/],
    ['zero.npy', 'BadImage', 'zero.npy', /found 0 in it; expected numbers above 0/],
    ['nan.npy', 'BadImage', 'nan.npy', /found NaN in it/],
    ['dna.mat', 'BadImage', 'dna.mat', /MATLAB.*numpy\.save/],
    ['other.npy', 'ChannelMismatch', 'other.npy', /found 4 × 3 pixels; expected 3 × 2 as in .*dna\.tif/],
  ])('cost their fields where they are bad: %s', async (name, tag, file, message) => {
    const screen = await read(`${header}\n${row(name)}\n${row('dna.npy').replace('dna.tif', 'dna2.tif')}`);
    const { readable, skipped } = await checkFields(screen, { threads: 1 }, nodeAccess);
    expect(readable.map(({ field }) => field.row)).toEqual([3]);
    expect(skipped).toMatchObject([{ imageNumber: 1, tag, file: join(folder, 'illum', file) }]);
    expect(skipped[0]!.message).toMatch(message);
    const check = createFunctionCheck(screen, nodeAccess);
    await expect(check(screen.fields[0]!, { height, width })).rejects.toMatchObject({ tag });
    await check(screen.fields[1]!, { height, width });
  });

  it('cost the rows with an empty cell', async () => {
    const screen = await read(`${header}\n${row('')}\n${row('dna.npy').replace('dna.tif', 'dna2.tif')}`);
    const { skipped } = await checkFields(screen, { threads: 1 }, nodeAccess);
    expect(skipped).toMatchObject([{ imageNumber: 1, tag: 'BadTable' }]);
    expect(skipped[0]!.message).toMatch(/row 2, column FileName_IllumDNA: the row does not name the illumination func/);
  });
});

describe('illumination functions of plates', () => {
  const fields = 'FileName_DNA,Metadata_Plate\ndna.tif,P1\ndna2.tif,P2\n';

  it('are found by the plate, whatever the table of the screen names', async () => {
    npy('p2.npy', [10, 10, 10, 10, 10, 10]);
    const plates = save('Plate,FileName_IllumDNA,PathName_IllumDNA\nP1,dna.npy,illum\nP2,p2.npy,illum\nP3,,\n');
    const table = `${header}\n${row('missing.npy')}\n${row('missing.npy', 'P2').replace('dna.tif', 'dna2.tif')}\n`;
    const screen = await read(fields, { illumination: plates });
    expect(screen.tables).toContain(plates);
    expect(screen.reading!.illumination).toBe('divided');
    const images = screen.fields.map((field) => readField(screen, field, nodeAccess));
    expect((await Promise.all(images)).map(({ data }) => data[5])).toEqual([120, 6]);
    const overruled = await read(table, { illumination: plates });
    expect(overruled.fields[1]!.sources[0]!.illumination).toBe(join(folder, 'illum', 'p2.npy'));
    expect(overruled.notes).toContain('Pixels of OrigDNA are divided by its illumination function; Actin has none');
    const third = await read('FileName_DNA,Plate\ndna.tif,P3\ndna2.tif,P1\n', { illumination: plates });
    const { skipped } = await checkFields(third, { threads: 1 }, nodeAccess);
    expect(skipped.map(({ message }) => message)).toEqual([
      expect.stringMatching(/row 4, column FileName_IllumDNA: the row does not name the illumination function of DNA/),
    ]);
  });

  it('may come from a LoadData table, and are those of all fields where no plate is named', async () => {
    const table = save(`${header}\n${row('dna.npy')}\n${row('dna.npy')}\n${row('float.tif', 'P2')}\n`);
    const screen = await read(fields, { illumination: table });
    expect(screen.fields.map(({ sources }) => sources[0]!.illumination!.slice(-9))).toEqual(['m/dna.npy', 'float.tif']);
    const one = save('FileName_IllumDNA\nillum/dna.npy\n');
    const all = await read(fields, { illumination: one });
    expect(new Set(all.fields.map(({ sources }) => sources[0]!.illumination))).toEqual(
      new Set([join(folder, 'illum', 'dna.npy')]),
    );
  });

  it.each([
    [
      'a plate without a row',
      'Plate,FileName_IllumDNA\nP1,a.npy\n',
      fields,
      /no illumination functions of plate P2 .*plates P1/,
    ],
    [
      'rows that differ',
      'Plate,FileName_IllumDNA\nP1,a.npy\nP1,b.npy\n',
      fields,
      /row 3.*row 2 names other .*of plate P1/,
    ],
    [
      'another channel',
      'Plate,FileName_IllumER\nP1,a.npy\n',
      fields,
      /column FileName_IllumDNA.*names no illumination/,
    ],
    [
      'unnamed plates',
      'Plate,FileName_IllumDNA\nP1,a.npy\nP2,a.npy\n',
      'FileName_DNA\ndna.tif\n',
      /does not name its plates/,
    ],
  ])('are refused for %s', async (_, plates, text, message) => {
    await expect(read(text, { illumination: save(plates) })).rejects.toThrow(message);
  });

  it('divide OME-Zarr at every level', async () => {
    const plate = join(folder, 'plate.zarr');
    zarrPlateByHand(plate, { wells: { 'A/1': ['0'] } });
    const levels = [4, 2].map((side) => ({ shape: [1, side, side], values: new Uint16Array(side ** 2).fill(12) }));
    await zarrImageByHand(join(plate, 'A/1/0'), { axes: 'cyx', levels, channels: ['DNA'] });
    npy('four.npy', [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4], [4, 4]);
    const illumination = save('FileName_IllumDNA,PathName_IllumDNA\nfour.npy,illum\n');
    const whole = await readScreen(plate, { illumination }, nodeAccess);
    const { read: readPart } = await openField(whole, whole.fields[0]!, nodeAccess);
    expect((await readPart({ rows: [1, 3], columns: [1, 3] })).data).toEqual(Float32Array.of(12, 6, 4, 3));
    expect((await readPart({ level: 1 })).data).toEqual(Float32Array.of(12, 6, 4, 3));
    const small = await readScreen(plate, { illumination, level: 1 }, nodeAccess);
    expect((await readField(small, small.fields[0]!, nodeAccess)).data).toEqual(Float32Array.of(12, 6, 4, 3));
    await createFunctionCheck(small, nodeAccess)(small.fields[0]!, { height: 2, width: 2 });
  });
});

it('keeps a slope where it is resampled', () => {
  const slope = Float32Array.from({ length: 64 }, (_, i) => 1 + (i % 8));
  const small = resampled(slope, { width: 8, height: 8 }, { width: 4, height: 2 });
  expect(small).toEqual(Float32Array.of(1.5, 3.5, 5.5, 7.5, 1.5, 3.5, 5.5, 7.5));
});
