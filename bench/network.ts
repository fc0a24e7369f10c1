/**
 * The paper's network on whole fields in memory, as milscope computes it: one JSON line with the seconds a field.
 *
 * Run: npx tsx bench/network.ts --work step|forward|forward-one [--size 900] [--batch 16] [--threads 2] [--repeats 3]
 * [--warm-up 1] [--micro-batch N] [--plan auto|blocked|reference]
 *
 * `step` is one step of the optimizer on a batch, `forward` predicts as many fields, one a thread, and `forward-one` a single
 * field on all threads.
 */
import { parseArgs } from 'node:util';
import { createNodeSessionPool } from '../src/onnx/node/session-pool.ts';
import { predictFields } from '../src/prediction/predict-fields.ts';
import { noiseField, runnerOf, say } from './speed/our-network.ts';
import { measureSteps } from './speed/our-step.ts';
import { repeat } from './speed/repeat.ts';

const { values } = parseArgs({
  options: {
    work: { type: 'string', default: 'step' },
    size: { type: 'string', default: '900' },
    batch: { type: 'string', default: '16' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '3' },
    'warm-up': { type: 'string', default: '1' },
    'micro-batch': { type: 'string' },
    plan: { type: 'string', default: 'auto' },
  },
});
const { work, plan } = values;
const [size, batch, threads] = [Number(values.size), Number(values.batch), Number(values.threads)];
const repeats = { repeats: Number(values.repeats), warmUp: Number(values['warm-up']) };

/** Many fields, one a thread, or one on all threads. */
async function measureForward() {
  const alone = work === 'forward-one';
  const count = alone ? 1 : batch;
  const pool = createNodeSessionPool(alone ? { workers: 1, threads } : { workers: threads });
  const run = await runnerOf(pool);
  const field = noiseField(size);
  const predict = async () => {
    for await (const _ of predictFields(new Array<undefined>(count).fill(undefined), {
      pool,
      run,
      read: async () => field,
    }));
  };
  const measured = await repeat(predict, { ...repeats, per: count });
  await pool.release();
  return measured;
}

const microBatch = values['micro-batch'] === undefined ? undefined : Number(values['micro-batch']);
const steps = { crop: size, batch, threads, microBatch, plan, ...repeats };
say(await (work === 'step' ? measureSteps(steps) : measureForward()));
