import { describe, expect, it } from 'vitest';
import { createNodeSession } from '../onnx/node/session.ts';
import type { Tensors } from '../onnx/session.ts';
import { float32 } from '../onnx/tensor.ts';
import { createRandom } from '../random.ts';
import { createEvaluationGraph } from './evaluation-graph.ts';
import { POOLING_NAMES, type PoolingName } from './pooling/poolings.ts';
import { formulaParameters } from './testing/formula.ts';
import { createTrainingGraph } from './training-graph.ts';

const SIDE = 64;
const SIZE = 2 * SIDE * SIDE;

function network(pooling: PoolingName) {
  return { channels: 2, classes: 3, pooling, sharpness: 5, head: 'softmax' as const };
}

function pictures(count: number, seed: number): Float32Array[] {
  const random = createRandom(seed, 'cells');
  return Array.from({ length: count }, () => Float32Array.from({ length: SIZE }, random.normal));
}

function joined(cells: readonly Float32Array[]) {
  const data = new Float32Array(cells.length * SIZE);
  for (const [i, cell] of cells.entries()) data.set(cell, i * SIZE);
  return float32(data, [cells.length, 2, SIDE, SIDE]);
}

/** A step on bags of so many cells each, without dropout. */
async function stepOn(
  bags: readonly (readonly Float32Array[])[],
  { pooling = 'noisy-and' as PoolingName, cells }: { pooling?: PoolingName; cells?: number },
): Promise<Tensors> {
  const images = bags.flat();
  const about = { ...network(pooling), images: images.length, height: SIDE, width: SIDE, withoutDropout: true };
  const session = await createNodeSession(createTrainingGraph({ ...about, cells }).model, { threads: 1, strict: true });
  const rows = images.length / (cells ?? 1);
  const target = Float32Array.from({ length: rows * 3 }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 1 : 0));
  const found = await session.run({
    ...formulaParameters(network(pooling)),
    image: joined(images),
    target: float32(target, [rows, 3]),
    weight: float32(new Float32Array(rows).fill(1 / rows), [rows]),
  });
  await session.release();
  return found;
}

function expectAlike(found: Tensors, expected: Tensors, tolerance: number): void {
  for (const [name, { data, shape }] of Object.entries(expected)) {
    expect(found[name]!.shape, name).toEqual(shape);
    const [own, other] = [found[name]!.data as Float32Array, data as Float32Array];
    const largest = other.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    const apart = other.reduce((most, value, i) => Math.max(most, Math.abs(own[i]! - value)), 0);
    expect(apart / largest, name).toBeLessThan(tolerance);
  }
}

describe('bags of cells', () => {
  it('of one cell are what images are that leave one instance', async () => {
    const cells = pictures(3, 1).map((cell) => [cell]);
    expectAlike(await stepOn(cells, { cells: 1 }), await stepOn(cells, {}), 1e-6);
  });

  // Those that are means of instances: of the others, more of the same says more.
  it.each(['noisy-and', 'mean', 'max', 'attention', 'generalized-mean', 'log-sum-exp'] as const)(
    'of one cell, many times, are what it is alone: %s',
    async (pooling) => {
      const [a, b] = pictures(2, 2) as [Float32Array, Float32Array];
      const often = await stepOn(
        [
          [a, a, a],
          [b, b, b],
        ],
        { cells: 3, pooling },
      );
      const once = await stepOn([[a], [b]], { cells: 1, pooling });
      // No weight of attention makes a difference among equals: what is left of its gradients is rounding.
      const compared = Object.entries(once).filter(([name]) => !name.startsWith('d.attention'));
      expectAlike(often, Object.fromEntries(compared), 2e-5);
    },
  );

  it.each(POOLING_NAMES)('do not depend on the order of their cells: %s', async (pooling) => {
    const [a, b, c, d] = pictures(4, 3) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const options = { cells: 2, pooling };
    const [one, other] = [
      await stepOn(
        [
          [a, b],
          [c, d],
        ],
        options,
      ),
      await stepOn(
        [
          [b, a],
          [d, c],
        ],
        options,
      ),
    ];
    expectAlike(other, one, 2e-5);
    const exchanged = await stepOn(
      [
        [a, c],
        [b, d],
      ],
      options,
    );
    expect(exchanged.loss!.data[0]).not.toBeCloseTo(Number(one.loss!.data[0]), 5);
  });

  it('of any number of cells are evaluated as they are trained', async () => {
    const cells = pictures(5, 4);
    const graph = createEvaluationGraph({ ...network('noisy-and'), cells: 'all' });
    const session = await createNodeSession(graph, { threads: 1, strict: true });
    const parameters = formulaParameters(network('noisy-and'));
    for (const count of [5, 2]) {
      const bag = cells.slice(0, count);
      const target = float32([1, 0, 0], [1, 3]);
      const found = await session.run({ ...parameters, image: joined(bag), target });
      const expected = await stepOn([bag], { cells: count });
      expect(found.loss!.data[0]).toBeCloseTo(Number(expected.loss!.data[0]), 5);
      expectAlike({ probability: found.probability! }, { probability: expected.probability! }, 1e-5);
    }
    await session.release();
  });
});
