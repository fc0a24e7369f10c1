import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKernels } from '../../packaging/compile-kernels.ts';
import { createRandom } from '../random.ts';
import { createKernels, type Kernels } from './kernels.ts';

const kernels = await createKernels(8_000_000);

/** Gives arrays a place in the memory, one after the other, with room that loops may write beyond their end. */
function placing({ floats }: Kernels) {
  let next = 64;
  floats.fill(0);
  return (numbers: ArrayLike<number>): number => {
    const at = next;
    floats.set(numbers, at / 4);
    next = Math.ceil((at + 4 * numbers.length + 128) / 64) * 64;
    return at;
  };
}

const numbersAt = (at: number, count: number) => kernels.floats.slice(at / 4, at / 4 + count);
const zeros = (count: number) => new Float32Array(count);

interface Size {
  readonly blocks: number;
  readonly lanes: number;
  readonly h: number;
  readonly w: number;
}

const sizes = fc.record({
  blocks: fc.integer({ min: 1, max: 2 }),
  lanes: fc.constantFrom(8, 16),
  h: fc.integer({ min: 3, max: 14 }),
  w: fc.integer({ min: 3, max: 14 }),
});

const pooled = (length: number) => Math.floor((length - 3) / 2) + 1;

/** Max pooling with ReLU by plain loops: outputs and winners, 9 where nothing wins. */
function poolPlainly(x: Float32Array, { blocks, lanes, h, w }: Size) {
  const [H, W] = [pooled(h), pooled(w)];
  const z = zeros(blocks * H * W * lanes);
  const codes = new Uint8Array(z.length);
  for (let b = 0; b < blocks; b++) {
    for (let i = 0; i < H; i++) {
      for (let j = 0; j < W; j++) {
        for (let l = 0; l < lanes; l++) {
          const values = Array.from({ length: 9 }, (_, t) => {
            return x[((b * h + 2 * i + Math.floor(t / 3)) * w + 2 * j + (t % 3)) * lanes + l]!;
          });
          const largest = Math.max(...values);
          const at = ((b * H + i) * W + j) * lanes + l;
          z[at] = Math.max(largest, 0);
          codes[at] = largest > 0 ? values.indexOf(largest) : 9;
        }
      }
    }
  }
  return { z, codes, H, W };
}

/** Numbers with many ties and zeros. */
function fewValues(count: number, seed: number): Float32Array {
  const random = createRandom(seed, 'kernels');
  return Float32Array.from({ length: count }, () => random.integer(7) - 3);
}

/** Pools an image, strip by strip of `rows` rows of outputs. */
function pool(
  x: Float32Array,
  size: Size,
  { rows, rate = 0, seed = 1 }: { rows: number; rate?: number; seed?: number },
) {
  const { blocks, lanes, h, w } = size;
  const [H, W] = [pooled(h), pooled(w)];
  const place = placing(kernels);
  const stripRows = 2 * rows + 1;
  const strip = place(zeros(blocks * stripRows * w * lanes));
  const z = place(zeros(blocks * H * W * lanes));
  const codes = place(zeros((blocks * H * W * lanes) / 4));
  for (let first = 0; first < H; first += rows) {
    for (let b = 0; b < blocks; b++) {
      const from = (b * h + 2 * first) * w * lanes;
      const to = Math.min(from + stripRows * w * lanes, (b + 1) * h * w * lanes);
      kernels.floats.set(x.subarray(from, to), strip / 4 + b * stripRows * w * lanes);
    }
    const here = { first, rows: Math.min(rows, H - first) };
    kernels.pool({ x: strip, z, codes }, { blocks, lanes, w, stripRows, H }, here, { rate, seed: [seed, 2] });
  }
  const count = blocks * H * W * lanes;
  return { z: numbersAt(z, count), codes: new Uint8Array(kernels.floats.buffer, codes, count).slice(), H, W };
}

describe('the loops', () => {
  it('are compiled from the sources beside them', async () => {
    expect(await readFile(new URL('./bytes.ts', import.meta.url), 'utf8')).toBe(await compileKernels());
  });

  it('pool with a ReLU, and know the first largest pixel of every window', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 5 }), fc.nat(1000), (size, rows, seed) => {
        const x = fewValues(size.blocks * size.h * size.w * size.lanes, seed);
        const { z, codes } = poolPlainly(x, size);
        const found = pool(x, size, { rows });
        expect(found.z).toEqual(z);
        expect(found.codes).toEqual(codes);
      }),
      { numRuns: 60 },
    );
  });

  it('drop as many as they are told, the same for the same seed, however the image is cut into strips', () => {
    const size = { blocks: 2, lanes: 16, h: 41, w: 43 };
    const x = zeros(2 * 16 * 41 * 43).fill(1);
    const first = pool(x, size, { rows: 20, rate: 0.2 });
    expect(pool(x, size, { rows: 3, rate: 0.2 })).toEqual(first);
    expect(pool(x, size, { rows: 20, rate: 0.2, seed: 9 }).codes).not.toEqual(first.codes);
    expect(new Set(first.z)).toEqual(new Set([0, 1.25]));
    const dropped = first.codes.filter((code) => code === 9).length / first.codes.length;
    expect(dropped).toBeGreaterThan(0.18);
    expect(dropped).toBeLessThan(0.22);
  });

  it('draw masks of the rate and the mean asked for', () => {
    const count = 100_000;
    const at = placing(kernels)(zeros(count));
    kernels.drawMask(at, count, { rate: 0.5, seed: [3, 4] });
    const mask = numbersAt(at, count);
    expect(new Set(mask)).toEqual(new Set([0, 2]));
    const mean = mask.reduce((sum, value) => sum + value, 0) / count;
    expect(Math.abs(mean - 1)).toBeLessThan(0.02);
    // Neighbours know nothing of each other.
    for (const lag of [1, 2, 4, 8]) {
      let product = 0;
      for (let i = lag; i < count; i++) product += (mask[i]! - 1) * (mask[i - lag]! - 1);
      expect(Math.abs(product / count)).toBeLessThan(0.02);
    }
  });

  it('pass the gradient of a window to its winner, in strips that begin anywhere', () => {
    const cases = fc.tuple(sizes, fc.integer({ min: -3, max: 14 }), fc.integer({ min: 1, max: 9 }), fc.nat(1000));
    fc.assert(
      fc.property(cases, ([size, first, rows, seed]) => {
        const { blocks, lanes, h, w } = size;
        const x = fewValues(blocks * h * w * lanes, seed);
        const { codes, H, W } = poolPlainly(x, size);
        const dz = fewValues(codes.length, seed + 1);
        const expected = zeros(blocks * rows * w * lanes);
        for (const [at, code] of codes.entries()) {
          if (code === 9) continue;
          const [l, j, i, b] = [
            at % lanes,
            Math.floor(at / lanes) % W,
            Math.floor(at / lanes / W) % H,
            Math.floor(at / lanes / W / H),
          ];
          const [row, column] = [2 * i + Math.floor(code / 3) - first, 2 * j + (code % 3)];
          if (row >= 0 && row < rows) expected[((b * rows + row) * w + column) * lanes + l]! += 1.25 * dz[at]!;
        }
        const place = placing(kernels);
        const places = {
          dz: place(dz),
          codes: place(new Float32Array(codes.buffer)),
          dy: place(expected.map(() => 7)),
        };
        kernels.unpool(places, size, { first, rows }, 0.2);
        expect(numbersAt(places.dy, expected.length)).toEqual(expected);

        const sums = place(zeros(blocks * lanes).fill(1));
        kernels.addPooledSums({ ...places, sums }, { blocks, lanes, H, W }, 0.2);
        const total = zeros(blocks * lanes).fill(1);
        for (const [at, code] of codes.entries()) {
          if (code !== 9) total[Math.floor(at / (lanes * W * H)) * lanes + (at % lanes)]! += 1.25 * dz[at]!;
        }
        expect(numbersAt(sums, total.length)).toEqual(total);
      }),
      { numRuns: 100 },
    );
  });

  it('put channels in blocks one after the other, with zeros between rows, and back', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 3 }), fc.nat(1000), ({ blocks, lanes, h, w }, gap, seed) => {
        const place = placing(kernels);
        const values = fewValues(blocks * h * w * lanes, seed);
        const [x, back] = [place(values), place(values.map(() => 7))];
        const pitch = w + gap;
        const plane = h * pitch;
        const y = place(zeros(blocks * lanes * plane).fill(7));
        kernels.unblock({ x, y }, { blocks, lanes, stride: h * w, rows: h, w }, { plane, pitch });
        const channels = numbersAt(y, blocks * lanes * plane);
        for (let c = 0; c < blocks * lanes; c++) {
          for (let at = 0; at < plane; at++) {
            const [row, column] = [Math.floor(at / pitch), at % pitch];
            const pixel = (Math.floor(c / lanes) * h + row) * w + column;
            expect(channels[c * plane + at]).toBe(column < w ? values[pixel * lanes + (c % lanes)] : 0);
          }
        }
        if (gap === 0) {
          kernels.block({ y, x: back }, { blocks, lanes, pixels: h * w });
          expect(numbersAt(back, values.length)).toEqual(values);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('add, transpose, sum over pixels, and pass where a ReLU is positive', () => {
    const place = placing(kernels);
    const [a, b] = [fewValues(64, 1), fewValues(64, 2)];
    const [atA, atB, out] = [place(a), place(b), place(zeros(64))];
    kernels.passWherePositive({ dz: atA, y: atB, dy: out }, 64);
    expect(numbersAt(out, 64)).toEqual(a.map((value, i) => (b[i]! > 0 ? value : 0)));
    kernels.transpose({ x: atA, y: out }, { taps: 4, n: 16 });
    expect(numbersAt(out, 64)).toEqual(
      Float32Array.from({ length: 64 }, (_, i) => a[(i % 4) * 16 + Math.floor(i / 4)]!),
    );
    const sums = place(zeros(16));
    kernels.addSums({ x: atA, sums }, { blocks: 2, lanes: 8, stride: 4, rows: 2, w: 2 });
    expect([...numbersAt(sums, 16)]).toEqual(
      Array.from({ length: 16 }, (_, c) => {
        return [0, 1, 2, 3].reduce((sum, pixel) => sum + a[(Math.floor(c / 8) * 4 + pixel) * 8 + (c % 8)]!, 0);
      }),
    );
    kernels.add({ a: atA, b: atB }, 64);
    expect(numbersAt(atA, 64)).toEqual(a.map((value, i) => value + b[i]!));
  });
});
