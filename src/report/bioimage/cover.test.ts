import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { nodePictures } from '../../image/node/pictures.ts';
import { createRandom } from '../../random.ts';
import { renderCover } from './cover.ts';

/** A field of nothing but noise, which no format makes small. */
function noise({ channels, height, width }: { channels: number; height: number; width: number }) {
  const random = createRandom(1, 'cover');
  const plane = (count: number) => Float32Array.from({ length: count }, () => random.uniform());
  return {
    field: { data: plane(channels * height * width), channels, height, width },
    map: plane(height * width),
    channels: Array.from({ length: channels }, (_, i) => `a channel with a name that is rather long ${i}`),
  };
}

describe('renderCover', () => {
  it.each([
    { channels: 1, height: 64, width: 90 },
    { channels: 3, height: 500, width: 450 },
    { channels: 5, height: 400, width: 400 },
  ])('is twice as wide as high and below 500 KB for $channels channels of $width × $height', async (size) => {
    const cover = await renderCover({ ...noise(size), note: 'What speaks for nothing' }, nodePictures);
    expect(cover.length).toBeLessThan(500_000);
    expect(await sharp(cover).metadata()).toMatchObject({ format: 'jpeg', width: 800, height: 400 });
  });

  it('shows the map of the part of the field that it shows, and nothing where there is nothing', async () => {
    const [height, width] = [500, 600];
    const data = new Uint16Array(height * width);
    const map = new Float32Array(height * width);
    // A square in the middle, and one in the corner that is not shown.
    for (let y = 230; y < 270; y++) data.fill(1000, y * width + 280, y * width + 320);
    for (let y = 0; y < 40; y++) map.fill(1000, y * width, y * width + 40);
    for (let y = 230; y < 270; y++) map.fill(1, y * width + 280, y * width + 320);
    const shown = { field: { data, channels: 1, height, width }, channels: ['DNA'], note: '' };
    const brightest = async (cover: Uint8Array, x: number, y: number) => {
      const raw = await sharp(cover).raw().toBuffer();
      return Math.max(...raw.subarray(3 * (y * 800 + x), 3 * (y * 800 + x) + 3));
    };
    const cover = await renderCover({ ...shown, map }, nodePictures);
    expect(await brightest(cover, 200, 200)).toBeGreaterThan(240);
    expect(await brightest(cover, 50, 50)).toBeLessThan(15);
    expect(await brightest(cover, 600, 200)).toBeGreaterThan(240);
    expect(await brightest(cover, 410, 10)).toBeLessThan(100);
    const empty = await renderCover({ ...shown, map: new Float32Array(height * width) }, nodePictures);
    expect(await brightest(empty, 600, 200)).toBeLessThan(100);
  });
});
