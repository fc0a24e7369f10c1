import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWithSharedData } from '../../test/shared-data.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { labelsOf } from './labels.ts';
import { nodeAccess } from './node/access.ts';
import { readScreen } from './read-screen.ts';
import { wellKey } from './well.ts';

const folder = temporaryFolder();
const imageTable = join(folder, 'BBBC021_v1_image.csv');
const mechanismTable = join(folder, 'BBBC021_v1_moa.csv');

const header =
  'TableNumber,ImageNumber,"Image_FileName_DAPI","Image_PathName_DAPI","Image_FileName_Actin","Image_PathName_Actin",' +
  '"Image_Metadata_Plate_DAPI","Image_Metadata_Well_DAPI",Replicate,"Image_Metadata_Compound",Image_Metadata_Concentration';
const rows = [
  '4,233,"G10_s1_w1BEDC-20.tif","Week4/Week4_27481","G10_s1_w4CD51.tif","Week4/Week4_27481","Week4_27481","G10",1,"AZ-C",0.003000',
  '4,234,"G10_s2_w11C3B.tif","Week4/Week4_27481","G10_s2_w405D9.tif","Week4/Week4_27481","Week4_27481","G10",1,"AZ-C",0.010000',
  '6,233,"Week6_200607_F10_s13_w1A.tif","Week6/Week6_31641","Week6_200607_F10_s13_w4A.tif","Week6/Week6_31641","Week6_31641","F10",3,"DMSO",0.000000',
];
const mechanisms = ['compound,concentration,moa', 'AZ-C,0.003,Eg5 inhibitors', 'DMSO,0,DMSO', 'taxol,1,x'];

function save({ images = [header, ...rows], moa = mechanisms } = {}): void {
  writeFileSync(imageTable, images.join('\n'));
  writeFileSync(mechanismTable, moa.join('\r'));
}

describe('a folder with the tables of BBBC021', () => {
  it('gives every field its plate, well, site, replicate, batch, treatment and mechanism', async () => {
    save();
    const screen = await readScreen(folder, {}, nodeAccess);
    expect(screen.source).toBe(imageTable);
    expect(screen.channels).toEqual(['DAPI', 'Actin']);
    expect(screen.fields.map(({ imageNumber, row }) => [imageNumber, row])).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
    expect(screen.fields[0]!.sources[0]!.file).toBe(join(folder, 'Week4/Week4_27481/G10_s1_w1BEDC-20.tif'));
    expect(screen.fields[0]!.metadata).toEqual({
      TableNumber: '4',
      ImageNumber: '233',
      Metadata_Plate: 'Week4_27481',
      Metadata_Well: 'G10',
      Metadata_Replicate: '1',
      Metadata_Compound: 'AZ-C',
      Metadata_Concentration: '0.003',
      Metadata_Site: '1',
      Metadata_Batch: 'Week4',
      Metadata_Treatment: 'AZ-C@0.003',
      Metadata_MOA: 'Eg5 inhibitors',
    });
    expect(screen.columns).toEqual(Object.keys(screen.fields[0]!.metadata));
    expect(screen.fields[2]!.metadata).toMatchObject({
      Metadata_Site: '13',
      Metadata_Batch: 'Week6',
      Metadata_Treatment: 'DMSO@0',
    });
    expect(labelsOf(screen, 'MOA')).toEqual(['Eg5 inhibitors', '', '']);
    expect(wellKey(screen.fields[0]!)).toBe('Week4_27481 G10');
  });

  it('keeps what the table has of its own', async () => {
    save({ images: [`${header},Batch,Metadata_Site`, ...rows.map((row, i) => `${row},day ${i},${i}`)] });
    const { columns, fields } = await readScreen(folder, {}, nodeAccess);
    expect(columns.filter((name) => /batch|site/i.test(name))).toEqual(['Batch', 'Metadata_Site']);
    expect(fields[1]!.metadata).toMatchObject({ Batch: 'day 1', Metadata_Site: '1' });
  });

  it.each([
    [
      'a missing column of the images',
      { images: [header, ...rows].map((row) => row.split(',').toSpliced(8, 1).join(',')) },
      { tag: 'MissingColumn', details: { file: imageTable, column: 'Replicate' } },
    ],
    [
      'a missing column of the mechanisms',
      { moa: ['compound,concentration,mechanism', 'DMSO,0,DMSO'] },
      { tag: 'MissingColumn', details: { file: mechanismTable, column: 'moa' } },
    ],
    [
      'a concentration that is no number',
      { moa: [...mechanisms, 'AZ-C,high,Eg5 inhibitors'] },
      { tag: 'BadTable', details: { file: mechanismTable, row: 5, column: 'concentration', found: 'high' } },
    ],
    [
      'a treatment with two mechanisms',
      { moa: [...mechanisms, 'AZ-C,0.0030,Epithelial'] },
      { tag: 'BadTable', details: { file: mechanismTable, row: 5, found: 'Epithelial', expected: 'Eg5 inhibitors' } },
    ],
  ])('refuses %s', async (_, tables, error) => {
    save(tables);
    await expect(readScreen(folder, {}, nodeAccess)).rejects.toMatchObject(error);
  });

  it('names the table that is missing, and what a folder without either lacks', async () => {
    save();
    rmSync(mechanismTable);
    await expect(readScreen(folder, {}, nodeAccess)).rejects.toThrow(
      /BBBC021_v1_moa\.csv: one of the two tables .* is missing .*found BBBC021_v1_image\.csv/,
    );
    save();
    rmSync(imageTable);
    await expect(readScreen(folder, {}, nodeAccess)).rejects.toMatchObject({
      tag: 'MissingFile',
      details: { file: imageTable },
    });
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(readScreen(empty, {}, nodeAccess)).rejects.toMatchObject({
      tag: 'BadTable',
      details: { file: empty, expected: expect.stringContaining('BBBC021_v1_moa.csv') },
    });
  });
});

describeWithSharedData('the published tables of BBBC021', (data) => {
  it('have 103 treatments of 12 mechanisms on 2,528 of 13,200 fields, and DMSO on 1,320', async () => {
    const screen = await readScreen(join(data, 'bbbc021-tables'), {}, nodeAccess);
    expect(screen.fields).toHaveLength(13200);
    const labels = labelsOf(screen, 'MOA');
    const labelled = screen.fields.filter((_, i) => labels[i] !== '');
    expect(labelled).toHaveLength(2528);
    expect(screen.fields.filter(({ metadata }) => metadata.Metadata_Compound === 'DMSO')).toHaveLength(1320);
    expect(new Set(labels.filter((label) => label !== '')).size).toBe(12);
    const distinct = (column: string) => new Set(labelled.map(({ metadata }) => metadata[column])).size;
    expect(distinct('Metadata_Treatment')).toBe(103);
    expect(distinct('Metadata_Compound')).toBe(38);
    expect(distinct('Metadata_Batch')).toBe(10);
    expect(new Set(screen.fields.map(({ metadata }) => metadata.Metadata_Site))).toEqual(new Set(['1', '2', '3', '4']));
    expect(new Set(labelled.map(wellKey)).size).toBe(632);
  });

  it('agree with the table of thumbnails on every field that both have', async () => {
    const published = await readScreen(join(data, 'bbbc021-tables'), {}, nodeAccess);
    const thumbnails = await readScreen(join(data, 'bbbc021/fields.csv'), {}, nodeAccess);
    const { columns } = thumbnails;
    // The thumbnails' table writes 1 µM as 1.0.
    const text = (metadata: Readonly<Record<string, string>>) =>
      columns.map((name) => metadata[name]!.replace(/\.0$/, '')).join('|');
    const known = new Set(published.fields.map(({ metadata }) => text(metadata)));
    expect(thumbnails.fields.filter(({ metadata }) => !known.has(text(metadata)))).toEqual([]);
  });
});
