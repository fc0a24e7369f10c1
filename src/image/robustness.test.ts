import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { cannotOpen, readImageHeader } from './header.ts';
import { nodeImageAccess } from './node/access.ts';
import { openImage, readImage } from './read.ts';
import { pngByHand } from './testing/png-by-hand.ts';
import { type TiffByHand, tiffByHand } from './testing/tiff-by-hand.ts';

const folder = temporaryFolder();

function save(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const grey = { width: 8, height: 6, values: Array.from({ length: 48 }, (_, i) => (i * 37) % 256) };
type Tags = NonNullable<TiffByHand['tags']>;

/** What `readImage` says of a file that it must refuse. */
async function refusal(path: string): Promise<string> {
  const outcome = await readImage(path, {}, nodeImageAccess).catch((error) => error);
  expect(outcome, path).toMatchObject({ tag: 'BadImage', details: { file: path } });
  return outcome.message;
}

it('refuses a TIFF whose tags lie, before it allocates anything for them', async () => {
  const cases: [string, Tags, RegExp, Partial<TiffByHand>?][] = [
    ['no width', [[256, 'LONG', [0]]], /0 × 6 pixels/],
    ['no height', [[257, 'LONG', [0]]], /8 × 0 pixels/],
    ['a width of 2^31', [[256, 'LONG', [2 ** 31]]], /cut short|cannot be in the file/],
    ['a height of 2^31', [[257, 'LONG', [2 ** 31]]], /cut short|cannot be in the file|fewer strips/],
    ['2^31 rows a strip, which is usual', [[278, 'LONG', [2 ** 32 - 1]]], /^$/],
    ['no rows a strip', [[278, 'LONG', [0]]], /pieces of 8 × 0/],
    ['strips behind the end', [[273, 'LONG', [2 ** 32 - 1]]], /cut short: some of its pixels are missing/],
    ['strips longer than the file', [[279, 'LONG', [2 ** 31]]], /at least 21474/, { compression: 'deflate' }],
    ['strips of no bytes', [[279, 'LONG', [0]]], /a piece of 0 bytes/, { compression: 'lzw' }],
    ['strips that are too short', [[279, 'LONG', [47]]], /a piece of 47 bytes; expected at least 48/],
    ['too few strips', [[278, 'LONG', [2]]], /fewer strips than its size needs \(found 1; expected 3/],
    ['bits of nonsense', [[258, 'SHORT', [77]]], /of 77 bits/],
    ['no bits', [[258, 'SHORT', [0]]], /of 0 bits/],
    ['different bits', [[258, 'SHORT', [8, 16]]], /of 8, 16 bits/],
    ['no samples', [[277, 'SHORT', [0]]], /0 samples a pixel/],
    ['samples of nonsense', [[277, 'SHORT', [60000]]], /60000|cut short/],
    ['a predictor of nonsense', [[317, 'SHORT', [9]]], /predictor 9/, { compression: 'lzw' }],
    ['a predictor of floats for integers', [[317, 'SHORT', [3]]], /predictor 3 for 8 bits/, { compression: 'lzw' }],
    ['a compression of nonsense', [[259, 'SHORT', [4711]]], /code 4711.*LZW/],
    [
      'a palette that is too short',
      [
        [262, 'SHORT', [3]],
        [320, 'SHORT', [1, 2, 3]],
      ],
      /3 numbers for 8 bits/,
    ],
    ['no palette', [[262, 'SHORT', [3]]], /0 numbers/],
    ['tiles without a size', [[322, 'LONG', [0]]], /pieces of 0 × 16/, { tile: [16, 16] }],
    ['tiles of 2^31', [[323, 'LONG', [2 ** 31]]], /cut short|cannot be/, { tile: [16, 16] }],
    ['tiles behind the end', [[324, 'LONG', [2 ** 31]]], /cut short/, { tile: [16, 16] }],
  ];
  for (const [what, tags, message, recipe] of cases) {
    const path = save('lying.tif', tiffByHand({ pages: [grey], ...recipe, tags }));
    if (message.source === '^$')
      expect([...(await readImage(path, {}, nodeImageAccess)).data], what).toEqual(grey.values);
    else expect(await refusal(path), what).toMatch(message);
  }
});

it('says of a small file that claims many pixels how much its compression can hold', async () => {
  for (const [compression, name, ratio] of [
    ['none', 'none', 1],
    ['packbits', 'PackBits', 64],
    ['deflate', 'deflate', 1032],
    ['lzw', 'LZW', 1400],
  ] as const) {
    // As many pixels as can be are taken for honest; then it is the decoder that finds too few.
    const tags: Tags = [
      [256, 'LONG', [2 ** 20]],
      [257, 'LONG', [2 ** 11]],
      [278, 'LONG', [2 ** 11]],
    ];
    const message = await refusal(save('bomb.tif', tiffByHand({ pages: [grey], compression, tags })));
    if (compression === 'none') expect(message).toMatch(/cut short/);
    else expect(message).toContain(`1048576 × 2048 pixels, 2147483648 bytes, in`);
    if (compression !== 'none') expect(message).toContain(`at most ${ratio} bytes from one (compression: ${name})`);
  }
  const png = pngByHand(grey);
  png.writeUInt32BE(2 ** 31 - 1, 16);
  expect(await refusal(save('bomb.png', png))).toMatch(/2147483647 × 6 pixels in \d+ bytes.*1032/);
});

it('follows no directories in a circle, over each other, or out of the file', async () => {
  const bytes = tiffByHand({ pages: [grey, grey] });
  const first = bytes.readUInt32LE(4);
  const entries = bytes.readUInt16LE(first);
  const link = first + 2 + 12 * entries;
  const changed = (change: (copy: Buffer) => void): string => {
    const copy = Buffer.from(bytes);
    change(copy);
    return save('directories.tif', copy);
  };
  expect(await refusal(changed((copy) => copy.writeUInt32LE(first, link)))).toMatch(/in a circle/);
  expect(await refusal(changed((copy) => copy.writeUInt32LE(2 ** 32 - 1, link)))).toMatch(/beyond the end of the file/);
  expect(await refusal(changed((copy) => copy.writeUInt32LE(2 ** 31, 4)))).toMatch(/beyond the end of the file/);
  expect(await refusal(changed((copy) => copy.writeUInt16LE(65535, first)))).toMatch(/beyond the end of the file/);
  expect(await refusal(changed((copy) => copy.writeUInt32LE(2 ** 31, first + 2 + 4)))).toMatch(
    /beyond the end of the file|more values/,
  );
  // A directory at every second byte of a long run, each pointing to the next.
  const overlapping = Buffer.alloc(60_000);
  overlapping.write('II*\0', 'latin1');
  overlapping.writeUInt32LE(8, 4);
  for (let at = 8; at + 6 < overlapping.length; at += 2) overlapping.writeUInt16LE(1, at);
  expect(await refusal(save('overlapping.tif', overlapping))).toMatch(
    /circle|beyond the end of the file|over each other/,
  );
  // A tag with as many values as the file has bytes, in a type of one byte.
  const many: Tags = [[258, 'ASCII', 'x'.repeat(300_000)]];
  const long = tiffByHand({ pages: [grey], tags: many });
  const at = long.indexOf(Buffer.from([2, 1, 2, 0]));
  long.writeUInt16LE(1, at + 2);
  expect(await refusal(save('values.tif', long))).toMatch(/tag 258 of the TIFF has more values than it can have/);
});

it('refuses a BigTIFF whose offsets are beyond all files', async () => {
  const bytes = tiffByHand({ pages: [grey], big: true });
  for (const value of [2n ** 64n - 1n, 2n ** 63n, 2n ** 53n, 10n ** 6n]) {
    const copy = Buffer.from(bytes);
    copy.writeBigUInt64LE(value, 8);
    expect(await refusal(save('offset.tif', copy))).toMatch(/beyond the end of the file/);
    const counts = Buffer.from(bytes);
    counts.writeBigUInt64LE(value, Number(bytes.readBigUInt64LE(8)));
    expect(await refusal(save('count.tif', counts))).toMatch(/beyond the end of the file/);
  }
});

it('refuses a PNG whose chunks are cut, changed or lie', async () => {
  const bytes = pngByHand(grey);
  const at = (type: string) => bytes.indexOf(type) - 4;
  const without = (from: number, to: number) => Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  const changed = (place: number, value: number) => {
    const copy = Buffer.from(bytes);
    copy[place] = value;
    return copy;
  };
  const cases: [string, Buffer, RegExp][] = [
    ['no chunk', bytes.subarray(0, 8), /cut short/],
    ['half of IHDR', bytes.subarray(0, 20), /cut short/],
    ['no pixels', bytes.subarray(0, at('IDAT')), /damaged or cut short/],
    ['pixels cut', bytes.subarray(0, at('IDAT') + 20), /damaged or cut short/],
    ['no end', bytes.subarray(0, at('IEND')), /without its last chunk/],
    ['no IHDR', without(8, at('IDAT')), /cut short/],
    ['no IDAT', without(at('IDAT'), at('IEND')), /damaged or cut short/],
    ['bad sum of IHDR', changed(29, bytes[29]! ^ 1), /damaged or cut short/],
    ['bad sum of IDAT', changed(at('IEND') - 1, bytes[at('IEND') - 1]! ^ 1), /damaged or cut short/],
    ['a bit of the pixels', changed(at('IDAT') + 20, bytes[at('IDAT') + 20]! ^ 4), /damaged or cut short/],
    ['no width', changed(19, 0), /0 × 6 pixels/],
    ['other height', changed(23, 9), /damaged or cut short/],
    ['3 bits', changed(24, 3), /colour type 0 with 3 bits/],
    ['colour type 1', changed(25, 1), /colour type 1 with 8 bits/],
    ['a length of IHDR', changed(11, 200), /cut short/],
    ['a length of IDAT', changed(at('IDAT'), 255), /without its last chunk/],
  ];
  for (const [what, broken, message] of cases) {
    expect(await refusal(save('broken.png', broken)), what).toMatch(message);
  }
});

it('goes by what is in a file, not by the ending of its name', async () => {
  expect([...(await readImage(save('png.tif', pngByHand(grey)), {}, nodeImageAccess)).data]).toEqual(grey.values);
  expect([...(await readImage(save('tiff.png', tiffByHand({ pages: [grey] })), {}, nodeImageAccess)).data]).toEqual(
    grey.values,
  );
  expect([...(await readImage(save('none', tiffByHand({ pages: [grey] })), {}, nodeImageAccess)).data]).toEqual(
    grey.values,
  );
  for (const name of ['zero.png', 'zero.tif']) {
    expect(await refusal(save(name, Buffer.alloc(1000)))).toMatch(
      /neither a PNG nor a TIFF \(found a file that begins 0/,
    );
    expect(await refusal(save(name, Buffer.alloc(0)))).toMatch(/the file is empty/);
    expect(await refusal(save(name, Buffer.alloc(1)))).toMatch(/neither/);
  }
});

it('says what the file system says', async () => {
  const path = save('file.tif', tiffByHand({ pages: [grey] }));
  await expect(readImage(join(path, 'in-a-file.tif'), {}, nodeImageAccess)).rejects.toMatchObject({
    tag: 'MissingFile',
  });
  const loop = join(folder, 'loop.tif');
  symlinkSync(loop, loop);
  expect(await refusal(loop)).toMatch(/ELOOP/);
  mkdirSync(join(folder, 'folder.png'));
  expect(await refusal(join(folder, 'folder.png'))).toMatch(/this is no file|folder/);
  for (const code of ['EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENAMETOOLONG', 'ELOOP', 'EBADMSG']) {
    const error = await cannotOpen('/plate/a.tif', Object.assign(new Error('no'), { code }), nodeImageAccess.files);
    expect(error).toMatchObject({ tag: 'BadImage', message: expect.stringContaining(`(${code})`) });
    expect((error as { details: object }).details).toHaveProperty('remedy', expect.stringMatching(/\w/));
  }
  expect(await refusal(join(folder, `${'x'.repeat(300)}.tif`))).toMatch(/name is longer .* most disks allow 255 bytes/);
  const other = new TypeError('a bug is not hidden');
  expect(await cannotOpen('/plate/a.tif', other, nodeImageAccess.files)).toBe(other);
});

const rights = process.platform !== 'win32';
const without = 'may not read a file without the right to';
it.skipIf(!rights)(rights ? without : `${without} (skipped: Windows has no such rights)`, async () => {
  const path = save('secret.tif', tiffByHand({ pages: [grey] }));
  chmodSync(path, 0);
  // Root may read everything, so the process is somebody else for a moment.
  const root = process.getuid?.() === 0;
  if (root) process.seteuid!(65534);
  try {
    expect(await refusal(path)).toMatch(/may not read this file \(EACCES\)/);
    await expect(readImageHeader(path, {}, nodeImageAccess)).rejects.toThrow(/may not read/);
  } finally {
    if (root) process.seteuid!(0);
  }
});

it('says so when a file goes or shrinks between its header and its pixels', async () => {
  // Large enough not to be kept in memory once opened.
  const [width, height] = [8192, 4200];
  const large = Buffer.concat([
    tiffByHand({
      pages: [{ width: 1, height: 1, values: [0] }],
      tags: [
        [256, 'LONG', [width]],
        [257, 'LONG', [height]],
        [278, 'LONG', [height]],
        [273, 'LONG', [4096]],
        [279, 'LONG', [width * height]],
      ],
    }),
    Buffer.alloc(4096 + width * height),
  ]);
  const path = save('large.tif', large);
  const gone = await openImage(path, {}, nodeImageAccess);
  expect((await gone.read()).data).toHaveLength(width * height);
  writeFileSync(path, large.subarray(0, 1_000_000));
  await expect(gone.read()).rejects.toMatchObject({ tag: 'BadImage' });
  rmSync(path);
  await expect(gone.read()).rejects.toMatchObject({ tag: 'MissingFile' });
});
