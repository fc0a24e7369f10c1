import { expect } from 'vitest';
import { createRandom } from '../../random.ts';
import { encodeModel } from '../encode.ts';
import { gradients } from '../gradients.ts';
import { createGraph, type Graph, type Value } from '../graph.ts';
import { createNodeSession } from '../node/session.ts';
import { mul } from '../operators/elementwise.ts';
import { reduceSum } from '../operators/reduction.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';

/** What to check: a function of values, and the shapes (or the very numbers) of its arguments. */
export interface GradientCheck {
  readonly of: (graph: Graph, ...values: Value[]) => Value;
  readonly at: readonly (readonly number[] | Tensor)[];
  /** Largest difference allowed, relative to the largest derivative. */
  readonly tolerance?: number;
  /** Half the distance between the two points of a difference. */
  readonly step?: number;
  readonly microsoft?: boolean;
}

/**
 * Compares the gradient of Σ c·f(x), with random c, with central differences in every element of every argument, in a
 * session that checks all shapes strictly.
 */
export async function checkGradients({
  of,
  at,
  tolerance = 5e-3,
  step = 1e-2,
  microsoft = false,
}: GradientCheck): Promise<void> {
  const points = at.map((point, i) => ('data' in point ? (point as Tensor) : randomTensor(point, i)));
  const graph = createGraph({ microsoft });
  const values = points.map(({ shape }, i) => graph.input(`x${i}`, 'float32', shape));
  const y = of(graph, ...values);
  const weights = graph.constant(randomTensor(y.shape as number[], 99));
  const loss = reduceSum(mul(y, weights));
  const slopes = gradients(loss, values);
  const outputs = Object.fromEntries(slopes.map((slope, i) => [`d${i}`, slope]));
  const session = await createNodeSession(encodeModel(graph, { outputs: { loss, ...outputs } }), {
    threads: 1,
    strict: true,
  });
  try {
    const run = (feeds: readonly Tensor[]) =>
      session.run(Object.fromEntries(feeds.map((tensor, i) => [`x${i}`, tensor])));
    const analytic = await run(points);
    for (const [i, point] of points.entries()) {
      const slope = analytic[`d${i}`]!.data as Float32Array;
      const moved = async (element: number, by: number) => {
        const data = Float32Array.from(point.data as Float32Array);
        data[element] = data[element]! + by;
        const feeds = points.map((other, j) => (j === i ? { ...point, data } : other));
        return Number((await run(feeds)).loss!.data[0]);
      };
      const differences: number[] = [];
      for (let e = 0; e < slope.length; e++) {
        differences.push(((await moved(e, step)) - (await moved(e, -step))) / (2 * step));
      }
      const scale = Math.max(1e-3, ...differences.map(Math.abs));
      const worst = Math.max(...differences.map((difference, e) => Math.abs(difference - slope[e]!)));
      expect(worst / scale, `argument ${i}`).toBeLessThan(tolerance);
      expect(
        slope.some((v) => v !== 0),
        `argument ${i} has some gradient`,
      ).toBe(true);
    }
  } finally {
    await session.release();
  }
}

/** Distinct numbers in random order, at least 0.05 apart and none near 0, so that no step crosses a kink or a tie. */
function randomTensor(shape: readonly number[], key: number): Tensor {
  const size = sizeOf(shape);
  const ladder = Array.from({ length: size }, (_, i) => (i - (size - 1) / 2 + 0.25) * Math.max(0.05, 2 / size));
  return float32(createRandom(5, 'gradient check', key).shuffle(ladder), shape);
}
