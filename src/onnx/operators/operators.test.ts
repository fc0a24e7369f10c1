import { describe, expect, it } from 'vitest';
import { isMilscopeError } from '../../errors.ts';
import { encodeModel } from '../encode.ts';
import { gradients } from '../gradients.ts';
import { createGraph } from '../graph.ts';
import { createNodeSession } from '../node/session.ts';
import { float32 } from '../tensor.ts';
import { checkGradients } from '../testing/gradient-check.ts';
import { conv } from './convolution.ts';
import {
  add,
  atLeast,
  div,
  exp,
  greater,
  log,
  mul,
  neg,
  relu,
  sigmoid,
  softplus,
  sqrt,
  sub,
  where,
} from './elementwise.ts';
import { matmul } from './matmul.ts';
import { averagePool, maxPool } from './pooling.ts';
import { logSoftmax, reduceLogSumExp, reduceMax, reduceMean, reduceSum, softmax } from './reduction.ts';
import { concat, depthToSpace, expand, pad, reshape, spaceToDepth, transpose } from './shape.ts';

const positive = (shape: number[]) =>
  float32(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 0.5 + ((i * 7) % 11) / 5),
    shape,
  );

describe('gradients against central differences', () => {
  it.each([
    ['add', add],
    ['sub', sub],
    ['mul', mul],
  ])('%s, broadcasting either way', async (_, operator) => {
    await checkGradients({ of: (_g, a, b) => operator(a!, b!), at: [[2, 3, 4], [4]] });
    await checkGradients({
      of: (_g, a, b) => operator(a!, b!),
      at: [
        [3, 1],
        [2, 3, 4],
      ],
    });
    await checkGradients({ of: (_g, a) => operator(operator(0.5, a!), 3), at: [[2, 3]] });
  });

  it('div', async () => {
    await checkGradients({ of: (_g, a, b) => div(a!, b!), at: [[2, 3], positive([3])] });
    await checkGradients({ of: (_g, a, b) => div(a!, b!), at: [[3], positive([2, 3])] });
  });

  it.each([
    ['neg', neg],
    ['exp', exp],
    ['sigmoid', sigmoid],
    ['softplus', softplus],
  ])('%s', async (_, operator) => {
    await checkGradients({ of: (_g, x) => operator(x!), at: [[2, 5]] });
  });

  it('log and sqrt, where they are defined', async () => {
    await checkGradients({ of: (_g, x) => log(x!), at: [positive([2, 5])] });
    await checkGradients({ of: (_g, x) => sqrt(x!), at: [positive([2, 5])] });
  });

  it('relu, where and atLeast, away from their kinks', async () => {
    await checkGradients({ of: (_g, x) => relu(x!), at: [[3, 7]] });
    await checkGradients({ of: (_g, a, b) => where(greater(a!, 0), mul(a!, 3), b!), at: [[2, 3], [3]], step: 1e-3 });
    await checkGradients({ of: (_g, x) => atLeast(x!, -0.01), at: [[4, 4]], step: 1e-3 });
  });

  it('relu gives nothing back where nothing came through, 0 included', async () => {
    const graph = createGraph();
    const x = graph.input('x', 'float32', [3]);
    const [dx] = gradients(reduceSum(relu(x)), [x]);
    const session = await createNodeSession(encodeModel(graph, { outputs: { dx: dx! } }), { threads: 1 });
    expect([...(await session.run({ x: float32([-1, 0, 2], [3]) })).dx!.data]).toEqual([0, 0, 1]);
    await session.release();
  });

  it.each([
    ['reduceSum', reduceSum],
    ['reduceMean', reduceMean],
    ['reduceMax', reduceMax],
    ['reduceLogSumExp', reduceLogSumExp],
  ])('%s, with and without axes', async (_, operator) => {
    await checkGradients({ of: (_g, x) => operator(x!, { axes: [2, 3] }), at: [[2, 3, 2, 3]] });
    await checkGradients({ of: (_g, x) => operator(x!, { axes: [1], keepDims: true }), at: [[2, 3, 2]] });
    await checkGradients({ of: (_g, x) => operator(x!), at: [[2, 3]] });
  });

  it('softmax and logSoftmax', async () => {
    await checkGradients({ of: (_g, x) => softmax(x!), at: [[3, 4]] });
    await checkGradients({ of: (_g, x) => logSoftmax(x!), at: [[3, 4]] });
  });

  it('reshape, transpose, expand, pad and concat', async () => {
    await checkGradients({ of: (_g, x) => reshape(x!, [3, -1]), at: [[2, 3, 2]] });
    await checkGradients({ of: (_g, x) => transpose(x!, [2, 0, 1]), at: [[2, 3, 4]] });
    await checkGradients({ of: (_g, x) => depthToSpace(x!, 2), at: [[2, 8, 2, 3]] });
    await checkGradients({ of: (_g, x) => spaceToDepth(x!, 3), at: [[1, 2, 3, 6]] });
    await checkGradients({ of: (_g, x) => expand(x!, [4, 2, 3]), at: [[2, 1]] });
    await checkGradients({ of: (_g, x) => pad(x!, [0, 1, 2], [0, 0, 3]), at: [[2, 2, 2]] });
    await checkGradients({
      of: (_g, a, b) => concat([a!, b!, a!], 1),
      at: [
        [2, 1, 3],
        [2, 2, 3],
      ],
    });
  });

  it.each([true, false])('matmul with every transposition, stacked and shared (microsoft: %s)', async (microsoft) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const a = transposeA ? [4, 3] : [3, 4];
        const b = transposeB ? [2, 4] : [4, 2];
        const of = (_g: unknown, x: never, y: never) => matmul(x, y, { transposeA, transposeB });
        await checkGradients({ of: of as never, at: [a, b], microsoft });
        await checkGradients({
          of: of as never,
          at: [
            [2, ...a],
            [2, ...b],
          ],
          microsoft,
        });
        await checkGradients({ of: of as never, at: [[2, ...a], b], microsoft });
      }
    }
  });

  it.each([
    ['1×1', 1, 0],
    ['3×3 that keeps the size', 3, 1],
    ['5×5 that keeps the size', 5, 2],
    ['3×3 that shrinks', 3, 0],
  ])('conv %s: image, weights and bias', async (_, k, pads) => {
    const at = [[2, 3, 6, 7], [4, 3, k, k], [4]];
    await checkGradients({ of: (_g, x, w, b) => conv(x!, w!, { bias: b!, pads }), at, microsoft: true });
    await checkGradients({ of: (_g, x, w, b) => conv(x!, w!, { bias: b!, pads }), at: [[1, 3, 5, 6], at[1]!, [4]] });
  });

  it.each([
    [1, 5, 2],
    [2, 3, 1],
    [4, 3, 0],
    [5, 3, 1],
    [3, 1, 0],
  ])('conv of an image of %i channels with %i×%i weights, padded by %i', async (channels, k, pads) => {
    for (const [height, width] of [
      [6, 5],
      [9, 8],
      [7, 13],
    ] as const) {
      const at = [
        [1, channels, height, width],
        [3, channels, k, k],
      ];
      await checkGradients({ of: (_g, x, w) => conv(x!, w!, { pads }), at });
    }
  });

  it('conv with many channels, whose taps are taken one by one', async () => {
    const at = [
      [2, 9, 5, 4],
      [2, 9, 3, 3],
    ];
    await checkGradients({ of: (_g, x, w) => conv(x!, w!, { pads: 1 }), at, microsoft: true });
  });

  it.each([
    [7, 9],
    [8, 6],
  ])('maxPool and averagePool of %d×%d, windows overlapping', async (h, w) => {
    await checkGradients({
      of: (_g, x) => maxPool(x!, { size: 3, stride: 2, winners: true }),
      at: [[2, 2, h, w]],
      step: 2e-3,
    });
    await checkGradients({ of: (_g, x) => averagePool(x!, { size: 3, stride: 2 }), at: [[2, 2, h, w]] });
  });
});

describe('a wrong shape is refused where it is built', () => {
  const graph = createGraph();
  const x = graph.input('x', 'float32', ['N', 3, 8, 8]);
  const weights = (shape: number[]) => graph.constant(float32(new Float32Array(shape.reduce((a, b) => a * b)), shape));
  it.each([
    ['Add', () => add(x, weights([5]))],
    ['Conv', () => conv(x, weights([4, 2, 3, 3]))],
    ['Conv', () => conv(x, weights([4, 3, 9, 9]))],
    ['Conv', () => conv(x, weights([4, 3, 3, 3]), { bias: weights([3]) })],
    ['MaxPool', () => maxPool(x, { size: 9, stride: 2 })],
    ['MatMul', () => matmul(x, weights([7, 2]))],
    ['Transpose', () => transpose(x, [0, 1, 1, 3])],
    ['DepthToSpace', () => depthToSpace(x, 5)],
    ['SpaceToDepth', () => spaceToDepth(x, 7)],
    ['Expand', () => expand(weights([3]), [4])],
    ['Concat', () => concat([weights([2, 2]), weights([3, 3])], 0)],
    ['Reshape', () => reshape(weights([6]), [4])],
    ['Reshape', () => reshape(weights([6]), [4, -1])],
    ['ReduceSum', () => reduceSum(x, { axes: [4] })],
  ])('%s', (name, build) => {
    expect(build).toThrow(new RegExp(`^${name} cannot take these shapes \\(found .*\\[.*expected`));
  });

  it('and so are values of another graph, losses that are no scalars, and parameters that do not matter', () => {
    const other = createGraph().input('y', 'float32', [3]);
    expect(() => add(x, other)).toThrow(/Add was given "y", a value of another graph/);
    const z = createGraph();
    const [a, b] = [z.input('a', 'float32', [2]), z.input('b', 'float32', [2])];
    expect(() => gradients(mul(a, a), [a])).toThrow(/only a scalar has gradients/);
    expect(() => gradients(reduceSum(a), [b])).toThrow(/does not depend on "b"/);
    try {
      add(a, weights([5]));
    } catch (error) {
      expect(isMilscopeError(error, 'BadShape')).toBe(true);
    }
  });
});
