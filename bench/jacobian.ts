/**
 * The Jacobian maps of one class beside the forward passes of the same fields, in turn, both with a worker of one thread
 * for each thread, as `segment` works: seconds a field, and their ratio in seconds (`passes`) and in processor time, which
 * other programs disturb less (`passesOfProcessor`), as one JSON line.
 *
 * Run: npx tsx bench/jacobian.ts [--size 900] [--batch 8] [--threads 2] [--repeats 3] [--warm-up 1]
 */
import { parseArgs } from 'node:util';
import { createJacobianMapper } from '../src/localization/jacobian-map.ts';
import { findLanes } from '../src/onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../src/onnx/node/session.ts';
import { createNodeSessionPool } from '../src/onnx/node/session-pool.ts';
import { predictFields } from '../src/prediction/predict-fields.ts';
import { ABOUT, noiseField, PARAMETERS, runnerOf, say } from './speed/our-network.ts';
import { median } from './speed/repeat.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '900' },
    batch: { type: 'string', default: '8' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '3' },
    'warm-up': { type: 'string', default: '1' },
  },
});
const [threads, repeats, warmUp] = [Number(values.threads), Number(values.repeats), Number(values['warm-up'])];
const field = noiseField(Number(values.size));

/** Measured together. */
const fields = Array.from({ length: Number(values.batch) }, () => field);
const pool = createNodeSessionPool({ workers: threads, threads: 1 });
const run = await runnerOf(pool);
const lanes = await findLanes(createNodeSession);
const draw = createJacobianMapper({ about: ABOUT, parameters: PARAMETERS }, { pool, lanes });

interface Cost {
  readonly seconds: number;
  readonly processor: number;
  readonly pageFaults: number;
}

async function measure(work: () => Promise<unknown>): Promise<Cost> {
  const [began, used, { minorPageFault }] = [performance.now(), process.cpuUsage(), process.resourceUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  return {
    seconds: (performance.now() - began) / 1000 / fields.length,
    processor: (user + system) / 1e6 / fields.length,
    pageFaults: process.resourceUsage().minorPageFault - minorPageFault,
  };
}

const forward: Cost[] = [];
const jacobian: Cost[] = [];
for (let i = 0; i < repeats + warmUp; i++) {
  forward.push(
    await measure(async () => {
      for await (const _ of predictFields(fields, { pool, run, read: async () => field }));
    }),
  );
  jacobian.push(await measure(() => Promise.all(fields.map((each) => draw(each, [0])))));
}
await pool.release();

const of = (costs: readonly Cost[], what: keyof Cost) => costs.slice(warmUp).map((cost) => cost[what]);
const ratio = (what: keyof Cost) => median(of(jacobian, what)) / median(of(forward, what));
const all = of(jacobian, 'seconds');
say({
  median: median(all),
  all,
  pageFaults: median(of(jacobian, 'pageFaults')),
  forward: median(of(forward, 'seconds')),
  passes: ratio('seconds'),
  passesOfProcessor: ratio('processor'),
});
