import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { unpackZstandard } from './zstandard.ts';

/** The first strip of six rows of 37 samples of 16 bits, which libtiff wrote without its size. */
const file = readFileSync(new URL('../../../test/fixtures/tiff/u16-zstd.tif', import.meta.url));
const magic = Buffer.from('28b52ffd', 'hex');
const start = file.indexOf(magic);
const strip = file.subarray(start, file.indexOf(magic, start + 1));
const decoded = 6 * 37 * 2;

/** A frame with its size in it: a single segment of one block that repeats a byte. */
const repeated = Buffer.from([...magic, 0x20, 200, ...[0x03 | (200 << 3), (200 << 3) >> 8, 0], 77]);

it('makes what it was asked for, whatever follows the frame', async () => {
  const out = await unpackZstandard(strip, { decoded, most: decoded });
  expect(new Uint16Array(out.slice().buffer).subarray(0, 3)).toEqual(Uint16Array.of(0, 257, 514));
  const followed = Buffer.concat([strip, magic, Buffer.from('ffffffffffffffffffffff', 'hex')]);
  expect(await unpackZstandard(followed, { decoded, most: decoded })).toEqual(out);
});

it('takes the first rows of a frame that was filled up', async () => {
  expect(await unpackZstandard(repeated, { decoded: 100, most: 200 })).toEqual(new Uint8Array(100).fill(77));
  await expect(unpackZstandard(repeated, { decoded: 100, most: 150 })).rejects.toThrow('hold 200 bytes');
  await expect(unpackZstandard(repeated, { decoded: 201, most: 400 })).rejects.toThrow('hold 200 bytes');
});

it('refuses what is cut, changed or another size, and does the next one right', async () => {
  const whole = await unpackZstandard(strip, { decoded, most: decoded });
  for (let length = 0; length < strip.length; length += 5) {
    await expect(unpackZstandard(strip.subarray(0, length), { decoded, most: decoded })).rejects.toThrow(/Zstandard/);
  }
  for (const other of [decoded - 1, decoded + 1, 2 * decoded]) {
    await expect(unpackZstandard(strip, { decoded: other, most: other })).rejects.toThrow('damaged');
  }
  const claiming = Buffer.from(repeated);
  claiming[5] = 201;
  await expect(unpackZstandard(claiming, { decoded: 201, most: 201 })).rejects.toThrow('damaged');
  for (let at = 4; at < strip.length; at += 3) {
    const changed = Buffer.from(strip);
    changed[at] = changed[at]! ^ 0xff;
    await unpackZstandard(changed, { decoded, most: decoded }).catch((error) =>
      expect(error.message).toMatch(/Zstandard/),
    );
  }
  expect(await unpackZstandard(strip, { decoded, most: decoded })).toEqual(whole);
});
