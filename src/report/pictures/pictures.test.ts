import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Image } from '../../pixels/pixels.ts';
import { paintHeat } from './heat.ts';
import { saturatedShares, saturationColumns } from './saturation.ts';
import { paintSheets } from './sheets.ts';
import { intensitiesOf, shrinkField } from './small-field.ts';
import { spreadFields } from './spread-fields.ts';
import { createStretching } from './stretches.ts';

const imageOf = (
  data: Image['data'],
  { channels = 1, height, width }: Omit<Image, 'data' | 'channels'> & { channels?: number },
) => ({ data, channels, height, width }) satisfies Image;

/** A field whose left half is dark and whose right half is bright. */
const halves = (dark: number, bright: number, side = 64) =>
  imageOf(
    Uint16Array.from({ length: side * side }, (_, i) => (i % side < side / 2 ? dark : bright)),
    {
      height: side,
      width: side,
    },
  );

describe('a small field', () => {
  it('keeps its shape and nearly its intensities, whatever its size', () => {
    const sizes = fc.record({ height: fc.integer({ min: 1, max: 300 }), width: fc.integer({ min: 1, max: 300 }) });
    fc.assert(
      fc.property(sizes, ({ height, width }) => {
        // A ramp across the field: what a pixel shows is told by its place.
        const data = Uint16Array.from({ length: height * width }, (_, i) => 100 + 10 * (i % width));
        const small = shrinkField(imageOf(data, { height, width }), { side: 40 });
        expect(Math.max(small.height, small.width)).toBe(Math.min(40, Math.max(height, width)));
        expect(small.of).toEqual({ height, width });
        const found = intensitiesOf(small.planes[0]!);
        const span = 10 * width;
        for (const x of [0, small.width >> 1, small.width - 1]) {
          const expected = 100 + 10 * (((x + 0.5) * width) / small.width - 0.5);
          expect(Math.abs(found[x]! - expected)).toBeLessThanOrEqual(0.02 * span + 10 * (width / small.width));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('leaves out channels beyond the fourth, and shows what is no number as black', () => {
    const data = Float32Array.from({ length: 5 * 16 }, (_, i) => (i === 3 ? Number.NaN : i % 16));
    const small = shrinkField(imageOf(data, { channels: 5, height: 4, width: 4 }));
    expect(small.planes).toHaveLength(4);
    expect(small.planes[0]!.bytes[3]).toBe(0);
    expect(Math.max(...small.planes[0]!.bytes)).toBe(255);
  });

  it('counts pixels that are saturated, and none where the brightest are below any limit', () => {
    const saturated = shrinkField(halves(50, 4095));
    const [column] = saturationColumns([saturated, shrinkField(halves(50, 60)), undefined], ['DNA']);
    expect(column).toMatchObject({ name: 'ImageQuality_PercentMaximal_DNA', of: 'DNA', numbers: [50, 0, null] });
    expect(saturatedShares({ unit: 'field', rows: 3, columns: [column!] })).toEqual([{ channel: 'DNA', share: 0.25 }]);
    expect(saturationColumns([shrinkField(halves(50, 3000))], ['DNA'])).toEqual([]);
  });
});

describe('brightness', () => {
  it('is one for all fields of a plate, so that a dim well looks dim', () => {
    const stretching = createStretching();
    const [bright, dim] = [shrinkField(halves(0, 1000)), shrinkField(halves(0, 100))];
    for (const small of [bright, dim]) stretching.add('P', small);
    stretching.add('Q', dim);
    expect(stretching.of('P')[0]!.white).toBeCloseTo(1000, 0);
    expect(stretching.of('Q')[0]!.white).toBeCloseTo(100, 0);
    // A plate that nobody looked at has that of all.
    expect(stretching.of('R')[0]!.white).toBeCloseTo(1000, 0);
    const lightOf = (small: typeof dim, plate: string) => {
      const [sheet] = paintSheets([{ small, stretches: stretching.of(plate) }], [[255, 255, 255]]);
      return Math.max(...sheet!.mosaic.pictures[0]!.data);
    };
    expect(lightOf(dim, 'Q')).toBe(255);
    expect(lightOf(dim, 'P')).toBeLessThan(60);
  });
});

describe('sheets', () => {
  it('hold fields in their order, each in the middle of its tile, some on each', () => {
    const wide = shrinkField(imageOf(new Uint8Array(32 * 64), { height: 32, width: 64 }));
    const high = shrinkField(imageOf(new Uint8Array(64 * 32), { height: 64, width: 32 }));
    const stretches = [{ black: 0, white: 1 }];
    const fields = Array.from({ length: 150 }, (_, i) => ({ small: i === 13 ? high : wide, stretches }));
    const sheets = [...paintSheets(fields, [[255, 255, 255]])];
    expect(sheets.map(({ about }) => about)).toEqual([
      { width: 64, height: 64, columns: 12, tiles: 144 },
      { width: 64, height: 32, columns: 6, tiles: 6 },
    ]);
    const [{ mosaic }] = sheets as [(typeof sheets)[number]];
    expect(mosaic).toMatchObject({ width: 12 * 64, height: 12 * 64 });
    expect(mosaic.pictures[13]).toMatchObject({ left: 64 + 16, top: 64 });
    expect(mosaic.pictures[0]).toMatchObject({ left: 0, top: 16 });
  });
});

describe('fields with a picture', () => {
  const fields = Array.from({ length: 40 }, (_, i) => ({
    imageNumber: i + 1,
    metadata: { Metadata_Plate: 'P', Metadata_Well: `A${1 + (i >> 2)}` },
  }));
  const wells = (chosen: Iterable<(typeof fields)[number]>) =>
    [...chosen].map(({ metadata }) => metadata.Metadata_Well);

  it('are all, or some of every well as far as there is room', () => {
    expect(spreadFields(fields, { most: 40 }).size).toBe(40);
    const some = spreadFields(fields, { most: 15 });
    expect(some.size).toBe(15);
    expect(new Set(wells(some)).size).toBe(10);
    // More wells than pictures: some of the wells, from the first to the last part of the plate.
    const few = wells(spreadFields(fields, { most: 3 }));
    expect(few).toEqual(['A2', 'A6', 'A9']);
  });
});

describe('heat', () => {
  it('is see-through where nothing supports the class, and strongest at the largest value', () => {
    const { data } = paintHeat(Float32Array.of(0, 0.001, 0.25, 1), { height: 2, width: 2 });
    const opaque = [3, 7, 11, 15].map((i) => data[i]!);
    expect(opaque.slice(0, 2)).toEqual([0, 0]);
    expect(opaque[3]! / opaque[2]!).toBeCloseTo(2, 1);
    expect(Math.max(...paintHeat(new Float32Array(4), { height: 2, width: 2 }).data)).toBe(0);
  });
});
