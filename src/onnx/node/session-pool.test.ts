import { afterAll, describe, expect, it } from 'vitest';
import { encodeModel } from '../encode.ts';
import { createGraph } from '../graph.ts';
import { add, mul } from '../operators/elementwise.ts';
import { float32 } from '../tensor.ts';
import { createNodeSessionPool } from './session-pool.ts';

const pool = createNodeSessionPool({ workers: 2 });
afterAll(() => pool.release());

function model(): Uint8Array {
  const graph = createGraph();
  const x = graph.input('x', 'float32', ['N']);
  const mask = graph.input('mask', 'float32', ['N']);
  return encodeModel(graph, { outputs: { y: mul(add(x, 1), mask), z: add(x, 0) } });
}

describe('createNodeSessionPool', () => {
  it('runs more work than it has workers, in whatever order, and gives each its own answer', async () => {
    await pool.load('increment', model());
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

  it('hands an error of the runtime to the one who asked, and goes on', async () => {
    await expect(pool.run('increment', { x: float32([1], [1]) }, ['y'])).rejects.toThrow(/mask/);
    const again = await pool.run('increment', { x: float32([1], [1]), mask: float32([2], [1]) }, ['y']);
    expect([...again.y!.data]).toEqual([4]);
  });
});
