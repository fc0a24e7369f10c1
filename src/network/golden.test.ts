import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createNodeSession } from '../onnx/node/session.ts';
import { float32 } from '../onnx/tensor.ts';
import type { Head } from './forward.ts';
import type { PoolingName } from './pooling/poolings.ts';
import { formulaParameters, formulaTensor } from './testing/formula.ts';
import { createTrainingGraph } from './training-graph.ts';

/** Numbers of an independent implementation in float64; its weights follow the formula in its own `about`. */
interface Golden {
  readonly classes: number;
  readonly maps: { readonly shape: number[]; readonly values: number[] };
  readonly cases: readonly {
    readonly pooling: PoolingName;
    readonly sharpness: number;
    readonly head: Head;
    readonly P: number[][];
    readonly y: number[][];
    readonly loss: number;
    readonly gradients: Record<string, { sum: number; l2: number; first: number[]; last: number[] }>;
  }[];
}

const golden: Golden = JSON.parse(await readFile(new URL('../../test/fixtures/network.json', import.meta.url), 'utf8'));
const CLASSES = golden.classes;

/** Difference relative to the larger of the two and of `scale`. */
function relative(found: number, expected: number, scale = 0): number {
  return Math.abs(found - expected) / Math.max(Math.abs(expected), scale, 1e-12);
}

describe('agreement with the independent implementation within 1e-4', () => {
  it.each(golden.cases)('$pooling, sharpness $sharpness, $head: P, y, loss and every gradient', async (expected) => {
    const { pooling, sharpness, head } = expected;
    const { model, masks } = createTrainingGraph({
      channels: 3,
      classes: CLASSES,
      pooling,
      sharpness,
      head,
      images: 2,
      height: 96,
      width: 96,
      withoutDropout: true,
      withImageGradient: true,
      withForward: true,
    });
    expect(masks).toEqual([]);
    const session = await createNodeSession(model, { threads: 1, strict: true });
    const found = await session.run({
      ...formulaParameters({ channels: 3, classes: CLASSES, pooling }),
      image: formulaTensor(0, [2, 3, 96, 96], 1),
      target: float32([0, 1, 0, 0, 0, 0, 0, 1], [2, 4]),
      weight: float32([0.5, 0.5], [2]),
    });
    await session.release();

    const numbers = (name: string) => found[name]!.data as Float32Array;
    expect(found.logits!.shape).toEqual(golden.maps.shape);
    const largest = Math.max(...golden.maps.values.map(Math.abs));
    for (const [i, v] of golden.maps.values.entries())
      expect(relative(numbers('logits')[i]!, v, largest)).toBeLessThan(1e-4);
    for (const [i, v] of expected.P.flat().entries()) expect(relative(numbers('bag')[i]!, v)).toBeLessThan(1e-4);
    for (const [i, v] of expected.y.flat().entries())
      expect(relative(numbers('probability')[i]!, v)).toBeLessThan(1e-4);
    expect(relative(numbers('loss')[0]!, expected.loss)).toBeLessThan(1e-4);

    const names = Object.keys(found).flatMap((name) => (name.startsWith('d.') ? [name.slice(2)] : []));
    const renamed = names.map((name) => (name === 'image' ? 'input' : name)).sort();
    expect(renamed).toEqual(Object.keys(expected.gradients).sort());
    for (const [name, digest] of Object.entries(expected.gradients)) {
      const slope = numbers(`d.${name === 'input' ? 'image' : name}`);
      const l2 = Math.sqrt(slope.reduce((sum, v) => sum + v * v, 0));
      const typical = digest.l2 / Math.sqrt(slope.length);
      expect(relative(l2, digest.l2), `${name} l2`).toBeLessThan(1e-4);
      const sum = slope.reduce((total, v) => total + v, 0);
      expect(Math.abs(sum - digest.sum) / Math.max(digest.l2, Math.abs(digest.sum)), `${name} sum`).toBeLessThan(1e-4);
      for (const [i, v] of digest.first.entries())
        expect(relative(slope[i]!, v, typical), `${name}[${i}]`).toBeLessThan(1e-4);
      for (const [i, v] of digest.last.entries()) {
        expect(relative(slope[slope.length - digest.last.length + i]!, v, typical), `${name}, end`).toBeLessThan(1e-4);
      }
    }
  });
});
