import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeModel } from '../../onnx/encode.ts';
import { createGraph, type Graph, type Value } from '../../onnx/graph.ts';
import { createNodeSession } from '../../onnx/node/session.ts';
import { add } from '../../onnx/operators/elementwise.ts';
import { float32, sizeOf } from '../../onnx/tensor.ts';
import { checkGradients } from '../../onnx/testing/gradient-check.ts';
import { createRandom } from '../../random.ts';
import { mergeSummaries } from './merge.ts';
import type { Pooling } from './pooling.ts';
import { POOLING_NAMES, POOLINGS, type PoolingName } from './poolings.ts';

/** The learned numbers of one class with one feature map, but for the threshold: what attention needs, drawn at random. */
function constants(graph: Graph, { parameterShapes }: Pooling): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(parameterShapes({ classes: 1, features: 1 })).map(([name, shape]) => {
      const random = createRandom(4, name);
      return [name, graph.constant(float32(Float32Array.from({ length: sizeOf(shape) }, random.normal), shape))];
    }),
  );
}

/** P, ln P and ln(1 - P) of one bag of one class with these logits, which are its only feature too. */
async function poolingSession(name: PoolingName, sharpness = 10) {
  const pooling = POOLINGS[name];
  const graph = createGraph();
  const z = graph.input('z', 'float32', [1, 1, 1, 'n']);
  const b = graph.input('b', 'float32', [1]);
  const options = { sharpness, parameters: { ...constants(graph, pooling), b } };
  const summary = pooling.summary({ logits: z, features: z }, options);
  const { probability, log, logComplement } = pooling.finish(summary, options);
  const parts = Object.fromEntries(summary.map((part, i) => [`part${i}`, add(part, 0)]));
  // Every graph takes b, so that all can be fed alike.
  const outputs = { probability, log, logComplement, threshold: add(b, 0), ...parts };
  const session = await createNodeSession(encodeModel(graph, { outputs }), { threads: 1 });
  const run = (logits: readonly number[], threshold: number) =>
    session.run({ z: float32(logits, [1, 1, 1, logits.length]), b: float32([threshold], [1]) });
  return {
    release: session.release,
    pool: async (logits: readonly number[], threshold = 0.5) => {
      const result = await run(logits, threshold);
      return ['probability', 'log', 'logComplement'].map((key) => Number(result[key]!.data[0])) as [
        number,
        number,
        number,
      ];
    },
    summarize: async (logits: readonly number[]) => {
      const result = await run(logits, 0.5);
      const parts = summary.map((_, i) => result[`part${i}`]!.data as Float32Array);
      return { parts, instances: logits.length };
    },
  };
}

const logits = fc.array(fc.float({ min: -60, max: 60, noNaN: true }), { minLength: 1, maxLength: 30 });
const mildLogits = fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 1, maxLength: 30 });
const p = (z: number) => 1 / (1 + Math.exp(-z));

describe.each(POOLING_NAMES)('%s', async (name) => {
  const { pool, summarize, release } = await poolingSession(name);
  afterAll(release);

  it('does not care for the order of the instances', async () => {
    await fc.assert(
      fc.asyncProperty(logits, fc.nat(), async (z, turn) => {
        const turned = z.map((_, i) => z[(i + turn) % z.length]!);
        expect((await pool(turned))[0]).toBeCloseTo((await pool(z))[0], 5);
      }),
    );
  });

  it('over some of the instances gives what these alone give, and numbers where there are none', async () => {
    const pooling = POOLINGS[name];
    const graph = createGraph();
    const z = graph.input('z', 'float32', [1, 1, 1, 'n']);
    const kept = graph.input('kept', 'float32', [1, 1, 1, 'n']);
    const known = constants(graph, pooling);
    const options = { sharpness: 10, parameters: { ...known, b: graph.constant(float32([0.5], [1])) } };
    const bag = pooling.finish(pooling.summary({ logits: z, features: z, kept }, options), options);
    const session = await createNodeSession(encodeModel(graph, { outputs: { ...bag } }), { threads: 1 });
    const masked = async (values: readonly number[], mask: readonly number[]) => {
      const shape = [1, 1, 1, values.length];
      const result = await session.run({ z: float32(values, shape), kept: float32(mask, shape) });
      return ['probability', 'log', 'logComplement'].map((key) => Number(result[key]!.data[0]));
    };
    const instances = fc.array(fc.tuple(fc.float({ min: -9, max: 9, noNaN: true }), fc.boolean()), { minLength: 2 });
    await fc.assert(
      fc.asyncProperty(instances, async ([[first], ...others]: [number, boolean][]) => {
        const all: [number, boolean][] = [[first, true], ...others];
        const values = all.map(([value]) => value);
        const some = await masked(
          values,
          all.map(([, isKept]) => Number(isKept)),
        );
        const own = await pool(all.filter(([, isKept]) => isKept).map(([value]) => value));
        for (const [i, value] of own.entries()) expect(some[i]).toBeCloseTo(value, 3);
        for (const value of await masked(
          values,
          values.map(() => 0),
        ))
          expect(Number.isFinite(value)).toBe(true);
      }),
    );
    await session.release();
  });

  it('stays in [0, 1] and keeps both logarithms finite', async () => {
    await fc.assert(
      fc.asyncProperty(logits, fc.double({ min: 0.05, max: 0.95, noNaN: true }), async (z, threshold) => {
        const [probability, log, logComplement] = await pool(z, threshold);
        expect(probability).toBeGreaterThanOrEqual(-1e-6);
        expect(probability).toBeLessThanOrEqual(1 + 1e-6);
        expect(Number.isFinite(log) && Number.isFinite(logComplement)).toBe(true);
      }),
    );
  });

  // Attention may move away from an instance that rises.
  if (name !== 'attention') {
    it('rises with every instance', async () => {
      await fc.assert(
        fc.asyncProperty(logits, fc.nat(), async (z, i) => {
          const raised = z.map((v, k) => (k === i % z.length ? v + 1 : v));
          expect((await pool(raised))[0]).toBeGreaterThanOrEqual((await pool(z))[0] - 1e-5);
        }),
      );
    });
  }

  it('gives logarithms that belong to its probability', async () => {
    await fc.assert(
      fc.asyncProperty(mildLogits, async (z) => {
        const [probability, log, logComplement] = await pool(z);
        expect(Math.exp(log)).toBeCloseTo(probability, 4);
        expect(Math.exp(logComplement)).toBeCloseTo(1 - probability, 4);
      }),
    );
  });

  it('has a summary whose parts, merged, are those of the whole', async () => {
    const tiled = fc.array(mildLogits, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(tiled, async (tiles) => {
        const whole = await summarize(tiles.flat());
        const merged = mergeSummaries(POOLINGS[name], await Promise.all(tiles.map(summarize)));
        expect(merged.instances).toBe(whole.instances);
        for (const [i, part] of merged.parts.entries()) expect(part[0]).toBeCloseTo(whole.parts[i]![0]!, 3);
      }),
      { numRuns: 50 },
    );
  });

  it('has the gradient of its logarithms', async () => {
    const pooling = POOLINGS[name];
    const shapes = Object.entries(pooling.parameterShapes({ classes: 2, features: 2 }));
    const first = shapes.map(([key, shape]) => {
      const random = createRandom(6, key);
      const value = key === 'b' ? () => random.uniform() : () => 0.2 * random.normal();
      return float32(Float32Array.from({ length: sizeOf(shape) }, value), shape);
    });
    for (const key of ['log', 'logComplement', 'probability'] as const) {
      await checkGradients({
        of: (_graph, z, ...values) => {
          const parameters = Object.fromEntries(shapes.map(([parameter], i) => [parameter, values[i]!]));
          const options = { sharpness: 7.5, parameters };
          return pooling.finish(pooling.summary({ logits: z!, features: z! }, options), options)[key];
        },
        at: [[2, 2, 2, 3], ...first],
        tolerance: 1e-2,
      });
    }
  });
});

describe('Noisy-AND', () => {
  it('is 0 where no instance fires, 1 where all do, and 1/2 near its threshold', async () => {
    const { pool, release } = await poolingSession('noisy-and');
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

describe('bags of which nearly all instances are sure', () => {
  /** Half of what lies between 1 and the next smaller float32, and complements in the middle between two such neighbours. */
  const half = 2 ** -25;
  const complements = [35, 101, 333, 1001, 3001].map((odd) => odd * half);

  /** ln (1 - P) of Noisy-AND in float64, as its docstring writes it, with the mean and its complement both given. */
  function logComplementOf(complement: number, { a, b }: { a: number; b: number }): number {
    const logSigmoid = (x: number) => -Math.log1p(Math.exp(-x));
    const slope = logSigmoid(a * (b - 1 + complement)) - logSigmoid(a * b);
    return slope + Math.log(-Math.expm1(-a * complement)) - Math.log(-Math.expm1(-a));
  }

  /** ln P and ln (1 - P) of one bag of one class from its summary. */
  async function finishSession(name: PoolingName, { sharpness, b }: { sharpness: number; b: number }) {
    const graph = createGraph();
    const parts = ['mean', 'complement'].map((part) => graph.input(part, 'float32', [1, 1]));
    const parameters = { b: graph.constant(float32([b], [1])) };
    const { log, logComplement } = POOLINGS[name].finish(parts, { sharpness, parameters });
    const used = { mean: add(parts[0]!, 0), complement: add(parts[1]!, 0) };
    const outputs = { log, logComplement, usedMean: used.mean, usedComplement: used.complement };
    const session = await createNodeSession(encodeModel(graph, { outputs }), { threads: 1 });
    const finish = async (mean: number, complement: number) => {
      const given = { mean: float32([mean], [1, 1]), complement: float32([complement], [1, 1]) };
      const result = await session.run(given);
      return { log: Number(result.log!.data[0]), logComplement: Number(result.logComplement!.data[0]) };
    };
    return { finish, release: session.release };
  }

  it.each(['noisy-and', 'mean'] as const)(
    'have a small mean of %s that is finer than what is left of 1',
    async (name) => {
      const { summarize, release } = await poolingSession(name);
      for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
        const random = createRandom(seed, 'sure');
        // As many as a map of 27 × 27 has: over these the errors of the runtime's own sigmoid cancel out.
        const z = Array.from({ length: 729 }, () => 9 + 4 * random.uniform());
        const opposite = z.map((v) => -v);
        const small = opposite.reduce((sum, v) => sum + p(v), 0) / z.length;
        const errors = [(await summarize(z)).parts[1]![0]! - small, (await summarize(opposite)).parts[0]![0]! - small];
        for (const error of errors) expect(Math.abs(error)).toBeLessThan(half / 3);
      }
      await release();
    },
  );

  it('have the logarithms of Noisy-AND in float64', async () => {
    const [sharpness, b] = [50, 0.5];
    const { finish, release } = await finishSession('noisy-and', { sharpness, b });
    for (const complement of complements) {
      const known = logComplementOf(complement, { a: sharpness, b });
      // From `1 - mean` it would be off by one part in 35, in 101, and so on.
      const tolerance = half / complement / 4;
      expect(Math.abs((await finish(1 - complement, complement)).logComplement - known)).toBeLessThan(tolerance);
      // About a threshold in the middle, the opposite bag has the opposite probability.
      expect(Math.abs((await finish(complement, 1 - complement)).log - known)).toBeLessThan(tolerance);
    }
    await release();
  });

  it('have the logarithms of the mean in float64', async () => {
    const { finish, release } = await finishSession('mean', { sharpness: 1, b: 0.5 });
    for (const complement of complements) {
      const tolerance = half / complement / 4;
      const known = Math.log(complement);
      expect(Math.abs((await finish(1 - complement, complement)).logComplement - known)).toBeLessThan(tolerance);
      expect(Math.abs((await finish(complement, 1 - complement)).log - known)).toBeLessThan(tolerance);
    }
    await release();
  });
});

describe.each(['generalized-mean', 'log-sum-exp'] as const)('the limits of %s', (name) => {
  it('is the mean for r = 1 (small r)', async () => {
    const { pool, release } = await poolingSession(name, name === 'log-sum-exp' ? 1e-2 : 1);
    await fc.assert(
      fc.asyncProperty(mildLogits, async (z) => {
        const mean = z.reduce((sum, v) => sum + p(v), 0) / z.length;
        expect((await pool(z))[0]).toBeCloseTo(mean, 2);
      }),
    );
    await release();
  });

  it('is the maximum for large r', async () => {
    const { pool, release } = await poolingSession(name, 2000);
    await fc.assert(
      fc.asyncProperty(mildLogits, async (z) => {
        expect((await pool(z))[0]).toBeCloseTo(p(Math.max(...z)), 2);
      }),
    );
    await release();
  });
});

describe('pooling over many instances', () => {
  const many = Array.from({ length: 729 }, (_, i) => (i % 7) - 3);

  it.each([
    ['noisy-or', 1 - many.reduce((product, z) => product * (1 - p(z)), 1)],
    ['isr', many.reduce((sum, z) => sum + Math.exp(z), 0) / (1 + many.reduce((sum, z) => sum + Math.exp(z), 0))],
  ] as const)('%s is that of its formula', async (name, expected) => {
    const { pool, release } = await poolingSession(name);
    expect((await pool(many))[0]).toBeCloseTo(expected, 5);
    // Even a bag as certain as this has a finite loss if it is wrong.
    expect((await pool(many))[2]).toBeGreaterThan(-1000);
    await release();
  });

  it('attention of nothing but equal instances is their probability', async () => {
    const { pool, release } = await poolingSession('attention');
    expect((await pool(Array.from({ length: 50 }, () => 1.5)))[0]).toBeCloseTo(p(1.5), 5);
    await release();
  });
});
