/**
 * Single cells, as milscope computes them: one JSON line with the seconds a cell.
 *
 * Run: npx tsx bench/cells.ts --work cells|cells-step [--cells 2000] [--side 96] [--cell-batch 32] [--batch 128] [--threads 2]
 * [--repeats 3] [--warm-up 1] [--micro-batch N] [--plan auto|blocked|reference]
 *
 * `cells` crops them from fields in memory and predicts them in batches; `cells-step` is one step of the optimizer on a batch of
 * squares that are cut already.
 */
import { parseArgs } from 'node:util';
import { createNodeSessionPool } from '../src/onnx/node/session-pool.ts';
import { predictCells } from '../src/prediction/predict-cells.ts';
import { createRandom } from '../src/random.ts';
import { runnerOf, say } from './speed/our-network.ts';
import { measureSteps } from './speed/our-step.ts';
import { repeat } from './speed/repeat.ts';

const { values } = parseArgs({
  options: {
    work: { type: 'string', default: 'cells' },
    cells: { type: 'string', default: '2000' },
    side: { type: 'string', default: '96' },
    'cell-batch': { type: 'string', default: '32' },
    batch: { type: 'string', default: '128' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '3' },
    'warm-up': { type: 'string', default: '1' },
    'micro-batch': { type: 'string' },
    plan: { type: 'string', default: 'auto' },
  },
});
const [cells, side, threads, batch] = [values.cells, values.side, values.threads, values.batch].map(Number) as [
  number,
  number,
  number,
  number,
];
const repeats = { repeats: Number(values.repeats), warmUp: Number(values['warm-up']) };

const FIELD = 512;
const CELLS_PER_FIELD = 100;

async function measureCells() {
  const random = createRandom(1, 'cells');
  const data = Uint16Array.from({ length: 3 * FIELD * FIELD }, () => 65535 * random.uniform());
  const pixels = { data, channels: 3, height: FIELD, width: FIELD };
  const centre = () => ({ x: FIELD * random.uniform(), y: FIELD * random.uniform() });
  const fields = Array.from({ length: Math.ceil(cells / CELLS_PER_FIELD) }, (_, i) =>
    Math.min(CELLS_PER_FIELD, cells - i * CELLS_PER_FIELD),
  );
  const pool = createNodeSessionPool({ workers: threads });
  const batch = Number(values['cell-batch']);
  const normalization = { mean: [32768, 32768, 32768], deviation: [19000, 19000, 19000] };
  const run = await runnerOf(pool, { normalization, images: batch });
  const read = async (count: number) => ({ pixels, cells: Array.from({ length: count }, centre) });
  const predict = async () => {
    for await (const _ of predictCells(fields, { pool, run, read, side, batch }));
  };
  const measured = await repeat(predict, { ...repeats, per: cells });
  await pool.release();
  return measured;
}

const microBatch = values['micro-batch'] === undefined ? undefined : Number(values['micro-batch']);
const steps = { crop: side, batch, threads, microBatch, plan: values.plan, ...repeats };
say(await (values.work === 'cells' ? measureCells() : measureSteps(steps)));
