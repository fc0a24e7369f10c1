/**
 * What a network learns of single cells from bags whose content is known: mosaics of single cells of several classes, of which
 * a share is of the class of the mosaic and the rest of any other. Trained on mosaics of some cells, tested on mosaics of
 * other cells.
 *
 * Run: npm run bench:mosaics [-- --instances cells,cropped-cells,positions --poolings noisy-and,mean --bags 150 --tested 150
 * --cells 36 --share 0.6 --side 64 --seed 1 --seeds 1 --epochs N --enlarge N --folder bench-run/mosaics]. The cells are those of
 * a simulated screen of which all respond, unless a screen is given with a table of its cells: --screen fields.csv
 * --cell-table cells.csv --class Metadata_MOA --test Metadata_Replicate=2. What is in the folder already is used again, so other
 * options want another folder.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Metrics } from '../src/index.ts';
import { milscopeFor, readRows } from './milscope.ts';
import { cutSingleCells, writeMosaics } from './mosaics/write-mosaics.ts';

const { values: options } = parseArgs({
  options: {
    instances: { type: 'string', default: 'cells,cropped-cells,positions' },
    poolings: { type: 'string', default: 'noisy-and' },
    bags: { type: 'string', default: '150' },
    tested: { type: 'string', default: '150' },
    cells: { type: 'string', default: '36' },
    share: { type: 'string', default: '0.6' },
    side: { type: 'string', default: '64' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    epochs: { type: 'string' },
    enlarge: { type: 'string' },
    screen: { type: 'string' },
    'cell-table': { type: 'string' },
    class: { type: 'string', default: 'Phenotype' },
    test: { type: 'string', default: 'Metadata_Plate=Plate3' },
    folder: { type: 'string', default: 'bench-run/mosaics' },
  },
});
const [bags, tested, perBag, side] = [options.bags, options.tested, options.cells, options.side].map(Number) as [
  number,
  number,
  number,
  number,
];

for (let i = 0; i < Number(options.seeds); i++) await runSeed(Number(options.seed) + i);

async function runSeed(seed: number): Promise<void> {
  const own = join(options.folder, `seed-${seed}`);
  const table = join(own, 'mosaics', 'fields.csv');
  if (!existsSync(table)) {
    const cells = await cutSingleCells(await cellsOfScreen(own, seed));
    await writeMosaics(join(own, 'mosaics'), cells, { bags, tested, perBag, share: Number(options.share), seed });
  }
  for (const instances of options.instances.split(',')) {
    for (const pooling of instances === 'cropped-cells' ? ['noisy-and'] : options.poolings.split(',')) {
      await runMethod(own, { table, instances, pooling, seed });
    }
  }
}

async function cellsOfScreen(folder: string, seed: number) {
  const simulated = join(folder, 'screen');
  const { screen = join(simulated, 'fields.csv'), 'cell-table': cells = join(simulated, 'cells.csv') } = options;
  const about = ['--plates', '3', '--wells', '24', '--sites', '2', '--size', '512', '--responders', '1'];
  if (!options.screen) await milscopeFor(screen, 'simulate', simulated, ...about, '--seed', String(seed));
  const [column, value] = options.test.split('=') as [string, string];
  return { screen, cells, column: options.class, tested: [column, value] as const, side };
}

async function runMethod(
  folder: string,
  { table, instances, pooling, seed }: { table: string; instances: string; pooling: string; seed: number },
): Promise<void> {
  const truthTable = join(folder, 'mosaics', 'cells.csv');
  const run = join(folder, `${instances}-${pooling}`);
  const predicted = `${run}.csv`;
  const ofCells = ['--cells', truthTable, '--cell-size', String(side)];
  await milscopeFor(
    join(run, 'metrics.json'),
    ...['train', table, '--label', 'Class', '--holdout', 'Part=test', '--out', run, '--seed', String(seed)],
    ...['--instances', instances, '--pooling', pooling, ...(instances === 'positions' ? [] : ofCells)],
    ...(options.epochs ? ['--epochs', options.epochs] : []),
    ...(options.enlarge ? ['--enlarge', options.enlarge] : []),
    ...(existsSync(join(run, 'run.json')) ? ['--resume'] : []),
  );
  await milscopeFor(predicted, 'predict', run, table, ...ofCells, '--out', predicted);
  const { images } = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8')) as Metrics;
  const rows = (await readRows(predicted)).filter((row) => row.Metadata_Part === 'test');
  const key = (row: (typeof rows)[number]) => `${row.ImageNumber} ${row.ObjectNumber}`;
  const truth = new Map((await readRows(truthTable)).map((row) => [key(row), row.Class]));
  const right = rows.filter((row) => truth.get(key(row)) === row.MIL_Predicted).length;
  process.stdout.write(
    `${instances}, ${pooling}, seed ${seed}: cells right ${(right / rows.length).toFixed(3)} of ${rows.length}, ` +
      `mosaics right ${images.correct} of ${images.n}, ${images.accuracy.toFixed(3)}\n`,
  );
}
