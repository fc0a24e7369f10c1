import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { nodePictures } from '../../image/node/pictures.ts';
import { readImage } from '../../image/read.ts';
import { findRegions } from '../../localization/regions/regions.ts';
import { discs } from '../../localization/testing/draw.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { viridis } from './colours.ts';
import { textSvg } from './drawing.ts';
import { captionsOf, type GalleryField, type GalleryOptions, renderGallery } from './gallery.ts';
import { cut, middleOf, resample, resampleLabels } from './resample.ts';
import { roundLength } from './scale-bar.ts';
import { coloured, stretch } from './tiles.ts';

const folder = temporaryFolder();

/** A field of two channels with three discs, of which the mask has all and the reference two. */
function exampleField(name: string, size = 96): GalleryField {
  const centres = [
    [20, 25],
    [70, 60],
    [30, 75],
  ] as const;
  const [all, two] = [discs(centres, { size }), discs(centres.slice(0, 2), { size })];
  const mask = { ...all, data: Uint8Array.from(all.data, (value) => Number(value > 60)) };
  const { regions, ...found } = findRegions(mask);
  return {
    name,
    image: { data: Float32Array.from([...all.data, ...two.data]), channels: 2, height: size, width: size },
    map: all.data.map((value) => value / 120),
    found: { ...found, regions: regions.map((region, i) => ({ ...region, classIndex: i % 2, means: [] })) },
    reference: findRegions({ ...two, data: Uint8Array.from(two.data, (value) => Number(value > 60)) }).labels,
    iou: 0.667,
  };
}

/** The gallery as it reads back: a function that gives the colour at a place, and its size. */
async function rendered(fields: readonly GalleryField[], options: Partial<GalleryOptions> = {}) {
  writeFileSync(
    join(folder, 'gallery.png'),
    await renderGallery(fields, { title: 'Example', side: 96, ...options }, nodePictures),
  );
  const { data, channels, height, width } = await readImage(join(folder, 'gallery.png'), {}, nodeAccess);
  expect(channels).toBe(3);
  const at = (x: number, y: number) => [0, 1, 2].map((c) => data[c * height * width + y * width + x]!);
  return { data, height, width, at };
}

describe('a gallery', () => {
  it('has a row a field, and a column for the reference where any field has one', async () => {
    const one = await rendered([exampleField('A01')]);
    const two = await rendered([exampleField('A01'), { ...exampleField('A02'), reference: undefined }]);
    expect(one.width).toBe(2 * 16 + 4 * 96 + 3 * 10);
    expect(two.width).toBe(one.width);
    expect(two.height - one.height).toBe(96 + 28);
    const plain = await rendered([{ ...exampleField('A01'), reference: undefined }]);
    expect(plain.width).toBe(2 * 16 + 3 * 96 + 2 * 10);
  });

  it('has a scale bar on each field where the size of its pixels is known, of the length that it says', async () => {
    const fields = [exampleField('A01')];
    const [plain, barred] = [await rendered(fields), await rendered(fields, { pixelSize: 0.65 })];
    expect(barred.height).toBe(plain.height);
    // Three tenths of 96 pixels are 18.7 µm: the bar is 10 µm or 15.4 pixels long.
    const y = 62 + 96 - 12;
    const isWhite = (x: number) => barred.at(x, y).every((value) => value > 250);
    const white = Array.from({ length: 96 }, (_, i) => 16 + i).filter(isWhite);
    expect(white.length).toBeGreaterThanOrEqual(14);
    expect(white.length).toBeLessThanOrEqual(16);
    expect([1, 2.7, 19.9, 499, 0.03].map(roundLength)).toEqual([1, 2, 10, 200, 0.02]);
  });

  it('shows the field in colours, the map on its scale, and outlines of classes and reference', async () => {
    const { at } = await rendered([exampleField('A01')], { classes: ['round', 'flat'], range: [0, 1] });
    const [field, map, mask, reference] = [0, 1, 2, 3].map((column) => 16 + column * 106) as [
      number,
      number,
      number,
      number,
    ];
    const top = 62;
    // Both channels, the first alone, and nothing.
    expect(at(field + 20, top + 25)).toEqual([255, 255, 255]);
    expect(at(field + 30, top + 75)).toEqual([255, 0, 255]);
    expect(at(field + 90, top + 5)).toEqual([0, 0, 0]);
    const scale = await viridis();
    expect(at(map + 20, top + 25)).toEqual(scale[255]);
    expect(at(map + 90, top + 5)).toEqual(scale[Math.round(255 / 6)]);
    // The left ends of the discs; those of the first and third are of one class.
    expect(at(mask + 10, top + 25)).toEqual([59, 157, 255]);
    expect(at(mask + 60, top + 60)).toEqual([255, 100, 38]);
    expect(at(mask + 20, top + 75)).toEqual([59, 157, 255]);
    expect(at(reference + 60, top + 60)).toEqual([255, 255, 255]);
    expect(at(reference + 20, top + 75)).not.toEqual([255, 255, 255]);
  });

  it('has a title, captions and a scale with numbers under the rows', async () => {
    const dark = ({ data, height, width }: Awaited<ReturnType<typeof rendered>>, top: number, bottom: number) => {
      let count = 0;
      for (let i = top * width; i < bottom * width; i++) if (data[i]! < 128 && data[height * width + i]! < 128) count++;
      return count;
    };
    const gallery = await rendered([exampleField('A01')]);
    expect(dark(gallery, 0, 62)).toBeGreaterThan(100);
    expect(dark(gallery, 62 + 96, 62 + 96 + 28)).toBeGreaterThan(50);
    expect(dark(gallery, gallery.height - 40, gallery.height)).toBeGreaterThan(50);
  });

  it('shows the middle of a large field, and fields of any size', async () => {
    const { at, width } = await rendered([exampleField('large', 192)], { window: 96 });
    expect(width).toBe(2 * 16 + 4 * 96 + 3 * 10);
    // All discs are in the upper left quarter, of which the middle has a part.
    expect(at(16 + 70 - 48, 62 + 60 - 48)).toEqual([255, 255, 255]);
    const small = { data: new Uint8Array(6).fill(7), channels: 1, height: 2, width: 3 };
    const found = findRegions({ data: new Uint8Array(6), height: 2, width: 3 });
    const map = new Float32Array(6).fill(Number.NaN);
    const empty = await rendered([{ name: 'empty', image: small, map, found }], { channels: ['<DNA & more>'] });
    expect(empty.at(16 + 40, 62 + 20)).toEqual([0, 0, 0]);
    expect(empty.at(16 + 106 + 40, 62 + 20)).toEqual((await viridis())[0]);
  });
});

describe('the parts of a gallery', () => {
  it('count the objects of a reference, but not those of a mask of two values', () => {
    const field = exampleField('A01');
    const options = { part: field.image, hasReference: true, byChannel: false };
    expect(captionsOf(field, options)).toEqual(['A01', '', 'IoU 0.67, 3 regions', '2 objects']);
    const threshold = field.reference!.map((label) => Math.min(label, 1) * 255);
    expect(captionsOf({ ...field, reference: threshold }, options).at(-1)).toBe('foreground');
    expect(captionsOf({ ...field, reference: threshold.fill(0) }, options).at(-1)).toBe('0 objects');
    expect(captionsOf({ ...field, reference: undefined }, options).at(-1)).toBe('none');
  });

  const sizes = fc.record({ height: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 9 }) });

  it('keep the mean of a plane at any size, and its pixels at its own', () => {
    const planes = sizes.chain((from) =>
      fc
        .array(fc.integer({ min: 0, max: 1000 }), {
          minLength: from.height * from.width,
          maxLength: from.height * from.width,
        })
        .map((plane) => ({ from, plane })),
    );
    const mean = (values: ArrayLike<number>) =>
      Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
    fc.assert(
      fc.property(planes, sizes, ({ from, plane }, to) => {
        expect(mean(resample(plane, { from, to }))).toBeCloseTo(mean(plane), 1);
        expect([...resample(plane, { from, to: from })]).toEqual(plane);
        const labels = resampleLabels(Int32Array.from(plane), { from, to });
        expect(labels.every((label) => plane.includes(label))).toBe(true);
      }),
    );
  });

  it('cut the middle out of a plane', () => {
    const part = middleOf({ height: 3, width: 6 }, 2);
    expect(part).toEqual({ left: 2, top: 0, height: 2, width: 2 });
    expect([
      ...cut(
        Uint8Array.from({ length: 18 }, (_, i) => i),
        { width: 6, part },
      ),
    ]).toEqual([2, 3, 8, 9]);
  });

  it('stretch a channel between its percentiles, and a channel of one value to nothing', () => {
    const ramp = stretch(Float32Array.from({ length: 1001 }, (_, i) => 5 + i));
    expect([ramp[0], ramp[20], ramp[1000]]).toEqual([0, 0, 1]);
    expect(ramp[509]).toBeCloseTo(0.5, 2);
    expect([...stretch(new Float32Array(4).fill(9))]).toEqual([0, 0, 0, 0]);
    expect([
      ...coloured(
        [Float32Array.of(0.5), Float32Array.of(0.5)],
        [
          [255, 0, 0],
          [255, 255, 0],
        ],
      ),
    ]).toEqual([191, 128, 0]);
  });

  it('cut names that are too long, and escape signs of XML', () => {
    expect(textSvg({ x: 0, y: 0, text: 'a < b & c' })).toContain('>a &lt; b &amp; c<');
    const long = textSvg({ x: 0, y: 0, text: 'plate-1234567890_well-B07_site-3', widest: 120 });
    expect(long).toMatch(/>plate.*….*-3</);
  });
});
