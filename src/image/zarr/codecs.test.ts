import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registry } from 'zarrita';
import { crc32c } from '../crc32.ts';
import { nodeDecode } from '../node/decode.ts';
import { guardCodecs } from './codecs.ts';
import { decodeLz4 } from './lz4.ts';

guardCodecs(nodeDecode);

const bytes = (codec: string, shape: readonly number[], config: object = {}) => {
  const made = async () => (await registry.get(codec)!()).fromConfig(config, { dataType: 'uint8', shape } as never);
  return {
    decode: async (data: Uint8Array) => (await (await made()).decode(data as never)) as unknown as Uint8Array,
    encode: async (data: Uint8Array) => (await (await made()).encode(data as never)) as unknown as Uint8Array,
  };
};

/** Bytes that repeat themselves here and there. */
const content = fc
  .tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 90 }), fc.nat())
  .map(([length, period, seed]) =>
    Uint8Array.from({ length }, (_, i) => (i % period === 0 ? (i * seed) >> 3 : i % 13)),
  );

describe('Blosc', () => {
  it('is decoded as c-blosc coded it, however it was shuffled and cut into blocks', async () => {
    const settings = fc.record({
      cname: fc.constantFrom('lz4', 'lz4hc', 'zstd', 'zlib', 'blosclz'),
      shuffle: fc.constantFrom(0, 1, 2),
      blocksize: fc.constantFrom(0, 512, 1000),
      clevel: fc.constantFrom(1, 9),
    });
    await fc.assert(
      fc.asyncProperty(settings, content, async (config, data) => {
        const blosc = bytes('blosc', [data.length], config);
        expect([...(await blosc.decode(await blosc.encode(data)))]).toEqual([...data]);
      }),
      { numRuns: 60 },
    );
  });

  it('puts the bytes of elements of any size together again', async () => {
    // Three elements of five bytes and one byte more, shuffled, in one block of LZ4 that is all literals.
    const shuffled = [1, 6, 11, 2, 7, 12, 3, 8, 13, 4, 9, 14, 5, 10, 15, 16];
    const header = Buffer.alloc(20);
    header.set([2, 1, 0x11 | (1 << 5), 5]);
    for (const [i, value] of [16, 16, 20 + 4 + 18, 20].entries()) header.writeUInt32LE(value, 4 + 4 * i);
    const part = Buffer.from([18, 0, 0, 0, 0xf0, 1, ...shuffled]);
    const decoded = await bytes('blosc', [16]).decode(Buffer.concat([header, part]));
    expect([...decoded]).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  });
});

describe('a damaged chunk', () => {
  const data = Uint8Array.from({ length: 4000 }, (_, i) => (i % 90 === 0 ? (i * 77) >> 3 : i % 13));

  it.each(['blosc', 'lz4', 'zstd'])('of %s does not spoil what comes after it', async (name) => {
    const codec = bytes(name, [4000], { cname: 'lz4', clevel: 5, shuffle: 1, blocksize: 0, level: 1, acceleration: 1 });
    const coded = await codec.encode(data);
    const changes = fc.array(fc.tuple(fc.nat(coded.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(changes, fc.option(fc.nat(coded.length)), async (edits, cut) => {
        const changed = coded.slice(0, cut ?? coded.length);
        for (const [at, byte] of edits) if (at < changed.length) changed[at] = byte;
        const decoded = await codec.decode(changed).catch((error: unknown) => error);
        if (!(decoded instanceof Error)) expect((decoded as Uint8Array).length).toBeLessThanOrEqual(2 * 4000 + 2 ** 16);
        expect(Buffer.compare(await codec.decode(coded), data)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('may not be larger than it can be', async () => {
    const small = [10];
    await expect(bytes('gzip', small).decode(gzipSync(Buffer.alloc(1e6)))).rejects.toThrow();
    const header = Buffer.alloc(16);
    header.set([2, 1, 0x21, 1]);
    for (const [i, value] of [2 ** 31, 2 ** 20, 16].entries()) header.writeUInt32LE(value, 4 + 4 * i);
    await expect(bytes('blosc', small).decode(header)).rejects.toThrow(/2147483648 bytes/);
    await expect(bytes('lz4', small).decode(Buffer.from([0, 0, 0, 128, 0]))).rejects.toThrow(/2147483648 bytes/);
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 128, 1, 0, 0]);
    await expect(bytes('zstd', small).decode(frame)).rejects.toThrow(/2147483648 bytes/);
  });

  it('is noticed by its checksum', async () => {
    const { decode } = bytes('crc32c', [9]);
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(0xe3069283);
    const whole = Buffer.concat([Buffer.from('123456789'), sum]);
    expect(Buffer.from(await decode(whole)).toString()).toBe('123456789');
    whole[3]! ^= 1;
    await expect(decode(whole)).rejects.toThrow(/checksum/);
  });
});

it('knows the checksum of RFC 3720', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
});

it.each([
  ['a repetition before the first byte', [0x10, 1, 2, 0]],
  ['a distance of nothing', [0x10, 1, 0, 0]],
  ['literals that are not there', [0x50, 1]],
  ['a length that is cut short', [0xf0, 255]],
  ['too few bytes', [0x10, 1]],
  ['too many bytes', [0xb0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
])('LZ4 refuses %s', (_, block) => {
  expect(() => decodeLz4(Uint8Array.from(block), new Uint8Array(10))).toThrow(/LZ4 block is damaged/);
});
