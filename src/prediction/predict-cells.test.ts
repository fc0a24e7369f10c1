import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeModelFile } from '../network/model-file.ts';
import { initialParameters } from '../network/parameters.ts';
import { createFeedMaker } from '../onnx/make-feeds.ts';
import { createNodeSessionPool } from '../onnx/node/session-pool.ts';
import type { SessionPool } from '../onnx/session-pool.ts';
import { float32 } from '../onnx/tensor.ts';
import type { FieldPrediction } from './average-predictions.ts';
import { cutAround, isInside } from './crop.ts';
import { predictCells } from './predict-cells.ts';
import { predictFields } from './predict-fields.ts';
import { PREDICTION_SESSION } from './run-model.ts';

/** Every pixel holds its own place: channel · 10000 + y · 100 + x. */
function field({ channels = 2, height = 20, width = 30 } = {}) {
  const data = Float32Array.from({ length: channels * height * width }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    return 10_000 * Math.floor(i / (width * height)) + 100 * y + x;
  });
  return { data, channels, height, width };
}

describe('a crop', () => {
  const crop = (centre: { x: number; y: number }, side: number) => {
    const { data, ...size } = cutAround(field(), { centre, side });
    expect(size).toEqual({ channels: 2, height: side, width: side });
    return data;
  };

  it('has the pixels around the centre, of every channel', () => {
    expect([...crop({ x: 10, y: 5 }, 3)]).toEqual([
      ...[409, 410, 411, 509, 510, 511, 609, 610, 611],
      ...[10409, 10410, 10411, 10509, 10510, 10511, 10609, 10610, 10611],
    ]);
    // The middle of four pixels lies between the second and the third.
    expect([...crop({ x: 10.5, y: 5.5 }, 2)].slice(0, 4)).toEqual([510, 511, 610, 611]);
  });

  it('is moved inside at the edge', () => {
    expect(crop({ x: 0, y: 0 }, 4)[0]).toBe(0);
    expect(crop({ x: 29.4, y: 19.4 }, 4)[0]).toBe(1626);
    expect(crop({ x: 29, y: 10 }, 20)[0]).toBe(10);
  });

  it('is always whole and inside, and has its cell in it', () => {
    const centre = fc.record({
      x: fc.double({ min: 0, max: 29, noNaN: true }),
      y: fc.double({ min: 0, max: 19, noNaN: true }),
    });
    fc.assert(
      fc.property(centre, fc.integer({ min: 1, max: 20 }), ({ x, y }, side) => {
        const first = crop({ x, y }, side)[0]!;
        const [left, top] = [first % 100, Math.floor(first / 100)];
        expect(left >= 0 && left + side <= 30 && top >= 0 && top + side <= 20).toBe(true);
        expect(x >= left - 1 && x <= left + side && y >= top - 1 && y <= top + side).toBe(true);
      }),
    );
  });

  it('is among the squares that are cut out for a cell that may lie elsewhere, and they are all of that kind', () => {
    const number = fc.integer({ min: 0, max: 116 }).map((quarters) => quarters / 4);
    fc.assert(
      fc.property(
        number,
        number,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 5 }),
        (x, y, side, shift) => {
          const centre = { x, y: (y * 19) / 29 };
          const cut = cutAround(field(), { centre, side, shift });
          const firsts = new Set<number>();
          for (let dy = -shift; dy <= shift; dy++) {
            for (let dx = -shift; dx <= shift; dx++) {
              const moved = crop({ x: centre.x + dx, y: centre.y + dy }, side);
              const [left, top] = [moved[0]! % 100, Math.floor(moved[0]! / 100)];
              const [dLeft, dTop] = [left - (cut.data[0]! % 100), top - Math.floor(cut.data[0]! / 100)];
              expect(dLeft >= 0 && dTop >= 0 && dLeft + side <= cut.width && dTop + side <= cut.height).toBe(true);
              expect(cut.data[cut.width * cut.height + dTop * cut.width + dLeft]).toBe(10_000 + moved[0]!);
              firsts.add(moved[0]!);
            }
          }
          expect(firsts.size).toBe((cut.width - side + 1) * (cut.height - side + 1));
        },
      ),
    );
    for (const data of [new Uint8Array(600), new Uint16Array(600), new Float32Array(600)]) {
      const cut = cutAround(
        { data, channels: 1, height: 20, width: 30 },
        { centre: { x: 5, y: 5 }, side: 4, shift: 1 },
      );
      expect([cut.data.constructor, cut.data.length]).toEqual([data.constructor, 36]);
    }
  });

  it('is of centres inside of the field only', () => {
    const size = { height: 20, width: 30 };
    for (const [x, y] of [
      [0, 0],
      [-0.5, 3],
      [29.49, 19.49],
    ] as const)
      expect(isInside({ x, y }, size)).toBe(true);
    for (const [x, y] of [
      [29.5, 3],
      [-0.6, 3],
      [3, 20],
      [Number.NaN, 3],
      [3, Number.NaN],
      [Number.POSITIVE_INFINITY, 3],
    ] as const)
      expect(isInside({ x, y }, size)).toBe(false);
  });
});

describe('prediction of cells', () => {
  /** A pool whose model says, for each image, its first pixel and its last; `sizes` fills with the batches. */
  function fakePool(sizes: number[]): SessionPool {
    return {
      size: 2,
      load: async () => {},
      unload: async () => {},
      release: async () => {},
      run: async (_, { image }) => {
        const { shape, data } = createFeedMaker()({ image: image! }).image!;
        const [count] = shape as [number];
        const size = data.length / count;
        sizes.push(count);
        // Later batches answer first.
        await new Promise((resolve) => setTimeout(resolve, 20 / sizes.length));
        const ends = Array.from({ length: count }, (__, i) => [data[i * size], data[(i + 1) * size - 1]] as number[]);
        return {
          bag: float32(ends.flat(), [count, 2]),
          probability: float32(
            ends.flatMap(([a, b]) => [b!, a!]),
            [count, 2],
          ),
        };
      },
    };
  }

  it('is in order, in batches that fields share, each cell with its own answer', async () => {
    const sizes: number[] = [];
    const counts = [3, 0, 5, 1, 4];
    const read = async (n: number) => ({
      pixels: field(),
      cells: Array.from({ length: n }, (_, i) => ({ x: 5 + i, y: 5 + n })),
    });
    const answers = [];
    for await (const answer of predictCells(counts, { pool: fakePool(sizes), read, side: 4, batch: 4 })) {
      answers.push(answer);
    }
    expect(sizes).toEqual([4, 4, 4, 1]);
    expect(answers.map(({ field: n, cell }) => `${n} ${cell.x}`)).toEqual(
      counts.flatMap((n) => Array.from({ length: n }, (_, i) => `${n} ${5 + i}`)),
    );
    for (const { cell, prediction } of answers) {
      const first = Math.round(cell.x - 1.5) + 100 * Math.round(cell.y - 1.5);
      expect([...prediction.bag]).toEqual([first, 10_000 + first + 303]);
      expect([...prediction.probability]).toEqual([10_000 + first + 303, first]);
      // The larger of the bag, although the probabilities say otherwise.
      expect(prediction.predicted).toBe(1);
    }
  });

  it('is the mean over the eight symmetries of the square, where these are asked for', async () => {
    const sizes: number[] = [];
    const cells = [7, 12, 15].map((x) => ({ x, y: 9 }));
    const options = { pool: fakePool(sizes), read: async () => ({ pixels: field(), cells }), side: 5, batch: 16 };
    const answers = [];
    for await (const answer of predictCells([0], { ...options, symmetries: true })) answers.push(answer);
    expect(sizes).toEqual([16, 8]);
    expect(answers.map(({ cell }) => cell)).toEqual(cells);
    for (const { cell, prediction } of answers) {
      // Each corner is the first pixel of two views, and the last of two: their mean is the pixel in the middle.
      const middle = cell.x + 100 * cell.y;
      expect([...prediction.bag]).toEqual([middle, 10_000 + middle]);
      expect([...prediction.probability]).toEqual([10_000 + middle, middle]);
      expect(prediction.predicted).toBe(1);
    }
  });

  it('says nothing of a field that cannot be read, and holds few fields and batches at once', async () => {
    let asked = 0;
    const read = async (n: number) => {
      asked++;
      return n % 2 === 0 ? undefined : { pixels: field(), cells: [{ x: 9, y: 9 }] };
    };
    const pool = fakePool([]);
    const answers = predictCells(Array.from({ length: 100 }, (_, n) => n).values(), { pool, read, side: 4, batch: 1 });
    expect((await answers.next()).value).toMatchObject({ field: 1 });
    // Twice the workers of batches, each of one cell of every second field, and two fields ahead.
    expect(asked).toBeLessThanOrEqual(2 * (2 * pool.size) + 2);
    await answers.return(undefined);
  });

  it('is what the model says of the crop alone', async () => {
    const network = { channels: 2, classes: 3, pooling: 'noisy-and' } as const;
    const model = encodeModelFile(initialParameters(network, 1), {
      version: '0',
      classes: ['a', 'b', 'c'],
      channels: ['A', 'B'],
      pooling: network.pooling,
      sharpness: 10,
      head: 'softmax',
      label: 'none',
      normalization: { mean: [5000, 15000], deviation: [3000, 3000] },
      run: 'none',
    });
    const pool = createNodeSessionPool({ workers: 1 });
    await pool.load(PREDICTION_SESSION, model);
    const pixels = field({ height: 100, width: 90 });
    const cells = [3, 40, 88].map((x) => ({ x, y: x }));
    const crops = cells.map((centre) => {
      return cutAround(pixels, { centre, side: 64 });
    });
    const alone: FieldPrediction[] = [];
    for await (const { prediction } of predictFields(crops, { pool, read: async (crop) => crop }))
      alone.push(prediction!);
    const read = async () => ({ pixels, cells });
    const together = [];
    for await (const { prediction } of predictCells([0], { pool, read, side: 64 })) together.push(prediction);
    await pool.release();
    for (const [i, { bag, probability }] of together.entries()) {
      bag.forEach((value, k) => {
        expect(value).toBeCloseTo(alone[i]!.bag[k]!, 6);
      });
      probability.forEach((value, k) => {
        expect(value).toBeCloseTo(alone[i]!.probability[k]!, 6);
      });
    }
    expect(together[0]!.bag).not.toEqual(together[1]!.bag);
  });
});
