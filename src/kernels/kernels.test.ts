import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKernels } from '../../packaging/compile-kernels.ts';
import { createRandom } from '../random.ts';
import { columnsOf, createKernels, type Kernels } from './kernels.ts';

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

/** Images of h rows and w columns side by side, with `gap` columns between them, and `gapOut` between their outputs. */
interface Size {
  readonly blocks: number;
  readonly lanes: number;
  readonly h: number;
  readonly w: number;
  readonly n: number;
  readonly gap: number;
  readonly gapOut: number;
}

const sizes = fc.record({
  blocks: fc.integer({ min: 1, max: 2 }),
  lanes: fc.constantFrom(8, 16),
  h: fc.integer({ min: 3, max: 14 }),
  w: fc.integer({ min: 3, max: 14 }),
  n: fc.integer({ min: 1, max: 3 }),
  gap: fc.integer({ min: 0, max: 2 }),
  gapOut: fc.integer({ min: 0, max: 2 }),
});

/** The sizes of images and their outputs, as the loops want them. */
function sheetOf({ n, w, gap, gapOut }: Size) {
  const sheet = { n, w, pitch: w + gap };
  const pitchOut = pooled(w) + gapOut;
  return { sheet, pitchOut, columns: columnsOf(sheet), columnsOut: columnsOf({ n, w: pooled(w), pitch: pitchOut }) };
}

const pooled = (length: number) => Math.floor((length - 3) / 2) + 1;

/** Max pooling with ReLU by plain loops: outputs and winners, 9 where nothing wins. */
function poolPlainly(x: Float32Array, size: Size) {
  const { blocks, lanes, h, w, n } = size;
  const { sheet, pitchOut, columns, columnsOut } = sheetOf(size);
  const [H, W] = [pooled(h), pooled(w)];
  const z = zeros(blocks * H * columnsOut * lanes);
  const codes = new Uint8Array(z.length).fill(9);
  for (let b = 0; b < blocks; b++) {
    for (let i = 0; i < H; i++) {
      for (let j = 0; j < n * W; j++) {
        const [image, column] = [Math.floor(j / W), j % W];
        for (let l = 0; l < lanes; l++) {
          const values = Array.from({ length: 9 }, (_, t) => {
            const from = image * sheet.pitch + 2 * column + (t % 3);
            return x[((b * h + 2 * i + Math.floor(t / 3)) * columns + from) * lanes + l]!;
          });
          const largest = Math.max(...values);
          const at = ((b * H + i) * columnsOut + image * pitchOut + column) * lanes + l;
          z[at] = Math.max(largest, 0);
          codes[at] = largest > 0 ? values.indexOf(largest) : 9;
        }
      }
    }
  }
  return { z, codes, H, W: columnsOut };
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
  { rows, rate = 0, seed = 1, asked = true }: { rows: number; rate?: number; seed?: number; asked?: boolean },
) {
  const { blocks, lanes, h } = size;
  const { sheet, pitchOut, columns, columnsOut } = sheetOf(size);
  const H = pooled(h);
  const place = placing(kernels);
  const stripRows = 2 * rows + 1;
  const strip = place(zeros(blocks * stripRows * columns * lanes));
  const count = blocks * H * columnsOut * lanes;
  const z = place(zeros(count).fill(7));
  const codes = place(zeros(count / 4).fill(7));
  for (let first = 0; first < H; first += rows) {
    for (let b = 0; b < blocks; b++) {
      const from = (b * h + 2 * first) * columns * lanes;
      const to = Math.min(from + stripRows * columns * lanes, (b + 1) * h * columns * lanes);
      kernels.floats.set(x.subarray(from, to), strip / 4 + b * stripRows * columns * lanes);
    }
    const here = { first, rows: Math.min(rows, H - first) };
    const about = { blocks, lanes, sheet, pitchOut, stripRows, H };
    kernels.pool({ x: strip, z, codes: asked ? codes : 0 }, about, here, { rate, seed: [seed, 2] });
  }
  return { z: numbersAt(z, count), codes: new Uint8Array(kernels.floats.buffer, codes, count).slice() };
}

describe('the loops', () => {
  it('are compiled from the sources beside them', async () => {
    expect(await readFile(new URL('./bytes.ts', import.meta.url), 'utf8')).toBe(await compileKernels());
  });

  it('unpack LZW and overwrite no more than 16 bytes behind what is wanted, whatever is packed', () => {
    // Zeros in strings that grow by one: each code is the entry that it makes.
    const codes = [256, 0, ...Array.from({ length: 120 }, (_, i) => 258 + i)];
    const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
    const packed = Uint8Array.from(bits.match(/.{1,8}/g)!, (eight) => Number.parseInt(eight.padEnd(8, '0'), 2));
    const memory = new Uint8Array(kernels.floats.buffer);
    const [table, x, y] = [0, 40_000, 50_000];
    const all = (121 * 122) / 2;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: all + 100 }), (most) => {
        memory.fill(7, x, y + all + 300);
        memory.set(packed, x);
        const unpacked = kernels.unpackLzw({ x, table, y }, { bytes: packed.length, most });
        expect(unpacked).toBe(Math.min(most, all));
        expect(memory.subarray(y, y + unpacked).every((value) => value === 0)).toBe(true);
        expect(memory.subarray(y + most + 16, y + all + 300).every((value) => value === 7)).toBe(true);
      }),
    );
  });

  it('pool with a ReLU, and know the first largest pixel of every window', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 5 }), fc.nat(1000), (size, rows, seed) => {
        const x = fewValues(size.blocks * size.h * sheetOf(size).columns * size.lanes, seed);
        const { z, codes } = poolPlainly(x, size);
        const found = pool(x, size, { rows });
        expect(found.z).toEqual(z);
        expect(found.codes).toEqual(codes);
        // Nobody asks for the winners.
        expect(pool(x, size, { rows, asked: false }).z).toEqual(z);
      }),
      { numRuns: 60 },
    );
  });

  it('drop as many as they are told, the same for the same seed, however the image is cut into strips', () => {
    const size = { blocks: 2, lanes: 16, h: 41, w: 43, n: 1, gap: 0, gapOut: 0 };
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
        const { blocks, lanes, h } = size;
        const { sheet, pitchOut, columns } = sheetOf(size);
        const x = fewValues(blocks * h * columns * lanes, seed);
        const { codes, H, W } = poolPlainly(x, size);
        const dz = fewValues(codes.length, seed + 1);
        const expected = zeros(blocks * rows * columns * lanes);
        for (const [at, code] of codes.entries()) {
          if (code === 9) continue;
          const [l, j, i, b] = [
            at % lanes,
            Math.floor(at / lanes) % W,
            Math.floor(at / lanes / W) % H,
            Math.floor(at / lanes / W / H),
          ];
          const [image, window] = [Math.floor(j / pitchOut), j % pitchOut];
          const [row, column] = [2 * i + Math.floor(code / 3) - first, image * sheet.pitch + 2 * window + (code % 3)];
          if (row >= 0 && row < rows) expected[((b * rows + row) * columns + column) * lanes + l]! += 1.25 * dz[at]!;
        }
        const place = placing(kernels);
        const places = {
          dz: place(dz),
          codes: place(new Float32Array(codes.buffer)),
          dy: place(expected.map(() => 7)),
        };
        kernels.unpool(places, { blocks, lanes, sheet, pitchOut, h }, { first, rows }, 0.2);
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
    const cases = fc.tuple(sizes, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }), fc.nat(1000));
    fc.assert(
      fc.property(cases, ([{ blocks, lanes, h, w }, gap, beside, seed]) => {
        const place = placing(kernels);
        const step = w + beside;
        const values = fewValues(blocks * h * step * lanes, seed);
        const [x, back] = [place(values), place(values)];
        const pitch = w + gap;
        const plane = h * pitch;
        const y = place(zeros(blocks * lanes * plane).fill(7));
        const rows = { stride: h * step, rows: h, step, w };
        kernels.unblock({ x, y }, { channels: blocks * lanes, lanes, ...rows }, { plane, pitch });
        const channels = numbersAt(y, blocks * lanes * plane);
        for (let c = 0; c < blocks * lanes; c++) {
          for (let at = 0; at < plane; at++) {
            const [row, column] = [Math.floor(at / pitch), at % pitch];
            const pixel = (Math.floor(c / lanes) * h + row) * step + column;
            expect(channels[c * plane + at]).toBe(column < w ? values[pixel * lanes + (c % lanes)] : 0);
          }
        }
        if (gap === 0) {
          for (let i = 0; i < values.length; i++) {
            if (Math.floor(i / lanes) % step < w) kernels.floats[back / 4 + i] = 9;
          }
          kernels.block({ y, x: back }, { blocks, lanes, ...rows }, { plane });
          expect(numbersAt(back, values.length)).toEqual(values);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('put only as many channels one after the other as they are told, four at a time', () => {
    const place = placing(kernels);
    const x = place(Float32Array.from({ length: 2 * 3 * 8 }, (_, i) => i));
    const y = place(zeros(64).fill(-1));
    const rows = { stride: 3, rows: 1, step: 3, w: 3 };
    kernels.unblock({ x, y }, { channels: 11, lanes: 8, ...rows }, { plane: 3, pitch: 3 });
    const expected = Array.from({ length: 36 }, (_, i) => {
      const [channel, pixel] = [Math.floor(i / 3), i % 3];
      return (Math.floor(channel / 8) * 3 + pixel) * 8 + (channel % 8);
    });
    expect([...numbersAt(y, 37)]).toEqual([...expected, -1]);
  });

  it('clear what lies between images', () => {
    const place = placing(kernels);
    const sheet = { n: 3, w: 2, pitch: 4 };
    const x = place(zeros(2 * 10 * 8).fill(1));
    kernels.clearGaps(x, { lanes: 8, rows: 2, sheet });
    const columns = [1, 1, 0, 0, 1, 1, 0, 0, 1, 1];
    expect([...numbersAt(x, 160)]).toEqual(Array.from({ length: 160 }, (_, i) => columns[Math.floor(i / 8) % 10]));
  });

  it('add, put weights in order, sum over pixels, and pass where a ReLU is positive', () => {
    const place = placing(kernels);
    const [a, b] = [fewValues(64, 1), fewValues(64, 2)];
    const [atA, atB, out] = [place(a), place(b), place(zeros(64))];
    kernels.passWherePositive({ dz: atA, y: atB, dy: out }, 64);
    expect(numbersAt(out, 64)).toEqual(a.map((value, i) => (b[i]! > 0 ? value : 0)));
    kernels.unblockWeights({ x: atA, y: out }, { inputs: 2, outputs: 16, taps: 2, lanes: 8 });
    expect(numbersAt(out, 64)).toEqual(
      Float32Array.from({ length: 64 }, (_, i) => {
        const [output, input, tap] = [Math.floor(i / 4), Math.floor(i / 2) % 2, i % 2];
        return a[((input * 2 + Math.floor(output / 8)) * 2 + tap) * 8 + (output % 8)]!;
      }),
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

  it('combine rows and separate them again, so that eight products do for a tile of rows', () => {
    const cases = fc.record({ ...tiled, rectify: fc.boolean() });
    fc.assert(
      fc.property(cases, ({ size, blocks, lanes, h, columns, tiles, more, rectify, seed }) => {
        const random = createRandom(seed, 'rows');
        const x = Float32Array.from({ length: blocks * h * columns * lanes }, random.normal);
        const kernel = Array.from({ length: size }, random.normal);
        const bias = Float32Array.from({ length: blocks * lanes }, random.normal);
        const place = placing(kernels);
        const line = columns * lanes;
        const weights = atPoints(kernel);
        const high = size === 3 ? 6 : 4;
        const [about, above, stride] = [{ blocks, lanes, columns, high } as const, (size - 1) / 2, h + more];
        const numbers = weights.length * blocks * tiles * line;
        const places = { x: place(x), u: place(zeros(numbers)), m: place(zeros(numbers)) };
        const [y, atBias] = [place(zeros(blocks * stride * line).fill(7)), place(bias)];
        for (let first = 0; high * first < h; first += tiles) {
          kernels.combineRows(places, { ...about, h, above }, { first, tiles });
          const each = blocks * tiles * line;
          for (let i = 0; i < weights.length * each; i++) {
            const product = kernels.floats[places.u / 4 + i]! * weights[Math.floor(i / each)]!;
            kernels.floats[places.m / 4 + i] = product;
          }
          const to = { m: places.m, y: y + 4 * high * first * line, bias: atBias };
          const rows = Math.min(high * tiles, h - high * first);
          kernels.separateRows(to, { ...about, stride }, { tiles, rows, rectify });
        }
        const found = numbersAt(y, blocks * stride * line);
        for (const [i, value] of found.entries()) {
          const [block, row, rest] = [Math.floor(i / (stride * line)), Math.floor(i / line) % stride, i % line];
          if (row >= h) {
            expect(value).toBe(7);
            continue;
          }
          const sum = kernel.reduce(
            (total, weight, k) => {
              const from = row + k - above;
              return from < 0 || from >= h ? total : total + weight * x[(block * h + from) * line + rest]!;
            },
            bias[block * lanes + (rest % lanes)]!,
          );
          expect(Math.abs(value - (rectify ? Math.max(0, sum) : sum))).toBeLessThan(2e-5);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('combine rows of a gradient, so that eight products do for a tile of rows in that of a kernel', () => {
    fc.assert(
      fc.property(fc.record(tiled), ({ size, blocks, lanes, h, columns, tiles, more, seed }) => {
        const random = createRandom(seed, 'slopes');
        const [line, stride, above, high] = [columns * lanes, h + more, (size - 1) / 2, size === 3 ? 6 : 4] as const;
        const x = Float32Array.from({ length: blocks * h * line }, random.normal);
        const y = Float32Array.from({ length: blocks * stride * line }, random.normal);
        const place = placing(kernels);
        const combinations = 8;
        const each = blocks * tiles * line;
        const at = {
          x: place(x),
          y: place(y),
          u: place(zeros(combinations * each)),
          v: place(zeros(combinations * each)),
        };
        const about = { blocks, lanes, columns, high } as const;
        // For each number of a row, the sums over the rows of the products with the row of x that a row of the kernel sees.
        const products = Array.from({ length: combinations }, () => new Float64Array(blocks * line));
        for (let first = 0; high * first < h; first += tiles) {
          kernels.combineRows(at, { ...about, h, above }, { first, tiles });
          const rows = { tiles, rows: h - high * first };
          kernels.combineSlopes({ y: at.y + 4 * high * first * line, v: at.v }, { ...about, stride }, rows);
          for (let i = 0; i < combinations * each; i++) {
            const [j, block, rest] = [Math.floor(i / each), Math.floor(i / (tiles * line)) % blocks, i % line];
            products[j]![block * line + rest]! += kernels.floats[at.u / 4 + i]! * kernels.floats[at.v / 4 + i]!;
          }
        }
        for (let k = 0; k < size; k++) {
          const weights = atPoints(Array.from({ length: size }, (_, row) => (row === k ? 1 : 0)));
          for (let i = 0; i < blocks * line; i++) {
            const [block, rest] = [Math.floor(i / line), i % line];
            let expected = 0;
            for (let row = 0; row < h; row++) {
              const from = row + k - above;
              if (from < 0 || from >= h) continue;
              expected += y[(block * stride + row) * line + rest]! * x[(block * h + from) * line + rest]!;
            }
            const found = products.reduce((sum, numbers, j) => sum + weights[j]! * numbers[i]!, 0);
            expect(Math.abs(found - expected)).toBeLessThan(5e-5);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('sum parts of blocks, from one order of parts and blocks to the other', () => {
    const size = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(size, size, size, size, fc.nat(1000), (parts, sums, blocks, quarter, seed) => {
        const random = createRandom(seed, 'parts');
        const row = 4 * quarter;
        const w = Float32Array.from({ length: parts * blocks * row }, random.normal);
        const coefficients = Float32Array.from({ length: sums * parts }, random.normal);
        const place = placing(kernels);
        const at = { w: place(w), coefficients: place(coefficients), u: place(zeros(sums * blocks * row)) };
        const apart = { from: [row, parts * row], to: [blocks * row, row] } as const;
        kernels.combineParts(at, { parts, sums, blocks, row }, apart);
        for (const [i, value] of numbersAt(at.u, sums * blocks * row).entries()) {
          const [j, block, rest] = [Math.floor(i / (blocks * row)), Math.floor(i / row) % blocks, i % row];
          let expected = 0;
          for (let r = 0; r < parts; r++) {
            expected += coefficients[j * parts + r]! * w[(block * parts + r) * row + rest]!;
          }
          expect(Math.abs(value - expected)).toBeLessThan(1e-5);
        }
      }),
    );
  });
});

/** Images of which some tiles are combined at a time, by `more` rows higher in memory. */
const tiled = {
  size: fc.constantFrom(3 as const, 5 as const),
  blocks: fc.integer({ min: 1, max: 2 }),
  lanes: fc.constantFrom(8, 16),
  h: fc.integer({ min: 1, max: 13 }),
  columns: fc.integer({ min: 1, max: 5 }),
  tiles: fc.integer({ min: 1, max: 4 }),
  more: fc.integer({ min: 0, max: 2 }),
  seed: fc.nat(1000),
};

/** A kernel's rows at 0, ±1, ±2, ±1/2 and infinity, over what combinations of rows are there. */
function atPoints(kernel: readonly number[]): number[] {
  const points = [0, 1, -1, 2, -2, 0.5, -0.5];
  const scales = points.map((a) => points.reduce((product, b) => (a === b ? product : product * (a - b)), 1));
  return [
    ...points.map((a, i) => kernel.reduce((sum, value, k) => sum + value * a ** k, 0) / scales[i]!),
    kernel.at(-1)!,
  ];
}
