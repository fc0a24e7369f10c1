import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Labels } from '../plane.ts';
import { type ClassMaps, classifyRegions } from '../regions/class-regions.ts';
import { measureLabels } from '../regions/measure-labels.ts';
import { findRegions } from '../regions/regions.ts';
import { compressRuns, runLengths } from '../regions/run-lengths.ts';
import { maskOf } from '../testing/draw.ts';
import { randomLabels } from '../testing/random-labels.ts';
import { createCocoWriter, type TextSink } from './coco.ts';
import { regionsToGeoJson } from './geojson.ts';
import { signedArea } from './outlines.ts';
import { regionColumns, regionRows } from './region-table.ts';

const asFound = (labels: Labels) => ({ ...labels, labels: labels.data, regions: measureLabels(labels) });

const mask = maskOf('.##..', '.#.#.', '.###.', '....#');
const maps: ClassMaps = {
  data: Float32Array.from({ length: 40 }, (_, i) => (i < 20 ? 1 / 3 : i / 40)),
  classes: 2,
};
const classes = ['round', 'flat "edge"'];
const found = classifyRegions(findRegions(mask), maps);

describe('a table of regions', () => {
  it('has the names of CellProfiler, the class and the mean of every class', () => {
    const columns = regionColumns(classes);
    const [row] = regionRows(found, classes);
    expect(Object.fromEntries(columns.map((name, i) => [name, row![i]]))).toEqual({
      ObjectNumber: 1,
      Location_Center_X: 2.13,
      Location_Center_Y: 1.38,
      AreaShape_Area: 8,
      AreaShape_BoundingBoxMinimum_X: 1,
      AreaShape_BoundingBoxMinimum_Y: 0,
      AreaShape_BoundingBoxMaximum_X: 5,
      AreaShape_BoundingBoxMaximum_Y: 4,
      MIL_Class: 'flat "edge"',
      MIL_Probability_round: 0.333333,
      'MIL_Probability_flat "edge"': 0.725,
    });
  });

  it('has neither where there are no classes, and empty cells where a region has none', () => {
    expect(regionColumns()).not.toContain('MIL_Class');
    const plain = findRegions(mask);
    expect(regionRows(plain)[0]).toHaveLength(regionColumns().length);
    expect(regionRows(plain, classes)[0]!.slice(-3)).toEqual(['', '', '']);
  });
});

describe('GeoJSON', () => {
  it('has what QuPath reads of an object', () => {
    const { type, features } = regionsToGeoJson(found, { classes, objectType: 'annotation' });
    expect(type).toBe('FeatureCollection');
    expect(features).toHaveLength(1);
    const [{ geometry, properties }] = features as [(typeof features)[0]];
    // The last pixel touches the others at a corner only.
    expect(geometry.type).toBe('MultiPolygon');
    expect(geometry.coordinates).toHaveLength(2);
    expect(properties).toEqual({
      objectType: 'annotation',
      classification: { name: 'flat "edge"', color: [255, 100, 38] },
      measurements: expect.objectContaining({ ObjectNumber: 1, AreaShape_Area: 8, MIL_Probability_round: 0.333333 }),
    });
  });

  it('has the area of every region in its outline, and holes as inner rings', () => {
    fc.assert(
      fc.property(randomLabels, (labels) => {
        const { regions, ...image } = asFound(labels);
        regionsToGeoJson({ ...image, regions }).features.forEach(({ geometry, properties }, i) => {
          const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
          expect(polygons.flat().reduce((sum, ring) => sum + signedArea(ring), 0)).toBe(regions[i]!.area);
          expect(properties).not.toHaveProperty('classification');
          expect(properties.objectType).toBe('detection');
        });
      }),
    );
  });

  it('of a field without regions is empty, and valid', () => {
    const none = findRegions(maskOf('...'));
    expect(JSON.stringify(regionsToGeoJson(none))).toBe('{"type":"FeatureCollection","features":[]}');
  });
});

/** The pixels that compressed run lengths mean, `[height, width]`: `rleFrString` and `rleDecode` of the COCO API. */
function decoded(text: string, [height, width]: readonly [number, number]): Uint8Array {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let [value, shift, sign] = [0, 0, 0];
    do {
      sign = text.charCodeAt(at++) - 48;
      value |= (sign & 31) << shift;
      shift += 5;
    } while ((sign & 32) !== 0);
    if ((sign & 16) !== 0) value |= -1 << shift;
    counts.push(value + (counts.length > 2 ? counts[counts.length - 2]! : 0));
  }
  const columns = counts.flatMap((count, i) => new Array<number>(count).fill(i % 2));
  expect(columns).toHaveLength(height * width);
  return Uint8Array.from(columns, (_, pixel) => columns[(pixel % width) * height + Math.floor(pixel / width)]!);
}

describe('run lengths', () => {
  it('go down the columns, from the background', () => {
    const { data, ...shape } = mask;
    const image = { labels: Int32Array.from(data), ...shape };
    expect(runLengths(image, found.regions[0]!)).toEqual([4, 3, 1, 1, 1, 1, 2, 2, 4, 1]);
  });

  it('are compressed as the COCO API does it', () => {
    // Small numbers are one sign, differences may be negative: by hand from rleToString.
    expect(compressRuns([0, 3, 1])).toBe('031');
    expect(compressRuns([6, 1, 40, 4, 5, 4, 5, 4, 21])).toBe('61X13mN000`0');
  });

  it('are the pixels of each region, compressed and read again', () => {
    fc.assert(
      fc.property(randomLabels, (labels) => {
        const image = asFound(labels);
        for (const region of image.regions) {
          const counts = compressRuns(runLengths(image, region));
          expect(decoded(counts, [labels.height, labels.width])).toEqual(
            Uint8Array.from(labels.data, (label) => Number(label === region.label)),
          );
        }
      }),
    );
  });

  it('of a large field survive too', () => {
    const [height, width] = [2160, 2160];
    const labels = new Int32Array(height * width);
    for (const pixel of [0, 1_000_000, height * width - 1]) labels[pixel] = 1;
    const image = asFound({ data: labels, height, width, count: 1 });
    const read = decoded(compressRuns(runLengths(image, image.regions[0]!)), [height, width]);
    expect(read.every((inside, pixel) => inside === labels[pixel])).toBe(true);
  });
});

describe('COCO', () => {
  const createSink = () => {
    const pieces: string[] = [];
    const ended: string[] = [];
    const sink: TextSink = {
      write: async (piece) => void pieces.push(piece),
      keep: async () => void ended.push('kept'),
      discard: async () => void ended.push('discarded'),
    };
    return { sink, pieces, ended };
  };

  it('has images, categories and annotations that belong together', async () => {
    const { sink, pieces, ended } = createSink();
    const coco = await createCocoWriter(sink, classes);
    await coco.add({ id: 7, fileName: 'images/A01.tif' }, found);
    await coco.add({ id: 9, fileName: 'images/A02.tif' }, findRegions(maskOf('...')));
    await coco.add({ id: 8, fileName: 'images/A03.tif' }, findRegions(maskOf('#.#')));
    expect(ended).toEqual([]);
    await coco.close();
    expect(ended).toEqual(['kept']);
    const file = JSON.parse(pieces.join(''));
    expect(file.categories.map(({ id, name }: { id: number; name: string }) => [id, name])).toEqual([
      [1, 'round'],
      [2, 'flat "edge"'],
    ]);
    expect(file.images).toEqual([
      { id: 7, file_name: 'images/A01.tif', width: 5, height: 4 },
      { id: 9, file_name: 'images/A02.tif', width: 3, height: 1 },
      { id: 8, file_name: 'images/A03.tif', width: 3, height: 1 },
    ]);
    const [first, second, third] = file.annotations;
    expect(first).toMatchObject({ id: 1, image_id: 7, category_id: 2, bbox: [1, 0, 4, 4], area: 8, iscrowd: 0 });
    expect(first.score).toBe(0.725);
    expect(decoded(first.segmentation.counts, first.segmentation.size)).toEqual(mask.data);
    expect(second).toMatchObject({ id: 2, image_id: 8, category_id: 1, bbox: [0, 0, 1, 1] });
    expect(second).not.toHaveProperty('score');
    expect(third).toMatchObject({ id: 3, image_id: 8, bbox: [2, 0, 1, 1] });
  });

  it('is valid without any field, and passes on what it has after each', async () => {
    const { sink, pieces } = createSink();
    const coco = await createCocoWriter(sink, ['region']);
    const before = pieces.length;
    await coco.add({ id: 1, fileName: 'a.tif' }, found);
    expect(pieces.slice(before).join('')).toContain('"image_id":1');
    const empty = createSink();
    await (await createCocoWriter(empty.sink, ['region'])).close();
    expect(JSON.parse(empty.pieces.join(''))).toMatchObject({ images: [], annotations: [] });
  });
});
