import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { createRandom } from '../../random.ts';
import { pngByHand } from './png-by-hand.ts';
import { tiffByHand } from './tiff-by-hand.ts';

const fixtures = fileURLToPath(new URL('../../../test/fixtures/tiff/', import.meta.url));

/** Small images of every kind that is read, by a name with the ending of their files; all of them whole. */
export async function seedImages(): Promise<ReadonlyMap<string, Buffer>> {
  const random = createRandom(7);
  const noise = (length: number, below: number) => Array.from({ length }, () => random.integer(below));
  const page = (samples: number, bits: number) => ({ width: 9, height: 7, values: noise(63 * samples, 2 ** bits) });
  const [grey, deep] = [page(1, 8), page(1, 16)];
  const name = (c: number) => `<Channel ID="Channel:0:${c}" Name="C${c}"/><TiffData IFD="${c * 2}" FirstC="${c}"/>`;
  const xml = `<OME><Image ID="Image:0"><Pixels DimensionOrder="XYZCT" SizeC="2" SizeZ="2" SizeT="1" PhysicalSizeX="0.3"
 PhysicalSizeY="0.3">${name(0)}${name(1)}</Pixels></Image></OME>`;
  const imagej = 'ImageJ=1.53t\nimages=4\nchannels=2\nslices=2\nhyperstack=true\n';
  const stack = [deep, deep, deep, deep];
  const jpeg = sharp(Buffer.from(noise(768, 256)), { raw: { width: 16, height: 16, channels: 3 } });
  const palette = Array.from({ length: 256 }, (_, i) => [i, 255 - i, i] as const);
  return new Map([
    ...readdirSync(fixtures).map((file) => [file, readFileSync(join(fixtures, file))] as const),
    ['strips.tif', tiffByHand({ pages: [deep], bits: 16, rowsPerStrip: 2 })],
    ['bigtiff.tif', tiffByHand({ pages: [deep, deep], bits: 16, big: true, order: 'big' })],
    ['bits.tif', tiffByHand({ pages: [page(1, 1)], bits: 1, compression: 'packbits' })],
    ['white.tif', tiffByHand({ pages: [page(1, 4)], bits: 4, photometric: 0 })],
    ['rgba.tif', tiffByHand({ pages: [page(4, 8)], samples: 4, tags: [[338, 'SHORT', [2]]], compression: 'lzw' })],
    ['planar.tif', tiffByHand({ pages: [page(3, 8)], samples: 3, planar: true, tile: [16, 16] })],
    ['ome.tif', tiffByHand({ pages: stack, bits: 16, tags: [[270, 'ASCII', xml]] })],
    ['imagej.tif', tiffByHand({ pages: stack, bits: 16, tags: [[270, 'ASCII', imagej]] })],
    ['jpeg.tif', await jpeg.tiff({ compression: 'jpeg' }).toBuffer()],
    ['grey.png', pngByHand(grey)],
    ['deep.png', pngByHand({ ...page(3, 16), bits: 16, colour: 'rgb' })],
    ['palette.png', pngByHand({ ...grey, colour: 'palette', palette })],
    ['few.png', pngByHand({ ...page(1, 2), bits: 2 })],
    ['interlaced.png', await jpeg.png({ progressive: true }).toBuffer()],
  ]);
}
