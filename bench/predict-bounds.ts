/**
 * What bounds a prediction from files: one JSON line with the seconds a field of decoding, or of the forward pass, alone.
 *
 * Run: npx tsx bench/predict-bounds.ts --work decode|forward --table fields.csv [--model model.onnx] [--fields 40] [--threads 2]
 *
 * `decode` reads the fields of a table as `milscope predict` does, as many at a time as keep all cores busy, and does nothing with
 * them. `forward` predicts as many from memory, of which some few are read before.
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
import { readField } from '../src/screen/read-field.ts';
import { readScreen } from '../src/screen/read-screen.ts';
import { mapInOrder } from '../src/threads/map-in-order.ts';
import { createNodeHost } from '../src/workflows/node/node-host.ts';
import { say } from './speed/our-network.ts';
import { repeat } from './speed/repeat.ts';

const { values } = parseArgs({
  options: {
    work: { type: 'string', default: 'decode' },
    table: { type: 'string', default: '' },
    model: { type: 'string', default: '' },
    fields: { type: 'string', default: '40' },
    threads: { type: 'string', default: '2' },
  },
});
const [count, threads] = [Number(values.fields), Number(values.threads)];
const host = await createNodeHost({ threads });
const screen = await readScreen(values.table, {}, host);
const fields = Array.from({ length: count }, (_, i) => screen.fields[i % screen.fields.length]!);

/** Fields in memory. */
const KEPT = 4;

async function decode() {
  // As many under way as the predictions have.
  for await (const _ of mapInOrder(fields, 2 * threads, (field) => readField(screen, field, host)));
}

async function measureForward() {
  const images = await Promise.all(fields.slice(0, KEPT).map((field) => readField(screen, field, host)));
  const kept = images.map(shared);
  const pool = createNodeSessionPool({ workers: threads });
  const model = readModel(readFileSync(values.model), values.model);
  const run = createModelRunner(model, { pool, lanes: await findLanes(createNodeSession) });
  const read = async (i: number) => kept[i % kept.length]!;
  const measured = await repeat(
    async () => {
      for await (const _ of predictFields(fields.keys(), { pool, run, read }));
    },
    { repeats: 1, warmUp: 1, per: count },
  );
  await pool.release();
  return measured;
}

say(await (values.work === 'decode' ? repeat(decode, { repeats: 1, warmUp: 1, per: count }) : measureForward()));
