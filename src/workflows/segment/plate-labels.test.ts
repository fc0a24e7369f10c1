import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ngffSchemas } from '../../../test/ngff-schemas.ts';
import { describeWithSharedData } from '../../../test/shared-data.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { OME_ZARR_VERSIONS, type OmeZarrVersion } from '../../image/zarr-writer/ome-zarr-version.ts';
import { readArray, readGroup } from '../../image/zarr-writer/testing/read-back.ts';
import { writeZarrImage } from '../../image/zarr-writer/write-image.ts';
import type { FieldRegions } from '../../localization/regions/field-regions.ts';
import { measureLabels } from '../../localization/regions/measure-labels.ts';
import { classColour } from '../../pixels/class-colours.ts';
import type { Screen } from '../../screen/screen.ts';
import { createNodeHost } from '../node/node-host.ts';
import { createLabelsWriter } from './plate-labels.ts';

const folder = temporaryFolder();
const host = createNodeHost();
const [height, width] = [6, 5];

async function imageOf(name: string, version: OmeZarrVersion): Promise<string> {
  const place = join(folder, name);
  const window = { start: 0, end: 1, least: 0, most: 1 };
  await writeZarrImage(
    place,
    { data: new Uint8Array(height * width), channels: 1, height, width },
    {
      ...{ version, levels: 2, chunk: 64, compression: 'none', name },
      channels: [{ label: 'DNA', colour: [0, 0, 255], window }],
    },
    host.files,
  );
  return place;
}

const screenOf = (...files: readonly string[]): Screen => ({
  ...{ source: 'plate.zarr', channels: ['DNA'], columns: [] },
  fields: files.map((file, i) => ({ imageNumber: i, row: i + 2, sources: [{ file, plane: 0 }], metadata: {} })),
});

/** Two regions: 1 of class 1 and 2 of class 0. */
function regions(): FieldRegions {
  const labels = new Int32Array(height * width);
  labels.fill(1, 0, 3);
  labels.fill(2, 10, 15);
  const measured = measureLabels({ data: labels, height, width, count: 2 });
  return { labels, height, width, regions: measured.map((region, i) => ({ ...region, classIndex: 1 - i })) };
}

describe('createLabelsWriter', () => {
  it.each(OME_ZARR_VERSIONS)(
    'writes regions into an image of %s with the colours and names of classes',
    async (version) => {
      const image = await imageOf(`image-${version}`, version);
      const screen = screenOf(image);
      const write = await createLabelsWriter(screen, { classes: ['round', 'long'], overwrite: false }, host);
      await write.whole(screen.fields[0]!, regions());
      const place = join(image, 'labels', 'milscope');
      expect(Int32Array.from((await readArray(join(place, '0'))).data)).toEqual(regions().labels);
      expect(readGroup(join(image, 'labels')).ome.labels).toEqual(['milscope']);
      const about = readGroup(place).ome['image-label'];
      expect(about.properties).toEqual([
        { 'label-value': 1, class: 'long', 'area (pixels)': 3 },
        { 'label-value': 2, class: 'round', 'area (pixels)': 5 },
      ]);
      expect(about.colors.map(({ rgba }: { rgba: number[] }) => rgba.slice(0, 3))).toEqual([
        [0, 0, 0],
        classColour(1),
        classColour(0),
      ]);
      const create = (overwrite: boolean) => createLabelsWriter(screen, { classes: [], overwrite }, host);
      await expect(create(false)).rejects.toThrow(expect.objectContaining({ tag: 'OutputExists' }));
      await (await create(true)).whole(screen.fields[0]!, { ...regions(), regions: [] });
      expect(readGroup(place).ome['image-label'].properties).toBeUndefined();
    },
  );

  it('refuses a screen that is no plate, but not a plate of which images are damaged', async () => {
    const tiff = join(folder, 'a.tif');
    await writeFile(tiff, 'II*');
    const damaged = join(folder, 'damaged');
    await mkdir(damaged);
    const whole = await imageOf('whole', '0.4');
    const create = (...files: readonly string[]) =>
      createLabelsWriter(screenOf(...files), { classes: [], overwrite: false }, host);
    for (const files of [[tiff], [whole, tiff], [damaged], [join(folder, 'absent')]]) {
      await expect(create(...files), files.join()).rejects.toThrow(expect.objectContaining({ tag: 'BadOption' }));
    }
    await create(damaged, join(folder, 'absent'), whole);
  });
});

describeWithSharedData('labels that segment writes, by the official schemas', (data) => {
  it.each(OME_ZARR_VERSIONS)('%s', async (version) => {
    const image = await imageOf(`valid-${version}`, version);
    const screen = screenOf(image);
    const write = await createLabelsWriter(screen, { classes: ['a', 'b'], overwrite: false }, host);
    await write.whole(screen.fields[0]!, regions());
    const schemas = ngffSchemas(data, version);
    const { file } = readGroup(join(image, 'labels', 'milscope'));
    for (const name of ['strict_label', 'strict_image']) {
      const validate = schemas(name);
      expect([name, validate(version === '0.5' ? file.attributes : file), validate.errors]).toEqual([name, true, null]);
    }
  });
});
