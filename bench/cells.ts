/**
 * Measures single cells on this machine, beside `pytorch_cells.py` on the same work: prints one JSON line of cells a
 * second, cropped from fields in memory and predicted in batches.
 *
 * Run: npx tsx bench/cells.ts [--cells 10000] [--side 96] [--cell-batch 32] [--threads 2]
 */
import { parseArgs } from 'node:util';
import { encodeModelFile } from '../src/network/model-file.ts';
import { initialParameters } from '../src/network/parameters.ts';
import { runtimeVersion } from '../src/onnx/node/session.ts';
import { createNodeSessionPool } from '../src/onnx/node/session-pool.ts';
import { predictCells } from '../src/prediction/predict-cells.ts';
import { PREDICTION_SESSION } from '../src/prediction/predict-fields.ts';
import { createRandom } from '../src/random.ts';

const { values } = parseArgs({
  options: {
    cells: { type: 'string', default: '10000' },
    side: { type: 'string', default: '96' },
    'cell-batch': { type: 'string', default: '32' },
    threads: { type: 'string', default: '2' },
  },
});
const [cells, side, batch, threads] = [values.cells, values.side, values['cell-batch'], values.threads].map(Number) as [
  number,
  number,
  number,
  number,
];

const FIELD = 512;
const CELLS_PER_FIELD = 100;
const random = createRandom(1, 'cells');
const data = Uint16Array.from({ length: 3 * FIELD * FIELD }, () => 65535 * random.uniform());
const pixels = { data, channels: 3, height: FIELD, width: FIELD };
const centre = () => ({ x: FIELD * random.uniform(), y: FIELD * random.uniform() });

const pool = createNodeSessionPool({ workers: threads });
const network = { channels: 3, classes: 6, pooling: 'noisy-and' } as const;
await pool.load(
  PREDICTION_SESSION,
  encodeModelFile(initialParameters(network, 1), {
    version: 'bench',
    classes: ['a', 'b', 'c', 'd', 'e', 'f'],
    channels: ['R', 'G', 'B'],
    pooling: network.pooling,
    sharpness: 10,
    label: 'none',
    normalization: { mean: [32768, 32768, 32768], deviation: [19000, 19000, 19000] },
    run: 'none',
  }),
);

/** Seconds for so many cells. */
async function measure(count: number): Promise<number> {
  const began = performance.now();
  const fields = Array.from({ length: Math.ceil(count / CELLS_PER_FIELD) }, (_, i) =>
    Math.min(CELLS_PER_FIELD, count - i * CELLS_PER_FIELD),
  );
  const read = async (field: number) => ({ pixels, cells: Array.from({ length: field }, centre) });
  for await (const _ of predictCells(fields, { pool, read, side, batch }));
  return (performance.now() - began) / 1000;
}

// Settles memory.
await measure(4 * batch * threads);
const seconds = await measure(cells);
await pool.release();
process.stdout.write(
  `${JSON.stringify({
    peer: `milscope on onnxruntime ${runtimeVersion()}`,
    cells,
    side,
    batch,
    cellsPerSecond: cells / seconds,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  })}\n`,
);
