import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeTiff } from '../image/node/write.ts';
import { pngByHand } from '../image/testing/png-by-hand.ts';
import { tiffByHand } from '../image/testing/tiff-by-hand.ts';
import { zarrImageByHand } from '../image/testing/zarr-by-hand.ts';
import { checkFields } from './check-fields.ts';
import { nodeAccess } from './node/access.ts';
import { openField } from './open-field.ts';
import { readField } from './read-field.ts';
import { readScreen } from './read-screen.ts';
import type { Screen } from './screen.ts';

const folder = temporaryFolder();
const [height, width] = [11, 13];
const values = (step: number, below: number) =>
  Array.from({ length: height * width }, (_, i) => (i * step + (i % 7)) % below);

/** A field of three files: two pages of 16 bits, of which the second is asked for, three channels of 8, one float. */
let screen: Screen;

beforeAll(async () => {
  const pages = [37, 41].map((step) => ({ width, height, values: values(step, 60_000) }));
  writeFileSync(join(folder, 'pages.tif'), tiffByHand({ pages, bits: 16, rowsPerStrip: 2 }));
  const rgb = Uint8Array.from([3, 5, 11].flatMap((step) => values(step, 256)));
  await writeTiff(join(folder, 'rgb.tif'), { data: rgb, channels: 3, height, width });
  const float = tiffByHand({
    pages: [{ width, height, values: values(13, 999) }],
    bits: 32,
    float: true,
    tile: [16, 16],
  });
  writeFileSync(join(folder, 'float.tif'), float);
  const table = 'FileName_A,Frame_A,FileName_B,FileName_C\npages.tif,1,rgb.tif,float.tif';
  writeFileSync(join(folder, 'fields.csv'), table);
  screen = await readScreen(join(folder, 'fields.csv'), {}, nodeAccess);
});

describe('a field', () => {
  it('says its size, depth and channels before a pixel is decoded', async () => {
    const { header, levels } = await openField(screen, screen.fields[0]!, nodeAccess);
    expect(header).toEqual({ height, width, bitDepth: 32, channelNames: ['A', 'B:0', 'B:1', 'B:2', 'C'] });
    expect(await levels()).toEqual([{ height, width }]);
  });

  it('gives of any region what the whole has in the same place', async () => {
    const whole = await readField(screen, screen.fields[0]!, nodeAccess);
    expect([...whole.data.slice(0, height * width)]).toEqual(values(41, 60_000));
    const { read } = await openField(screen, screen.fields[0]!, nodeAccess);
    const range = (most: number) =>
      fc.tuple(fc.nat(most - 1), fc.nat(most - 1)).map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const);
    const parts = fc.record({
      channels: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 1 }),
      rows: range(height),
      columns: range(width),
    });
    await fc.assert(
      fc.asyncProperty(parts, async (part) => {
        const { channels, rows, columns } = part;
        const got = await read(part);
        const expected = channels.flatMap((channel) =>
          Array.from({ length: rows[1] - rows[0] }, (_, row) => {
            const from = (channel * height + rows[0] + row) * width;
            return [...whole.data.slice(from + columns[0], from + columns[1])];
          }).flat(),
        );
        expect([...got.data]).toEqual(expected);
        expect(got).toMatchObject({
          channels: channels.length,
          height: rows[1] - rows[0],
          width: columns[1] - columns[0],
        });
        expect(got.channelNames).toEqual(channels.map((channel) => screen.channels[channel]));
      }),
      { numRuns: 60 },
    );
  });

  it('comes in the narrowest type that holds the channels asked for', async () => {
    const { read } = await openField(screen, screen.fields[0]!, nodeAccess);
    expect((await read({ channels: [1, 3] })).data).toBeInstanceOf(Uint8Array);
    expect((await read({ channels: [1, 0] })).data).toBeInstanceOf(Uint16Array);
    expect((await read({ channels: [4, 0] })).data).toBeInstanceOf(Float32Array);
  });

  it('of OME-Zarr is read at any level', async () => {
    const path = join(folder, 'image.zarr');
    const levels = [6, 3].map((side) => ({
      shape: [1, side, side],
      values: Array.from({ length: side * side }, (_, i) => i + side),
    }));
    await zarrImageByHand(path, { axes: 'cyx', levels });
    const plate = await readScreen(path, { level: 1 }, nodeAccess);
    const { header, levels: sizes, read } = await openField(plate, plate.fields[0]!, nodeAccess);
    expect(header).toMatchObject({ height: 3, width: 3 });
    expect(await sizes()).toEqual([6, 3].map((side) => ({ height: side, width: side })));
    expect([...(await read({ rows: [2, 3] })).data]).toEqual([9, 10, 11]);
    expect([...(await read({ level: 0, rows: [0, 1], columns: [0, 2] })).data]).toEqual([6, 7]);
  });
});

describe('a field one of whose files has another size', () => {
  /** A PNG of a few hundred kilobytes that speaks of 50,000 × 50,000 pixels, which deflate could hold in so many. */
  const vast = () => {
    const png = pngByHand({ width: 1, height: 1, values: [0], bits: 1 });
    png.writeUInt32BE(50_000, 16);
    png.writeUInt32BE(50_000, 20);
    return Buffer.concat([png, Buffer.alloc(400_000)]);
  };
  const small = (side: number) => pngByHand({ width: side, height: side, values: Array(side * side).fill(7) });

  beforeAll(() => {
    writeFileSync(join(folder, 'big.png'), vast());
    for (const side of [2, 3])
      for (const name of 'abcdef') writeFileSync(join(folder, `${name}${side}.png`), small(side));
  });

  /** The files that are at fault in the fields of a table. */
  const blamed = async (...rows: readonly string[]) => {
    writeFileSync(join(folder, 'odd.csv'), rows.join('\n'));
    const odd = await readScreen(join(folder, 'odd.csv'), {}, nodeAccess);
    const { skipped } = await checkFields(odd, { threads: 1 }, nodeAccess);
    return skipped.map(({ imageNumber, file, message }) => ({ imageNumber, file: basename(file), message }));
  };

  it('is lost by the file that is too large to be read, and takes no other with it', async () => {
    const [lost, ...others] = await blamed('FileName_A,FileName_B', 'big.png,a2.png', 'c2.png,b2.png');
    expect(others).toEqual([]);
    expect(lost).toMatchObject({ imageNumber: 1, file: 'big.png' });
    expect(lost!.message).toContain('the image is larger than images that are read (found 50000 × 50000 pixels');
    const alone = await blamed('FileName_A', 'big.png', 'a2.png');
    expect(alone).toEqual([expect.objectContaining({ imageNumber: 1, file: 'big.png' })]);
  });

  it('blames the file that differs from the others, wherever it stands', async () => {
    const header = 'FileName_A,FileName_B,FileName_C';
    const names = await blamed(header, 'a3.png,a2.png,b2.png', 'c2.png,b3.png,d2.png', 'e2.png,f2.png,c3.png');
    expect(names.map(({ file }) => file)).toEqual(['a3.png', 'b3.png', 'c3.png']);
    expect(names[0]!.message).toMatch(/found 3 × 3 pixels; expected 2 × 2 as in .*a2\.png/);
  });

  it('of two files blames the one whose size is not that of the screen', async () => {
    const names = await blamed('FileName_A,FileName_B', 'a3.png,a2.png', 'b2.png,c2.png', 'd2.png,b3.png');
    expect(names.map(({ file }) => file)).toEqual(['a3.png', 'b3.png']);
  });

  it('may be as large as it is allowed to be', async () => {
    writeFileSync(join(folder, 'bound.csv'), 'FileName_A\na3.png\nb2.png');
    const bound = await readScreen(join(folder, 'bound.csv'), { maxPixels: 8 }, nodeAccess);
    const { skipped } = await checkFields(bound, { threads: 1 }, nodeAccess);
    expect(skipped.map(({ file, message }) => [basename(file), message])).toEqual([
      ['a3.png', expect.stringContaining('found 3 × 3 pixels; expected at most 8 pixels in a plane')],
    ]);
  });
});
