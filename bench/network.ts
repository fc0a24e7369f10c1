/**
 * One training step and one forward pass of the paper's network, as milscope does them: seconds a field, as one JSON line.
 *
 * Run: tsx bench/network.ts --size 900 --batch 4 --threads 2 [--repeats 5]
 */
import { parseArgs } from 'node:util';
import { encodeModelFile } from '../src/network/model-file.ts';
import { initialParameters } from '../src/network/parameters.ts';
import { findLanes } from '../src/onnx/blocked/find-lanes.ts';
import { createNodeSession, runtimeVersion } from '../src/onnx/node/session.ts';
import { createNodeSessionPool } from '../src/onnx/node/session-pool.ts';
import { PREDICTION_SESSION, predictFields } from '../src/prediction/predict-fields.ts';
import { createRandom } from '../src/random.ts';
import { train } from '../src/training/trainer.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '900' },
    batch: { type: 'string', default: '4' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '5' },
    'micro-batch': { type: 'string' },
    plan: { type: 'string', default: 'blocked' },
  },
});
const [size, batch, threads, repeats] = [values.size, values.batch, values.threads, values.repeats].map(Number) as [
  number,
  number,
  number,
  number,
];
const microBatch = Number(values['micro-batch'] ?? Math.min(2, Math.ceil(batch / threads)));
const lanes = values.plan === 'blocked' ? await findLanes(createNodeSession) : undefined;
const network = { channels: 3, classes: 6, pooling: 'noisy-and' } as const;
const normalization = { mean: [0.5, 0.5, 0.5], deviation: [0.29, 0.29, 0.29] };

const random = createRandom(1, 'bench');
const data = Float32Array.from({ length: 3 * size * size }, random.uniform);
const field = { data, channels: 3, height: size, width: size };

function summarize(seconds: readonly number[]) {
  const sorted = [...seconds].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], all: seconds };
}

async function measureSteps() {
  const pool = createNodeSessionPool({ workers: threads });
  const fields = Array.from({ length: batch * (repeats + 2) }, (_, key) => ({ key, targets: [key % network.classes] }));
  const options = {
    network,
    sharpness: 10,
    head: 'softmax' as const,
    normalization,
    crop: size,
    jitter: 0.15,
    balance: { kind: 'none' as const },
    thresholdRate: 1,
    batch,
    microBatch,
    epochs: 1,
    learningRate: 0.001,
    schedule: 'constant',
    averaging: 0.98,
    seed: 1,
    lanes,
  } as const;
  const seconds: number[] = [];
  let began = performance.now();
  const read = async () => field;
  for await (const { kind } of train({
    options,
    fields,
    validation: [],
    read,
    pool,
  })) {
    if (kind === 'step') seconds.push((performance.now() - began) / 1000 / batch);
    began = performance.now();
  }
  await pool.release();
  // The first two steps settle memory.
  return summarize(seconds.slice(2));
}

/** Many fields, one a thread; `alone` has one field on all threads instead. */
async function measureForward(alone: boolean) {
  const pool = createNodeSessionPool(alone ? { workers: 1, threads } : { workers: threads });
  const about = {
    version: 'bench',
    classes: ['a', 'b', 'c', 'd', 'e', 'f'],
    channels: ['R', 'G', 'B'],
    pooling: network.pooling,
    head: 'softmax' as const,
    sharpness: 10,
    label: 'none',
    normalization,
    run: 'none',
  };
  await pool.load(PREDICTION_SESSION, encodeModelFile(initialParameters(network, 1), about));
  const seconds: number[] = [];
  const count = alone ? 1 : batch;
  for (let i = 0; i < repeats + 2; i++) {
    const began = performance.now();
    for await (const _ of predictFields(
      Array.from({ length: count }, () => field),
      { pool, read: async () => field },
    ));
    seconds.push((performance.now() - began) / 1000 / count);
  }
  await pool.release();
  return summarize(seconds.slice(2));
}

const step = await measureSteps();
const forward = await measureForward(false);
const forwardOne = await measureForward(true);
process.stdout.write(
  `${JSON.stringify({ peer: `milscope on onnxruntime ${runtimeVersion()}`, step, forward, forwardOne, peakBytes: process.resourceUsage().maxRSS * 1024 })}\n`,
);
