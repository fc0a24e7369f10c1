/**
 * A model in whole numbers beside the same in floats, on fields of noise in memory: the two take turns.
 *
 * Run: npx tsx bench/int8.ts --model run/model.onnx --int8 run/model.int8.onnx [--size 900] [--threads 1,2] [--rounds 9]
 *
 * Prints, for each number of workers, the median milliseconds a field of both, and the median, least and largest of the ratios of
 * the rounds. docs/results/int8.md has the figures.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readModel } from '../src/network/read-model.ts';
import { findLanes } from '../src/onnx/blocked/find-lanes.ts';
import { createNodeSession } from '../src/onnx/node/session.ts';
import { createNodeSessionPool } from '../src/onnx/node/session-pool.ts';
import { shared } from '../src/pixels/shared-memory.ts';
import { predictFields } from '../src/prediction/predict-fields.ts';
import { createModelRunner } from '../src/prediction/run-model.ts';
import { createRandom } from '../src/random.ts';
import { median } from './speed/repeat.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'run/model.onnx' },
    int8: { type: 'string', default: 'run/model.int8.onnx' },
    size: { type: 'string', default: '900' },
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '9' },
  },
});
const [size, rounds] = [Number(values.size), Number(values.rounds)];
const models = [values.model, values.int8].map((file) => readModel(readFileSync(file), file));
const lanes = await findLanes(createNodeSession);
const random = createRandom(1, 'int8');
const channels = models[0]!.about.channels.length;
const data = Uint16Array.from({ length: channels * size * size }, () => 2000 * random.uniform());
const field = shared({ data, channels, height: size, width: size });

/** Fields of a round for each worker. */
const EACH = 4;

for (const workers of values.threads.split(',').map(Number)) {
  // A session under the same name is that of one model only.
  const pools = models.map(() => createNodeSessionPool({ workers }));
  const runs = models.map((model, i) => createModelRunner(model, { pool: pools[i]!, lanes }));
  const perField = async (i: number): Promise<number> => {
    const count = EACH * workers;
    const began = performance.now();
    const read = async () => field;
    for await (const _ of predictFields(Array(count).keys(), { pool: pools[i]!, run: runs[i]!, read }));
    return (performance.now() - began) / count;
  };
  for (const i of [0, 1]) await perField(i);
  const pairs: (readonly [number, number])[] = [];
  for (let round = 0; round < rounds; round++) pairs.push([await perField(0), await perField(1)]);
  await Promise.all(pools.map((each) => each.release()));
  const ratios = pairs.map(([floats, int8]) => int8 / floats);
  const [floats, int8] = [0, 1].map((of) => median(pairs.map((pair) => pair[of]!)).toFixed(0));
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  process.stdout.write(
    `workers ${workers}: ${floats} and ${int8} ms a field, ratio ${median(ratios).toFixed(2)} (${range})\n`,
  );
}
