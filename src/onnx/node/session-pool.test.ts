import { afterAll, describe, expect, it } from 'vitest';
import { createForwardChain } from '../../network/forward-chain.ts';
import { formulaModel } from '../../network/testing/simulate.ts';
import { shared, sharedFloats } from '../../pixels/shared-memory.ts';
import { writeViews } from '../../pixels/view.ts';
import { findLanes } from '../blocked/find-lanes.ts';
import { encodeModel } from '../encode.ts';
import { createGraph } from '../graph.ts';
import { add, mul } from '../operators/elementwise.ts';
import { float32 } from '../tensor.ts';
import { createNodeSession } from './session.ts';
import { createNodeSessionPool } from './session-pool.ts';

const pool = createNodeSessionPool({ workers: 2 });
afterAll(() => pool.release());

function incrementModel(): Uint8Array {
  const graph = createGraph();
  const x = graph.input('x', 'float32', ['N']);
  const mask = graph.input('mask', 'float32', ['N']);
  return encodeModel(graph, { outputs: { y: mul(add(x, 1), mask), z: add(x, 0) } });
}

/** Gives the pictures that it is shown. */
function pictureModel(): Uint8Array {
  const graph = createGraph();
  return encodeModel(graph, { outputs: { y: add(graph.input('x', 'float32', ['N', 2, 3, 3]), 0) } });
}

describe('createNodeSessionPool', () => {
  it('runs more work than it has workers, in whatever order, and gives each its own answer', async () => {
    await pool.load('increment', incrementModel());
    const answers = await Promise.all(
      Array.from({ length: 9 }, (_, i) =>
        pool.run('increment', { x: float32([i, 10 * i], [2]), mask: float32([1, 1], [2]) }, ['y']),
      ),
    );
    for (const [i, answer] of answers.entries()) {
      expect(Object.keys(answer)).toEqual(['y']);
      expect([...answer.y!.data]).toEqual([i + 1, 10 * i + 1]);
    }
  });

  it('draws masks in the worker: the same for the same keys, whoever draws them, with the rate and mean asked for', async () => {
    const n = 100_001;
    const x = float32(new Float32Array(n), [n]);
    const draw = async (key: number) => {
      const mask = { shape: [n], rate: 0.2, seed: 1, keys: ['layer', key] };
      return (await pool.run('increment', { x, mask: { mask } }, ['y'])).y!.data as Float32Array;
    };
    const [a, b, c] = await Promise.all([draw(1), draw(1), draw(2)]);
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(new Set(a)).toEqual(new Set([0, 1.25]));
    const mean = (values: Float32Array) => values.reduce((sum, v) => sum + v, 0) / n;
    expect(mean(a)).toBeCloseTo(1, 1);
    expect(a.filter((v) => v === 0).length / n).toBeCloseTo(0.2, 2);
    expect(Math.abs(mean(a.map((v, i) => (v - 1) * (c[i]! - 1))))).toBeLessThan(0.005);
  });

  it('shows views to the worker, shared or not, and zeros where there are fewer than the model has room for', async () => {
    const data = Uint16Array.from({ length: 60 }, (_, i) => 100 * i);
    const image = { data, channels: 2, height: 5, width: 6 };
    const box = { top: 1, left: 2, height: 3, width: 3 };
    const exposures = [
      { gain: 1.5, shift: 0.1 },
      { gain: 0.3, shift: -7 },
    ];
    const views = [
      { image, box, symmetry: { turns: 1, reflected: true }, exposures },
      { image: shared(image), box: { ...box, left: 0 }, symmetry: { turns: 2, reflected: false } },
    ];
    const expected = new Float32Array(3 * 18);
    writeViews(views, expected);
    await pool.load('same', pictureModel());
    // Arrays that a worker keeps are larger, and no longer zeros, from the second time on.
    const many = { views: [...views, ...views, ...views], shape: [6, 2, 3, 3] as const };
    for (let run = 0; run < 3; run++) {
      await Promise.all([pool.run('same', { x: many }), pool.run('same', { x: many })]);
      const { y } = await pool.run('same', { x: { views, shape: [3, 2, 3, 3] } });
      expect([y!.shape, y!.data]).toEqual([[3, 2, 3, 3], expected]);
    }
  });

  it('reads tensors in shared memory', async () => {
    const x = new Float32Array(new SharedArrayBuffer(12));
    for (const value of [1, 2]) {
      x.fill(value);
      const { y } = await pool.run('increment', { x: float32(x, [3]), mask: float32([1, 2, 3], [3]) }, ['y']);
      expect([...y!.data]).toEqual([1, 2, 3].map((mask) => mask * (value + 1)));
    }
  });

  it('gives answers that no later run changes', async () => {
    const n = 50_000;
    const run = async (value: number) =>
      (await pool.run('increment', {
        x: float32(new Float32Array(n).fill(value), [n]),
        mask: float32(new Float32Array(n).fill(1), [n]),
      }))!;
    const answers = [];
    for (let value = 0; value < 6; value++) answers.push(await run(value));
    for (const [value, { y, z }] of answers.entries()) {
      expect(new Set(y!.data as Float32Array)).toEqual(new Set([value + 1]));
      expect(new Set(z!.data as Float32Array)).toEqual(new Set([value]));
    }
  });

  it('writes outputs to the arrays in shared memory that are given for them, and hands over the others', async () => {
    const into = [0, 1].map(() => ({ y: float32(sharedFloats(2), [2]) }));
    const answers = await Promise.all(
      into.map((room, i) =>
        pool.run('increment', { x: float32([i, 10 * i], [2]), mask: float32([1, 1], [2]) }, undefined, room),
      ),
    );
    for (const [i, { y, z }] of answers.entries()) {
      expect(y).toBe(into[i]!.y);
      expect([...y!.data]).toEqual([i + 1, 10 * i + 1]);
      expect([...z!.data]).toEqual([i, 10 * i]);
    }
  });

  it('hands an error of the runtime to the one who asked, and goes on', async () => {
    await expect(pool.run('increment', { x: float32([1], [1]) }, ['y'])).rejects.toThrow(/mask/);
    const again = await pool.run('increment', { x: float32([1], [1]), mask: float32([2], [1]) }, ['y']);
    expect([...again.y!.data]).toEqual([4]);
  });

  it('says what is wrong with a chain when it is run, and goes on', async () => {
    const [own, size] = [createNodeSessionPool({ workers: 1 }), 63];
    const model = formulaModel();
    const chain = createForwardChain(model, {
      ...{ images: 1, height: size, width: size, lanes: (await findLanes(createNodeSession)) ?? 8 },
      outputs: ({ logits }) => ({ logits }),
    })!;
    const image = float32(new Float32Array(2 * size * size), [1, 2, size, size]);
    const x = { x: float32([1], [1]), mask: float32([1], [1]) };
    await own.load('chain', { ...chain, front: new Uint8Array(8) });
    await expect(own.run('chain', { image })).rejects.toThrow();
    await expect(own.run('chain', { image })).rejects.toThrow();
    if (await findLanes(createNodeSession)) {
      await own.load('chain', chain);
      const { logits } = await own.run('chain', { image });
      expect(logits!.shape).toEqual([1, 3, 1, 1]);
      // A model takes the place of the chain.
      await own.load('chain', incrementModel());
      expect([...(await own.run('chain', x, ['y'])).y!.data]).toEqual([2]);
      await own.load('chain', chain);
      expect((await own.run('chain', { image })).logits!.data).toEqual(logits!.data);
      await own.unload('chain');
    }
    await own.load('increment', incrementModel());
    expect([...(await own.run('increment', x, ['y'])).y!.data]).toEqual([2]);
    await expect(own.run('chain', { image })).rejects.toThrow();
    await own.release();
  });
});
