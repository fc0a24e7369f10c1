import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeWithSharedData } from '../../test/shared-data.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writePng, writeTiff } from '../image/node/write.ts';
import { tiffByHand } from '../image/testing/tiff-by-hand.ts';
import type { Image } from '../pixels/pixels.ts';
import type { Strip, StripMeasure } from '../pixels/windows/strips.ts';
import { checkFields } from './check-fields.ts';
import { nodeAccess } from './node/access.ts';
import { readField } from './read-field.ts';
import { readScreen } from './read-screen.ts';
import type { Screen } from './screen.ts';
import { formatSkipped, requireReadable } from './skipped.ts';

const folder = temporaryFolder();
const file = (name: string): string => join(folder, name);
const grey = (data: Image['data'], { width = 2, height = 2 } = {}): Image => ({ data, channels: 1, height, width });

function screenOf(...rows: readonly string[]): Promise<Screen> {
  writeFileSync(file('fields.csv'), rows.join('\n'));
  return readScreen(file('fields.csv'), {}, nodeAccess);
}

beforeAll(async () => {
  await writePng(file('a8.png'), grey(Uint8Array.of(1, 2, 3, 4)));
  await writePng(file('b8.png'), grey(Uint8Array.of(5, 6, 7, 255)));
  await writeTiff(file('a16.tif'), grey(Uint16Array.of(1000, 65535, 0, 3)));
  await writePng(file('wide.png'), grey(Uint8Array.of(1, 2, 3, 4, 5, 6), { width: 3 }));
  await writePng(file('rgb.png'), { ...grey(Uint8Array.from({ length: 12 }, (_, i) => i)), channels: 3 });
  await writeTiff(file('stack.tif'), { ...grey(Uint16Array.from({ length: 16 }, (_, i) => i)), channels: 4 });
  const page = { width: 2, height: 2, values: [0.5, -1, 2, 3] };
  writeFileSync(file('float.tif'), tiffByHand({ pages: [page], bits: 32, float: true }));
  writeFileSync(file('cut.png'), readFileSync(file('a8.png')).subarray(0, -20));
  mkdirSync(file('folder.png'));
});

describe('the pixels of a field', () => {
  const pixelsOf = async (...rows: readonly string[]): Promise<Image> => {
    const screen = await screenOf(...rows);
    return readField(screen, screen.fields[0]!, nodeAccess);
  };

  it('are all its channels in the order of the columns', async () => {
    const image = await pixelsOf('FileName_B,FileName_A', 'b8.png,a8.png');
    const data = Uint8Array.of(5, 6, 7, 255, 1, 2, 3, 4);
    expect(image).toEqual({ data, channels: 2, height: 2, width: 2, channelNames: ['B', 'A'] });
  });

  it('widen to the type that holds them all, and are not rescaled', async () => {
    const mixed = await pixelsOf('FileName_A,FileName_B', 'a8.png,a16.tif');
    expect(mixed.data).toEqual(Uint16Array.of(1, 2, 3, 4, 1000, 65535, 0, 3));
    const float = await pixelsOf('FileName_A,FileName_B', 'a16.tif,float.tif');
    expect(float.data).toEqual(Float32Array.of(1000, 65535, 0, 3, 0.5, -1, 2, 3));
  });

  it('are the samples of an RGB image and the pages of a stack', async () => {
    const image = await pixelsOf('FileName_A,FileName_I', 'a8.png,rgb.png');
    expect(image.channelNames).toEqual(['A', 'I:0', 'I:1', 'I:2']);
    expect([...image.data]).toEqual([1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect([...(await pixelsOf('FileName_S', 'stack.tif')).data]).toEqual(Array.from({ length: 16 }, (_, i) => i));
  });

  it('are the pages that the table names, in its order', async () => {
    const image = await pixelsOf('FileName_X,Frame_X,FileName_A,FileName_Y,Frame_Y', 'stack.tif,3,a8.png,stack.tif,1');
    expect([...image.data]).toEqual([12, 13, 14, 15, 1, 2, 3, 4, 4, 5, 6, 7]);
  });

  it('must be of one size', async () => {
    await expect(pixelsOf('FileName_A,FileName_B', 'a8.png,wide.png')).rejects.toMatchObject({
      tag: 'ChannelMismatch',
      details: { file: file('wide.png'), found: '3 × 2 pixels', expected: `2 × 2 as in ${file('a8.png')}` },
    });
  });

  it('must be as many as in the first field', async () => {
    const screen = await screenOf('FileName_A', 'rgb.png', 'a8.png', 'stack.tif');
    const mismatch = (name: string, found: string) => ({
      tag: 'ChannelMismatch',
      details: { file: file(name), found, expected: expect.stringContaining('3 planes') },
    });
    await expect(readField(screen, screen.fields[1]!, nodeAccess)).rejects.toMatchObject(
      mismatch('a8.png', '1 grey plane'),
    );
    await expect(readField(screen, screen.fields[2]!, nodeAccess)).rejects.toMatchObject(
      mismatch('stack.tif', '4 grey planes'),
    );
  });

  it('must have the page that the table names', async () => {
    const screen = await screenOf('FileName_A,Frame_A', 'stack.tif,0', 'stack.tif,4', 'rgb.png,0');
    const tags = screen.fields.map((field) => readField(screen, field, nodeAccess).catch(({ tag }) => tag));
    expect((await Promise.all(tags)).slice(1)).toEqual(['ChannelMismatch', 'ChannelMismatch']);
  });
});

describe('a pass over all fields', () => {
  const rows = ['a8.png', 'gone.png', 'b8.png', 'cut.png', 'folder.png', 'rgb.png', 'a16.tif', 'wide.png'];

  it('tells those that can be read from those that cannot, in the order of the table', async () => {
    const screen = await screenOf('FileName_A', ...rows);
    for (const threads of [1, 3]) {
      const progress: number[] = [];
      const sum = (): StripMeasure<number> => {
        let total = 0;
        const add = ({ image }: Strip) => {
          for (const value of image.data) total += value;
        };
        return { add, result: () => total };
      };
      const { readable, skipped } = await checkFields(
        screen,
        {
          threads,
          measure: sum,
          onProgress: (n) => progress.push(n),
        },
        nodeAccess,
      );
      expect(readable.map(({ field, ...rest }) => ({ row: field.row, ...rest }))).toEqual([
        { row: 2, height: 2, width: 2, bitDepth: 8, measured: 10 },
        { row: 4, height: 2, width: 2, bitDepth: 8, measured: 273 },
        { row: 8, height: 2, width: 2, bitDepth: 16, measured: 66538 },
        { row: 9, height: 2, width: 3, bitDepth: 8, measured: 21 },
      ]);
      expect(skipped.map(({ imageNumber, file, tag }) => [imageNumber, file, tag])).toEqual([
        [2, file('gone.png'), 'MissingFile'],
        [4, file('cut.png'), 'BadImage'],
        [5, file('folder.png'), 'BadImage'],
        [6, file('rgb.png'), 'ChannelMismatch'],
      ]);
      expect(progress).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it('does not hide a bug behind a skipped field', async () => {
    const screen = await screenOf('FileName_A', ...rows);
    const measure = (): never => {
      throw new TypeError('bug');
    };
    await expect(checkFields(screen, { threads: 2, measure }, nodeAccess)).rejects.toThrow('bug');
  });
});

describe('skipped fields', () => {
  const skip = (imageNumber: number) => {
    return { imageNumber, file: 'a,b.tif', tag: 'BadImage' as const, message: 'a,b.tif: "cut" short.' };
  };
  const screen = (count: number) => ({ source: 'f.csv', fields: Array.from({ length: count }, () => ({}) as never) });

  it('make a table', () => {
    expect(formatSkipped([skip(4)], String)).toBe(
      'ImageNumber,File,Error,Message\n4,"a,b.tif",BadImage,"a,b.tif: ""cut"" short."\n',
    );
    expect(formatSkipped([], String)).toBe('ImageNumber,File,Error,Message\n');
  });

  it('may be a tenth of the screen, and no more', () => {
    expect(() => requireReadable(screen(10), [])).not.toThrow();
    expect(() => requireReadable(screen(10), [skip(1)])).not.toThrow();
    expect(() => requireReadable(screen(19), [skip(1), skip(2)])).toThrow(
      expect.objectContaining({ tag: 'TooManyUnreadable', message: expect.stringContaining('2 of 19 fields') }),
    );
    expect(() => requireReadable(screen(0), [])).toThrow(expect.objectContaining({ tag: 'TooManyUnreadable' }));
  });
});

describeWithSharedData('fields of real screens', (data) => {
  it.each(['bbbc021', 'fkhr', 'dsb2018', 'yeast'])('%s is readable to the last', async (name) => {
    const screen = await readScreen(join(data, name, 'fields.csv'), {}, nodeAccess);
    const { readable, skipped } = await checkFields(screen, { threads: 2 }, nodeAccess);
    expect(skipped).toEqual([]);
    expect(readable).toHaveLength(screen.fields.length);
  });
});
