import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { encodeModel } from './encode.ts';
import { gradients, propagateBack } from './gradients.ts';
import { createGraph, type Graph, type Value } from './graph.ts';
import { createNodeSession } from './node/session.ts';
import { passWhere } from './operators/convolution.ts';
import { add, mul, neg, relu, sigmoid } from './operators/elementwise.ts';
import { matmul } from './operators/matmul.ts';
import { maxPool } from './operators/pooling.ts';
import { reduceSum } from './operators/reduction.ts';
import { float32, type Tensor } from './tensor.ts';

/** Runs the graph that `build` makes from its inputs, and returns its outputs in order. */
async function run(feeds: readonly Tensor[], build: (graph: Graph, ...inputs: Value[]) => readonly Value[]) {
  const graph = createGraph();
  const inputs = feeds.map(({ shape }, i) => graph.input(`x${i}`, 'float32', shape));
  const outputs = build(graph, ...inputs);
  const model = encodeModel(graph, { outputs: Object.fromEntries(outputs.map((value, i) => [`y${i}`, value])) });
  const session = await createNodeSession(model, { threads: 1, strict: true });
  const found = await session.run(Object.fromEntries(feeds.map((tensor, i) => [`x${i}`, tensor])));
  await session.release();
  return outputs.map((_, i) => [...(found[`y${i}`]!.data as Float32Array)]);
}

const numbers = (n: number) => fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: n, maxLength: n });

describe('a backward pass from given gradients', () => {
  it('gives what the gradient of their product with the values gives, from several values at once', async () => {
    await fc.assert(
      fc.asyncProperty(numbers(6), numbers(6), numbers(4), numbers(6), async (x, w, g, h) => {
        const feeds = [float32(x, [2, 3]), float32(w, [3, 2]), float32(g, [2, 2]), float32(h, [2, 3])];
        const [a, b, c, d] = (await run(feeds, (_, vx, vw, vg, vh) => {
          const s = sigmoid(vx!);
          const y = matmul(s, vw!);
          const loss = add(reduceSum(mul(y, vg!)), reduceSum(mul(s, vh!)));
          const starts = [
            { value: y, gradient: vg! },
            { value: s, gradient: vh! },
          ];
          return [...gradients(loss, [vx!, vw!]), ...propagateBack(starts, [vx!, vw!])];
        })) as [number[], number[], number[], number[]];
        for (const [i, v] of a.entries()) expect(c[i]).toBeCloseTo(v, 5);
        for (const [i, v] of b.entries()) expect(d[i]).toBeCloseTo(v, 5);
      }),
      { numRuns: 10 },
    );
  });

  it('applies its rule once to the complete gradient of every value, but not to what it starts with', async () => {
    const [through, middle, start, sum] = await run([float32([1, -1], [2]), float32([3, -5], [2])], (_, x, g) => {
      const negative = neg(x!);
      const back = neg(negative);
      const both = add(mul(x!, 2), mul(x!, -3));
      return [
        // Going back through two sign changes, a value that is positive at the start is cut off in the middle.
        ...propagateBack([{ value: back, gradient: g! }], [x!, negative], { arriving: relu }),
        propagateBack([{ value: back, gradient: g! }], [back], { arriving: relu })[0]!,
        // 2g and -3g are added first.
        propagateBack([{ value: both, gradient: g! }], [x!], {
          arriving: (gradient) => (gradient.node?.operator.name === 'Add' ? relu(gradient) : gradient),
        })[0]!,
      ];
    });
    expect(middle).toEqual([0, 5]);
    expect(through!.map(Math.abs)).toEqual([0, 0]);
    expect(start).toEqual([3, -5]);
    expect(sum).toEqual([0, 5]);
  });

  it('goes through an operator by the rule that it is given for it', async () => {
    const [plain, ruled] = await run([float32([1, -1], [2]), float32([3, -5], [2])], (_, x, g) => {
      const starts = [{ value: neg(relu(x!)), gradient: g! }];
      const through = { Relu: (_node: unknown, dy: Value) => [mul(dy, 10)] };
      return [...propagateBack(starts, [x!]), ...propagateBack(starts, [x!], { through })];
    });
    expect(plain!.map((v) => v + 0)).toEqual([-3, 0]);
    expect(ruled).toEqual([-30, 50]);
  });

  it('refuses a gradient of another shape, and targets that nothing depends on', () => {
    const graph = createGraph();
    const [x, g] = [graph.input('x', 'float32', [2]), graph.input('g', 'float32', [3])];
    expect(() => propagateBack([{ value: neg(x), gradient: g }], [x])).toThrow(/cannot start at .*float32\[3\].*\[2\]/);
    expect(() => propagateBack([{ value: neg(g), gradient: g }], [x])).toThrow(/does not depend on "x"/);
  });
});

it.each([2, 16])(
  'a gradient passes where an activation is positive, however small it is (%i channels)',
  async (channels) => {
    const activations = [0, 1e-20, 0.5, 3e9, 0, 1e-12, 7, 0];
    const gradient = [5, 5, 0, 1e6, 0, 1e-20, 3e-5, 1e9];
    const shape = [1, channels, 8, 1];
    const repeated = (values: readonly number[]) => Array.from({ length: 8 * channels }, (_, i) => values[i % 8]!);
    const [passed] = await run(
      [float32(repeated(gradient), shape), float32(repeated(activations), shape)],
      (_, g, y) => [passWhere(g!, y!)],
    );
    const expected = repeated(gradient.map((v, i) => (activations[i]! > 0 ? v : 0)));
    expect(passed).toEqual([...Float32Array.from(expected)]);
  },
);

describe('the gradient of max pooling by comparison', () => {
  const random = createRandom(3, 'max pooling');
  const uniform = (shape: readonly number[]) =>
    float32(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.uniform()),
      shape,
    );

  it.each([
    [3, 3],
    [4, 9],
    [67, 301], // in two strips
    [109, 300], // the last row alone in its strip
  ])('of %d×%d pixels is that by the winners that the runtime keeps', async (height, width) => {
    const shape = [1, 64, height, width];
    const [rows, columns] = [height, width].map((side) => Math.floor((side - 3) / 2) + 1) as [number, number];
    const [compared, kept] = await run([uniform(shape), uniform([1, 64, rows, columns])], (_, x, dy) =>
      [false, true].flatMap((winners) => {
        const value = maxPool(x!, { size: 3, stride: 2, winners });
        return propagateBack([{ value, gradient: dy! }], [x!]);
      }),
    );
    let worst = 0;
    for (const [i, v] of kept!.entries()) worst = Math.max(worst, Math.abs(v - compared![i]!));
    expect(worst).toBeLessThan(1e-6);
  });

  it('gives the gradient of a window to one of its pixels, however many are equal', async () => {
    const shape = [2, 2, 8, 7];
    const [slope] = await run([float32(new Float32Array(224).fill(1), shape), uniform([2, 2, 3, 3])], (_, x, dy) =>
      propagateBack([{ value: maxPool(x!, { size: 3, stride: 2 }), gradient: dy! }], [x!]),
    );
    // The first pixel of each window is every second one, so each belongs to one window.
    for (const [i, v] of slope!.entries()) {
      const [row, column] = [Math.floor(i / 7) % 8, i % 7];
      expect(v > 0, `${row}, ${column}`).toBe(row % 2 === 0 && column % 2 === 0 && row < 6 && column < 6);
    }
  });
});
