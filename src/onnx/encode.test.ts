import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMilscopeError } from '../errors.ts';
import { decodeModel } from './decode.ts';
import { encodeModel } from './encode.ts';
import { createGraph } from './graph.ts';
import { createNodeSession } from './node/session.ts';
import { conv } from './operators/convolution.ts';
import { add, mul, neg, relu } from './operators/elementwise.ts';
import { averagePool, maxPool } from './operators/pooling.ts';
import { reduceMean } from './operators/reduction.ts';
import { reshape } from './operators/shape.ts';
import { float32 } from './tensor.ts';

function example() {
  const graph = createGraph();
  const x = graph.input('x', 'float32', ['N', 2, 'H', 'W']);
  const w = graph.constant(float32([1, -2], [1, 2, 1, 1]), 'w');
  const y = relu(conv(averagePool(x, { size: 3, stride: 2 }), w));
  neg(y); // Not needed by any output, so not written.
  return { graph, x, y, mean: reduceMean(y, { axes: [2, 3] }) };
}

describe('encodeModel', () => {
  it('writes what decodeModel reads: opsets, metadata, nodes, constants, named sizes', () => {
    const { graph, y, mean } = example();
    const bytes = encodeModel(graph, { outputs: { mean, y }, metadata: { milscope: '{"é":1}', k: '' } });
    // A part of a larger buffer, as files are read in Node.
    const model = decodeModel(Buffer.concat([Buffer.alloc(3), bytes]).subarray(3));
    expect(model.metadata).toEqual({ milscope: '{"é":1}', k: '' });
    expect(model.opsets).toEqual({ '': 18 });
    expect(model.producerName).toBe('milscope');
    expect(model.nodes.map(({ opType }) => opType)).toEqual(['AveragePool', 'Conv', 'Relu', 'ReduceMean']);
    expect(model.nodes[0]?.attributes).toEqual({ kernel_shape: [3, 3], strides: [2, 2] });
    expect(model.nodes[1]?.inputs).toContain('w');
    expect(model.initializers.w).toEqual(float32([1, -2], [1, 2, 1, 1]));
    expect(model.inputs).toEqual([{ name: 'x', type: 1, shape: ['N', 2, 'H', 'W'] }]);
    expect(model.outputs[0]).toEqual({ name: 'mean', type: 1, shape: ['N', 1] });
    expect(model.outputs[1]?.shape.slice(0, 2)).toEqual(['N', 1]);
  });

  it('loads with strict checking and runs at any size', async () => {
    const { graph, y, mean } = example();
    const session = await createNodeSession(encodeModel(graph, { outputs: { mean, y } }), { threads: 1, strict: true });
    for (const [h, w] of [
      [3, 3],
      [8, 5],
      [31, 64],
    ] as const) {
      const x = float32(new Float32Array(2 * h * w).fill(1).fill(-3, h * w), [1, 2, h, w]);
      const result = await session.run({ x });
      expect(result.mean?.data[0]).toBe(7);
      expect(result.y?.shape).toEqual([1, 1, Math.floor((h - 3) / 2) + 1, Math.floor((w - 3) / 2) + 1]);
    }
    await session.release();
  });

  it('keeps the names of outputs for the outputs', async () => {
    const graph = createGraph();
    const x = graph.input('x', 'float32', [1]);
    const inner = neg(x);
    const c = graph.constant(float32([5], [1]), 'c');
    const outputs = { neg: add(inner, 1), c: mul(inner, c) };
    const session = await createNodeSession(encodeModel(graph, { outputs }), { threads: 1 });
    const result = await session.run({ x: float32([2], [1]) });
    expect([result.neg?.data[0], result.c?.data[0]]).toEqual([-1, -10]);
    await session.release();
    expect(() => encodeModel(graph, { outputs: { x: inner } })).toThrow(/"x" is asked for as an output/);
  });

  it('gives an input, a constant, or one value twice as outputs', async () => {
    const graph = createGraph();
    const x = graph.input('x', 'float32', [2]);
    const c = graph.constant(float32([5], [1]));
    const y = add(x, c);
    const session = await createNodeSession(encodeModel(graph, { outputs: { same: x, c, a: y, b: y } }), {
      threads: 1,
    });
    const result = await session.run({ x: float32([1, 2], [2]) });
    const numbers = Object.fromEntries(Object.entries(result).map(([name, { data }]) => [name, [...data]]));
    expect(numbers).toEqual({ same: [1, 2], c: [5], a: [6, 7], b: [6, 7] });
    await session.release();
  });

  it('is refused by the runtime when a written shape is not what the operators give', async () => {
    const graph = createGraph();
    const x = graph.input('x', 'float32', [2, 3]);
    const wrong = Object.assign(neg(x), { shape: [3, 2] });
    await expect(
      createNodeSession(encodeModel(graph, { outputs: { y: wrong } }), { threads: 1, strict: true }),
    ).rejects.toThrow(/shape/i);
  });

  it('stores every float32 bit for bit', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, maxLength: 40 }), (data) => {
        const graph = createGraph();
        const y = mul(graph.input('x', 'float32', [data.length]), graph.constant(float32(data, [data.length]), 'c'));
        const read = decodeModel(encodeModel(graph, { outputs: { y } })).initializers.c?.data as Float32Array;
        expect(new Uint32Array(read.buffer)).toEqual(new Uint32Array(data.slice().buffer));
      }),
    );
  });
});

describe('decodeModel', () => {
  it('refuses what is no model, and every truncation, naming the file', () => {
    const { graph, y } = example();
    const whole = encodeModel(graph, { outputs: { y } });
    const bad = [
      new Uint8Array(0),
      new TextEncoder().encode('not a model'),
      new Uint8Array([1, 2, 3]),
      whole.slice(0, 5),
    ];
    for (const bytes of bad) {
      try {
        decodeModel(bytes, 'model.onnx');
        expect.unreachable();
      } catch (error) {
        expect(isMilscopeError(error, 'BadModel')).toBe(true);
        expect(String(error)).toContain('model.onnx');
      }
    }
    for (let end = 0; end < whole.length; end += 7) {
      try {
        decodeModel(whole.slice(0, end));
      } catch (error) {
        expect(isMilscopeError(error, 'BadModel')).toBe(true);
      }
    }
  });
});

describe('names of sizes', () => {
  it('follow pooling and convolution, and keep what stays', () => {
    const graph = createGraph();
    const x = graph.input('x', 'float32', ['N', 2, 'H', 64]);
    const pooled = maxPool(x, { size: 3, stride: 2 });
    expect(pooled.shape).toEqual(['N', 2, 'floor((H-3)/2)+1', 31]);
    const w = graph.constant(float32(new Float32Array(2 * 9), [1, 2, 3, 3]));
    expect(conv(pooled, w, { pads: 1 }).shape).toEqual(['N', 1, 'floor((H-3)/2)+1', 31]);
    expect(reshape(graph.input('z', 'float32', ['N', 4, 3]), ['N', 12]).shape).toEqual(['N', 12]);
  });
});
