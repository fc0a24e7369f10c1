import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeWithSharedData } from '../../../test/shared-data.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { choosePlates, type Plate, readPlates } from './plates.ts';
import { publish, threePlates } from './testing/publish.ts';

const folder = temporaryFolder();
const table = join(folder, 'images.csv');

describe('the plates of an image table', () => {
  let plates: Plate[];
  beforeAll(async () => {
    writeFileSync(table, (await publish(threePlates())).get('BBBC021_v1_image.csv')!);
    plates = await readPlates(table, nodeFiles);
  });

  it('are its folders, by week and number, with their images', () => {
    expect(plates.map(({ name, path, fields }) => [name, path, fields])).toEqual([
      ['Week1_22123', 'Week1/Week1_22123', 2],
      ['Week4_27481', 'Week4/Week4_27481', 2],
      ['Week10_40111', 'Week10/Week10_40111', 2],
    ]);
    expect(plates[0]!.images).toHaveLength(6);
    expect(plates[0]!.images).toContain('B02_s1_w4' + '0.tif');
  });

  it.each([
    ['all', ['Week1_22123', 'Week4_27481', 'Week10_40111']],
    ['2', ['Week1_22123', 'Week4_27481']],
    ['3', ['Week1_22123', 'Week4_27481', 'Week10_40111']],
    ['Week10', ['Week10_40111']],
    ['week4_27481, WEEK1', ['Week1_22123', 'Week4_27481']],
  ])('are chosen by %s', (wanted, names) => {
    expect(choosePlates(plates, wanted).map(({ name }) => name)).toEqual(names);
  });

  it.each(['Week2', 'Week1_22123,', '0', '4', '22123'])('are listed where there is no %s', (wanted) => {
    expect(() => choosePlates(plates, wanted)).toThrow(/Week1 \(Week1_22123\), Week4 \(Week4_27481\)/);
  });
});

describe('an image table', () => {
  it.each([
    ['../../etc', 'a.tif'],
    ['/etc', 'a.tif'],
    ['C:/etc', 'a.tif'],
    ['..\\etc', 'a.tif'],
    ['', 'a.tif'],
    ['Week1/./P', 'a.tif'],
    ['Week1/P', '../a.tif'],
    ['Week1/P', 'b\\a.tif'],
    ['Week1/P', ''],
  ])('is refused where it names %s and %s', async (path, file) => {
    writeFileSync(table, `FileName_DAPI,PathName_DAPI\ngood.tif,Week1/P\n${file},${path}\n`);
    await expect(readPlates(table, nodeFiles)).rejects.toMatchObject({ tag: 'BadTable', details: { row: 3 } });
  });

  it('is refused where two folders have one name', async () => {
    writeFileSync(table, 'FileName_DAPI,PathName_DAPI\na.tif,Week1/P\nb.tif,Week2/P\n');
    await expect(readPlates(table, nodeFiles)).rejects.toMatchObject({ tag: 'BadTable' });
  });
});

describeWithSharedData('the published image table', (data) => {
  it('has 55 plates of 240 fields and 720 images', async () => {
    const plates = await readPlates(join(data, 'bbbc021-tables/BBBC021_v1_image.csv'), nodeFiles);
    expect(plates).toHaveLength(55);
    expect(new Set(plates.map(({ fields, images }) => `${fields} ${images.length}`))).toEqual(new Set(['240 720']));
    expect([plates[0]!.path, plates[54]!.path]).toEqual(['Week1/Week1_22123', 'Week10/Week10_40119']);
    expect(choosePlates(plates, 'Week1')).toHaveLength(6);
  });
});
