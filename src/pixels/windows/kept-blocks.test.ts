import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Image } from '../pixels.ts';
import type { Box } from '../symmetry.ts';
import { keepBlocks } from './kept-blocks.ts';
import { inReadingOrder, stripsOf } from './walk.ts';
import { cutBox, readWhole, windowsOf } from './windowed-image.ts';

/** An image whose pixels tell where they are. */
function numbered({ channels, height, width }: { channels: number; height: number; width: number }): Image {
  const data = Uint16Array.from({ length: channels * height * width }, (_, i) => i);
  return { data, channels, height, width, channelNames: Array.from({ length: channels }, (_, c) => `C${c}`) };
}

/** Reads windows of an image that tells which blocks were decoded. */
function readInBlocks(image: Image, { blocks, ...options }: Blocks) {
  const decoded: Box[] = [];
  const { data, ...about } = image;
  const windows = keepBlocks(
    {
      ...about,
      ...{ blocks, sampleBytes: data.BYTES_PER_ELEMENT },
      async decode(box) {
        decoded.push(box);
        return cutBox(image, box);
      },
    },
    options,
  );
  return { windows, decoded };
}

interface Blocks {
  readonly blocks: { readonly height: number; readonly width: number };
  readonly keptBytes?: number;
  readonly together?: number;
}

const side = fc.integer({ min: 1, max: 40 });
const sizes = fc.record({ channels: fc.integer({ min: 1, max: 3 }), height: side, width: side });
const block = fc.record({ height: fc.integer({ min: 1, max: 16 }), width: fc.integer({ min: 1, max: 16 }) });
const settings = fc.record({
  blocks: block,
  keptBytes: fc.integer({ min: 0, max: 4000 }),
  together: fc.integer({ min: 1, max: 300 }),
});
const boxIn = (height: number, width: number) =>
  fc.tuple(fc.nat(height - 1), fc.nat(height - 1), fc.nat(width - 1), fc.nat(width - 1)).map(
    ([a, b, c, d]): Box => ({
      ...{ top: Math.min(a, b), left: Math.min(c, d) },
      ...{ height: Math.abs(a - b) + 1, width: Math.abs(c - d) + 1 },
    }),
  );

describe('windows of an image', () => {
  it('have the pixels of the whole, whatever is decoded at once and however little is kept', async () => {
    const cases = sizes.chain((size) =>
      fc.record({
        size: fc.constant(size),
        options: settings,
        boxes: fc.array(boxIn(size.height, size.width), { minLength: 1, maxLength: 6 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, options, boxes }) => {
        const image = numbered(size);
        const { windows, decoded } = readInBlocks(image, options);
        const got = await Promise.all(boxes.map((box) => windows.read(box)));
        expect(got.map(plain)).toEqual(boxes.map((box) => plain(cutBox(image, box))));
        for (const { top, left, height, width } of decoded) {
          expect(top % options.blocks.height).toBe(0);
          expect(left % options.blocks.width).toBe(0);
          expect(height % options.blocks.height === 0 || top + height === size.height).toBe(true);
          expect(width % options.blocks.width === 0 || left + width === size.width).toBe(true);
        }
      }),
    );
  });

  it('in reading order decode no block twice within a band', async () => {
    const cases = fc.record({ size: sizes, options: settings, tall: fc.integer({ min: 1, max: 12 }) });
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, options, tall }) => {
        const image = numbered(size);
        const { windows, decoded } = readInBlocks(image, options);
        const wide = windows.bandWidth(tall);
        const boxes = tilesOf(size, tall);
        const order = inReadingOrder(windows, boxes, (box) => box);
        expect(new Set(order)).toEqual(new Set(boxes));
        for (const box of order) await windows.read(box);
        if (wide < size.width) return;
        const places = decoded.map(({ top, left }) => `${top},${left}`);
        expect(new Set(places).size).toBe(places.length);
      }),
    );
  });

  it('are decoded about once where the image is far wider than what is kept', async () => {
    const image = numbered({ channels: 1, height: 64, width: 512 });
    const { windows, decoded } = readInBlocks(image, {
      ...{ blocks: { height: 16, width: 16 }, together: 1, keptBytes: 2 * 32 * 200 },
    });
    expect(windows.bandWidth(10)).toBeLessThan(512);
    const boxes = tilesOf(image, 10);
    for (const box of inReadingOrder(windows, boxes, (each) => each)) await windows.read(box);
    const once = 4 * 32;
    expect(decoded.length).toBeLessThan(1.2 * once);
    const careless = readInBlocks(image, {
      ...{ blocks: { height: 16, width: 16 }, together: 1, keptBytes: 2 * 32 * 200 },
    });
    for (const box of boxes) await careless.windows.read(box);
    expect(careless.decoded.length).toBeGreaterThan(1.5 * once);
  });

  it('that could not be decoded are tried again', async () => {
    const image = numbered({ channels: 1, height: 4, width: 4 });
    let tries = 0;
    const windows = keepBlocks({
      ...{ channels: 1, height: 4, width: 4, sampleBytes: 2, blocks: { height: 4, width: 4 } },
      async decode(box) {
        if (++tries === 1) throw new Error('busy');
        return cutBox(image, box);
      },
    });
    const box = { top: 1, left: 1, height: 2, width: 2 };
    await expect(windows.read(box)).rejects.toThrow('busy');
    expect([...(await windows.read(box)).data]).toEqual([5, 6, 9, 10]);
  });
});

describe('strips of an image', () => {
  it('have all of its rows once, in order, of an image in memory as of one that is read', async () => {
    const cases = fc.record({
      size: sizes,
      options: settings,
      rows: fc.integer({ min: 1, max: 8 }),
      stripBytes: fc.integer({ min: 1, max: 500 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, options, rows, stripBytes }) => {
        const image = numbered(size);
        for (const windows of [windowsOf(image), readInBlocks(image, options).windows]) {
          let next = 0;
          for await (const { top, image: strip } of stripsOf(windows, { rows, stripBytes })) {
            expect(top).toBe(next);
            next += strip.height;
            expect(strip.height % rows === 0 || next === size.height).toBe(true);
            const box = { top, left: 0, height: strip.height, width: size.width };
            expect(plain(strip)).toEqual(plain(cutBox(image, box)));
          }
          expect(next).toBe(size.height);
        }
        expect(plain(await readWhole(readInBlocks(image, options).windows))).toEqual(plain(image));
      }),
    );
  });
});

function tilesOf({ height, width }: { height: number; width: number }, tall: number): Box[] {
  const boxes: Box[] = [];
  for (let top = 0; top < height; top += Math.max(1, tall - 2)) {
    for (let left = 0; left < width; left += Math.max(1, tall - 2)) {
      boxes.push({ top, left, height: Math.min(tall, height - top), width: Math.min(tall, width - left) });
    }
  }
  return boxes;
}

const plain = ({ data, ...about }: Image) => ({ ...about, data: [...data] });
