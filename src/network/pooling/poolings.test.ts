import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeModel } from '../../onnx/encode.ts';
import { createGraph } from '../../onnx/graph.ts';
import { createNodeSession } from '../../onnx/node/session.ts';
import { add } from '../../onnx/operators/elementwise.ts';
import { float32 } from '../../onnx/tensor.ts';
import { checkGradients } from '../../onnx/testing/gradient-check.ts';
import { POOLINGS, type PoolingName } from './poolings.ts';

/** P, ln P and ln(1 - P) of one bag of one class with these logits. */
async function poolingSession(name: PoolingName, sharpness: number) {
  const graph = createGraph();
  const z = graph.input('z', 'float32', [1, 1, 1, 'n']);
  const b = graph.input('b', 'float32', [1]);
  const { summary, finish } = POOLINGS[name];
  const { probability, log, logComplement } = finish(summary(z), { sharpness, thresholds: b });
  // Every graph takes b, so that all can be fed alike.
  const outputs = { probability, log, logComplement, threshold: add(b, 0) };
  const session = await createNodeSession(encodeModel(graph, { outputs }), { threads: 1 });
  return {
    release: session.release,
    pool: async (logits: readonly number[], threshold = 0.5) => {
      const result = await session.run({
        z: float32(logits, [1, 1, 1, logits.length]),
        b: float32([threshold], [1]),
      });
      return ['probability', 'log', 'logComplement'].map((key) => Number(result[key]!.data[0])) as [
        number,
        number,
        number,
      ];
    },
  };
}

const logits = fc.array(fc.float({ min: -60, max: 60, noNaN: true }), { minLength: 1, maxLength: 30 });

describe.each(Object.keys(POOLINGS) as PoolingName[])('%s', async (name) => {
  const { pool, release } = await poolingSession(name, 10);
  afterAll(release);

  it('does not care for the order of the instances', async () => {
    await fc.assert(
      fc.asyncProperty(logits, fc.nat(), async (z, turn) => {
        const turned = z.map((_, i) => z[(i + turn) % z.length]!);
        expect((await pool(turned))[0]).toBeCloseTo((await pool(z))[0], 5);
      }),
    );
  });

  it('stays in [0, 1], rises with every instance, and keeps both logarithms finite', async () => {
    await fc.assert(
      fc.asyncProperty(logits, fc.nat(), fc.double({ min: 0.05, max: 0.95, noNaN: true }), async (z, i, threshold) => {
        const [probability, log, logComplement] = await pool(z, threshold);
        expect(probability).toBeGreaterThanOrEqual(-1e-6);
        expect(probability).toBeLessThanOrEqual(1 + 1e-6);
        expect(Number.isFinite(log) && Number.isFinite(logComplement)).toBe(true);
        const raised = z.map((v, k) => (k === i % z.length ? v + 1 : v));
        expect((await pool(raised, threshold))[0]).toBeGreaterThanOrEqual(probability - 1e-5);
      }),
    );
  });

  it('gives logarithms that belong to its probability', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 1 }), async (z) => {
        const [probability, log, logComplement] = await pool(z);
        expect(Math.exp(log)).toBeCloseTo(probability, 4);
        expect(Math.exp(logComplement)).toBeCloseTo(1 - probability, 4);
      }),
    );
  });

  it('has the gradient of its logarithms', async () => {
    const { summary, finish, learnsThresholds } = POOLINGS[name];
    for (const key of ['log', 'logComplement', 'probability'] as const) {
      await checkGradients({
        of: (_graph, z, thresholds) => finish(summary(z!), { sharpness: 7.5, ...(thresholds && { thresholds }) })[key],
        at: [[2, 2, 2, 3], ...(learnsThresholds ? [float32([0.4, 0.6], [2])] : [])],
        tolerance: 1e-2,
      });
    }
  });
});

describe('Noisy-AND', () => {
  it('is 0 where no instance fires, 1 where all do, and 1/2 near its threshold', async () => {
    const { pool, release } = await poolingSession('noisy-and', 10);
    const [none, all] = [await pool([-60, -60]), await pool([60, 60])];
    expect(none[0]).toBeCloseTo(0, 6);
    expect(all[0]).toBeCloseTo(1, 6);
    expect((await pool([0, 0], 0.5))[0]).toBeCloseTo(0.5, 5);
    // Half of the instances pass a low threshold, not a high one.
    expect((await pool([30, -30], 0.2))[0]).toBeGreaterThan(0.9);
    expect((await pool([30, -30], 0.8))[0]).toBeLessThan(0.1);
    await release();
  });

  it('stays finite when very steep', async () => {
    const { pool, release } = await poolingSession('noisy-and', 60);
    for (const z of [-90, -5, 0, 5, 90]) for (const value of await pool([z])) expect(Number.isFinite(value)).toBe(true);
    await release();
  });
});
