/**
 * The Jacobian maps of one class beside the forward passes of the same fields, in turn, both with a worker of one thread
 * for each thread, as `segment` works: seconds a field, and their ratio in seconds and in processor time, which other
 * programs disturb less, as one JSON line.
 *
 * Run: tsx bench/jacobian.ts --size 900 --threads 2 [--repeats 5]
 */
import { parseArgs } from 'node:util';
import { createJacobianMapper } from '../src/localization/jacobian-map.ts';
import { encodeModelFile, type ModelDescription } from '../src/network/model-file.ts';
import { initialParameters } from '../src/network/parameters.ts';
import { createNodeSessionPool } from '../src/onnx/node/session-pool.ts';
import { PREDICTION_SESSION, predictFields } from '../src/prediction/predict-fields.ts';
import { createRandom } from '../src/random.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '900' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '5' },
  },
});
const [size, threads, repeats] = [values.size, values.threads, values.repeats].map(Number) as [number, number, number];
const about: ModelDescription = {
  version: 'bench',
  classes: ['a', 'b', 'c', 'd', 'e', 'f'],
  channels: ['R', 'G', 'B'],
  pooling: 'noisy-and',
  head: 'softmax',
  sharpness: 10,
  label: 'none',
  normalization: { mean: [0.5, 0.5, 0.5], deviation: [0.29, 0.29, 0.29] },
  run: 'none',
};
const parameters = initialParameters({ channels: 3, classes: 6, pooling: 'noisy-and' }, 1);
const random = createRandom(1, 'bench');
const data = Float32Array.from({ length: 3 * size * size }, random.uniform);
const field = { data, channels: 3, height: size, width: size };

/** Measured together. */
const fields = Array.from({ length: 4 * threads }, () => field);
const pool = createNodeSessionPool({ workers: threads, threads: 1 });
await pool.load(PREDICTION_SESSION, encodeModelFile(parameters, about));
const draw = createJacobianMapper({ about, parameters }, { pool });

interface Cost {
  readonly seconds: number;
  readonly processor: number;
}

async function measure(work: () => Promise<unknown>): Promise<Cost> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  return {
    seconds: (performance.now() - began) / 1000 / fields.length,
    processor: (user + system) / 1e6 / fields.length,
  };
}

const forward: Cost[] = [];
const jacobian: Cost[] = [];
for (let i = 0; i < repeats + 2; i++) {
  forward.push(
    await measure(async () => {
      for await (const _ of predictFields(fields, { pool, read: async () => field }));
    }),
  );
  jacobian.push(await measure(() => Promise.all(fields.map((each) => draw(each, [0])))));
}
await pool.release();

function median(costs: readonly Cost[], of: keyof Cost): number {
  // The first two settle memory.
  const sorted = costs.slice(2).map((cost) => cost[of]);
  return sorted.sort((a, b) => a - b)[Math.floor(sorted.length / 2)]!;
}

const ratio = (of: keyof Cost) => median(jacobian, of) / median(forward, of);
const seconds = { forward: median(forward, 'seconds'), jacobian: median(jacobian, 'seconds') };
process.stdout.write(`${JSON.stringify({ ...seconds, ratio: ratio('seconds'), ofProcessor: ratio('processor') })}\n`);
