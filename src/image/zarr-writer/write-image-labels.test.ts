import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { isZarrImage } from './image-group.ts';
import { OME_ZARR_VERSIONS, type OmeZarrVersion } from './ome-zarr-version.ts';
import { readArray, readGroup } from './testing/read-back.ts';
import { writeZarrImage } from './write-image.ts';
import { type LabelProperties, writeImageLabels } from './write-image-labels.ts';

const folder = temporaryFolder();
const storage = { chunk: 64, compression: 'blosc' } as const;

async function imageOf(version: OmeZarrVersion, { height = 13, width = 21, levels = 3, pixelSize = 2 } = {}) {
  const place = await mkdtemp(join(folder, 'image-'));
  const window = { start: 0, end: 1, least: 0, most: 1 };
  await writeZarrImage(
    place,
    { data: new Uint8Array(height * width), channels: 1, height, width },
    { ...storage, version, levels, pixelSize, name: 'A01', channels: [{ label: 'DNA', colour: [0, 0, 255], window }] },
    nodeFiles,
  );
  return place;
}

describe.each(OME_ZARR_VERSIONS)('labels in OME-Zarr %s', (version) => {
  it('have the levels of the image, at the same places', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom(5, 300, 65535, 65536, 2_000_000),
        async (height, width, most) => {
          const place = await imageOf(version, { height, width });
          const labels = Int32Array.from({ length: height * width }, (_, i) => (i * 7919) % (most + 1));
          labels[0] = most;
          const present = new Set(labels);
          await writeImageLabels(place, { labels, height, width }, { ...storage, name: 'cells' }, nodeFiles);
          const written = join(place, 'labels', 'cells');
          const first = await readArray(join(written, '0'));
          expect(first.shape).toEqual([height, width]);
          expect(first.data.constructor).toBe(most > 65535 ? Uint32Array : Uint16Array);
          expect(labels.every((label, i) => label === first.data[i])).toBe(true);
          const [image, own] = [place, written].map((at) => readGroup(at).ome.multiscales[0]);
          for (const [i, { path, coordinateTransformations }] of image.datasets.entries()) {
            const [{ shape }, label] = [await readArray(join(place, path)), await readArray(join(written, path))];
            expect(label.shape).toEqual(shape.slice(1));
            expect(Array.from(label.data).filter((value) => !present.has(value))).toEqual([]);
            const [scale, translation] = coordinateTransformations;
            expect(own.datasets[i].coordinateTransformations).toEqual([
              { type: 'scale', scale: scale.scale.slice(1) },
              ...(translation ? [{ type: 'translation', translation: translation.translation.slice(1) }] : []),
            ]);
          }
          expect(own.axes).toEqual(image.axes.slice(1));
        },
      ),
      { numRuns: 10 },
    );
  });

  it('made at a smaller level begin there', async () => {
    const place = await imageOf(version, { height: 13, width: 21 });
    const labels = Int32Array.from({ length: 7 * 11 }, (_, i) => i % 4);
    await writeImageLabels(place, { labels, height: 7, width: 11 }, { ...storage, name: 'milscope' }, nodeFiles);
    const { multiscales } = readGroup(join(place, 'labels', 'milscope')).ome;
    expect(multiscales[0].datasets.map((level: { path: string }) => level.path)).toEqual(['0', '1']);
    expect(multiscales[0].datasets[0].coordinateTransformations).toEqual([
      { type: 'scale', scale: [4, 4] },
      { type: 'translation', translation: [1, 1] },
    ]);
  });

  it('say what is known of each, and where they come from', async () => {
    const place = await imageOf(version);
    const labels = new Int32Array(13 * 21);
    labels.set([3, 1, 9]);
    const known: readonly LabelProperties[] = [
      { label: 1, colour: [1, 2, 3], properties: { class: 'round' } },
      { label: 3, properties: { class: 'long', 'area (pixels)': 1 } },
    ];
    await writeImageLabels(
      place,
      { labels, height: 13, width: 21 },
      { ...storage, name: 'milscope', known },
      nodeFiles,
    );
    const about = readGroup(join(place, 'labels', 'milscope')).ome['image-label'];
    expect(about.source).toEqual({ image: '../../' });
    expect(about.properties).toEqual([
      { 'label-value': 1, class: 'round' },
      { 'label-value': 3, class: 'long', 'area (pixels)': 1 },
    ]);
    expect(about.colors.slice(0, 2)).toEqual([
      { 'label-value': 0, rgba: [0, 0, 0, 0] },
      { 'label-value': 1, rgba: [1, 2, 3, 255] },
    ]);
    expect(about.colors.map((colour: { 'label-value': number }) => colour['label-value'])).toEqual([0, 1, 3, 9]);
  });

  it('are listed beside those that were there, whatever else the list says', async () => {
    const place = await imageOf(version);
    const labels = { labels: new Int32Array(13 * 21), height: 13, width: 21 };
    await writeImageLabels(place, labels, { ...storage, name: 'nuclei' }, nodeFiles);
    const file = join(place, 'labels', version === '0.5' ? 'zarr.json' : '.zattrs');
    const found = JSON.parse(await readFile(file, 'utf8'));
    const marked = version === '0.5' ? { ...found, attributes: { ...found.attributes, lab: 1 } } : { ...found, lab: 1 };
    await writeFile(file, JSON.stringify(marked));
    await writeImageLabels(place, labels, { ...storage, name: 'milscope' }, nodeFiles);
    const { ome, file: list } = readGroup(join(place, 'labels'));
    expect(ome.labels).toEqual(['nuclei', 'milscope']);
    expect((version === '0.5' ? list.attributes : list).lab).toBe(1);
  });

  it('are replaced only when that is wanted, and leave nothing beside them', async () => {
    const place = await imageOf(version);
    const labelled = (value: number) => ({ labels: new Int32Array(13 * 21).fill(value), height: 13, width: 21 });
    await writeImageLabels(place, labelled(1), { ...storage, name: 'milscope' }, nodeFiles);
    await expect(
      writeImageLabels(place, labelled(2), { ...storage, name: 'milscope' }, nodeFiles),
    ).rejects.toMatchObject({
      tag: 'OutputExists',
    });
    await writeImageLabels(place, labelled(2), { ...storage, name: 'milscope', overwrite: true }, nodeFiles);
    expect(new Set(Array.from((await readArray(join(place, 'labels', 'milscope', '0'))).data))).toEqual(new Set([2]));
    expect(readGroup(join(place, 'labels')).ome.labels).toEqual(['milscope']);
    expect((await readdir(join(place, 'labels'))).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('are refused where they do not fit, or where there is no image', async () => {
    const place = await imageOf(version);
    const labels = { labels: new Int32Array(12), height: 3, width: 4 };
    await expect(writeImageLabels(place, labels, { ...storage, name: 'x' }, nodeFiles)).rejects.toMatchObject({
      tag: 'BadImage',
      details: { found: 'labels of 4 × 3 pixels', expected: '21 × 13, 11 × 7, 6 × 4' },
    });
    const negative = { labels: new Int32Array(13 * 21).fill(-1), height: 13, width: 21 };
    await expect(writeImageLabels(place, negative, { ...storage, name: 'x' }, nodeFiles)).rejects.toMatchObject({
      tag: 'BadImage',
    });
    expect(existsSync(join(place, 'labels', 'x'))).toBe(false);

    expect(await isZarrImage(place, nodeFiles)).toBe(true);
    await rm(join(place, '1'), { recursive: true });
    const whole = { ...negative, labels: new Int32Array(13 * 21) };
    await expect(writeImageLabels(place, whole, { ...storage, name: 'x' }, nodeFiles)).rejects.toMatchObject({
      tag: 'BadImage',
    });
    const empty = join(place, 'empty');
    await mkdir(empty);
    for (const none of [empty, join(place, 'absent'), join(place, '0'), join(place, 'zarr.json')]) {
      expect(await isZarrImage(none, nodeFiles)).toBe(false);
      await expect(writeImageLabels(none, whole, { ...storage, name: 'x' }, nodeFiles)).rejects.toMatchObject({
        tag: 'BadImage',
      });
    }
  });
});
