import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapSide, PAPER_LAYERS } from '../network/architecture.ts';
import { encodeModelFile } from '../network/model-file.ts';
import { OTHER_LAYERS } from '../network/testing/other-layers.ts';
import { blobs, formulaModel } from '../network/testing/simulate.ts';
import { createNodeSession } from '../onnx/node/session.ts';
import { float32 } from '../onnx/tensor.ts';
import { classProbabilityMap } from './class-probability-map.ts';

const probability = fc.float({ min: 0, max: 1, noNaN: true });

describe('the class probability map', () => {
  it('is centred as the network sees: instance j depends on the pixels as far as 67 to either side of 31 + 32 j', async () => {
    const { parameters, about } = formulaModel({ pooling: 'max' });
    const session = await createNodeSession(encodeModelFile(parameters, about), { threads: 1 });
    const [height, width] = [63, 255];
    const seen = async (column?: number) => {
      const data = Float32Array.from(blobs(height, width).data);
      for (let at = column ?? data.length; at < data.length; at += width) data[at]! += 5000;
      const { map } = await session.run({ image: float32(data, [1, 2, height, width]) }, ['map']);
      return map!.data as Float32Array;
    };
    const before = await seen();
    for (const instance of [2, 3, 4]) {
      const changed = async (distance: number) => {
        const after = await seen(31 + 32 * instance + distance);
        return [0, 1, 2].some((k) => after[7 * k + instance] !== before[7 * k + instance]);
      };
      expect([await changed(-68), await changed(-67), await changed(67), await changed(68)]).toEqual([
        false,
        true,
        true,
        false,
      ]);
    }
    await session.release();
  });

  it('has every instance at the centre of what it sees, and nothing of it at the centres of others', () => {
    const impulse = new Float32Array(2 * 3 * 4);
    impulse[12 + 4 + 2] = 1; // class 1, row 1, column 2
    const at = classProbabilityMap({ map: impulse, rows: 3, columns: 4 }, { height: 127, width: 159 });
    const value = (k: number, y: number, x: number) => at[(k * 127 + y) * 159 + x]!;
    expect(value(1, 31 + 32, 31 + 64)).toBe(1);
    expect(at.slice(0, 127 * 159).every((v) => v === 0)).toBe(true);
    for (const row of [0, 1, 2]) {
      for (const column of [0, 1, 2, 3]) {
        if (row !== 1 || column !== 2) expect(value(1, 31 + 32 * row, 31 + 32 * column)).toBe(0);
      }
    }
    expect(value(1, 63 + 8, 95)).toBeCloseTo(0.75, 6);
    expect(value(1, 63 - 16, 95 + 16)).toBeCloseTo(0.25, 6);
  });

  it('has them where the layers of the model have them', () => {
    const [layers] = OTHER_LAYERS;
    const at = classProbabilityMap(
      { map: Float32Array.of(0, 1, 0), rows: 1, columns: 3 },
      { height: 15, width: 31, layers },
    );
    expect([7, 11, 15, 19, 23].map((x) => at[7 * 31 + x])).toEqual([0, 0.5, 1, 0.5, 0]);
  });

  it('is that of the enlarged field, taken at the middles of its pixels', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 64, max: 100 }),
        fc.array(probability, { minLength: 100, maxLength: 100 }),
        (enlarge, side, numbers) => {
          const rows = mapSide(side * enlarge, PAPER_LAYERS);
          const instances = {
            map: Float32Array.from({ length: rows * rows }, (_, i) => numbers[i % 100]!),
            rows,
            columns: rows,
          };
          const small = classProbabilityMap(instances, { height: side, width: side, enlarge });
          const large = classProbabilityMap(instances, { height: side * enlarge, width: side * enlarge });
          // The middle of an old pixel is that of f new ones: the mean of the two in the middle, or the one.
          const middles = enlarge % 2 === 1 ? [(enlarge - 1) / 2] : [enlarge / 2 - 1, enlarge / 2];
          const along = (y: number, x: number) => large[y * side * enlarge + x]!;
          for (const [y, x] of [
            [0, 0],
            [side - 1, 5],
            [40, 33],
          ] as const) {
            const near = middles.flatMap((dy) => middles.map((dx) => along(y * enlarge + dy, x * enlarge + dx)));
            const mean = near.reduce((sum, v) => sum + v, 0) / near.length;
            // Unless a centre lies between the middles, where the slope changes.
            expect(Math.abs(small[y * side + x]! - mean)).toBeLessThan(0.04);
          }
        },
      ),
    );
  });

  it('stays between the smallest and the largest instance, and goes on beyond the outermost', () => {
    fc.assert(
      fc.property(fc.array(probability, { minLength: 6, maxLength: 6 }), (numbers) => {
        const map = Float32Array.from(numbers);
        const found = classProbabilityMap({ map, rows: 2, columns: 3 }, { height: 110, width: 140 });
        const [least, most] = [Math.min(...map) - 1e-6, Math.max(...map) + 1e-6];
        expect(found.every((value) => value >= least && value <= most)).toBe(true);
        expect(found[0]).toBe(map[0]);
        expect(found.at(-1)).toBeCloseTo(map[5]!, 6);
      }),
      { numRuns: 20 },
    );
  });

  it('moves by 32 pixels with instances that move by one', () => {
    const map = Float32Array.from({ length: 25 }, (_, i) => ((i * 7) % 11) / 11);
    const moved = map.map((_, i) => (i % 5 === 0 ? 0.5 : map[i - 1]!));
    const size = { height: 191, width: 191 };
    const [a, b] = [map, moved].map((of) => classProbabilityMap({ map: of, rows: 5, columns: 5 }, size)) as [
      Float32Array,
      Float32Array,
    ];
    for (let y = 0; y < 191; y++) {
      for (let x = 31; x <= 31 + 96; x++) expect(b[y * 191 + x + 32]).toBeCloseTo(a[y * 191 + x]!, 6);
    }
  });
});
