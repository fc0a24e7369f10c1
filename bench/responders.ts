/**
 * What a network that is told only the class of each field knows of each cell: screens are simulated of whose cells 20 %
 * to 100 % respond, by class; each pooling function is trained on all plates but the last; and the cells of the last are
 * predicted around their true centres and compared with their true classes.
 *
 * Run: npm run bench:responders [-- --poolings noisy-and,mean,max --responders 0.2-1 --wells 24 --sites 2 --size 256
 * --seed 1 --epochs N --cell-size 64 --folder bench-run]. What is in the folder already is used again, so
 * other options want another folder.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { describeModel, type Metrics } from '../src/index.ts';
import { decodeModel } from '../src/onnx/decode.ts';

const { values: options } = parseArgs({
  options: {
    poolings: { type: 'string', default: 'noisy-and,mean,max' },
    responders: { type: 'string', default: '0.2-1' },
    wells: { type: 'string', default: '24' },
    sites: { type: 'string', default: '2' },
    size: { type: 'string', default: '256' },
    seed: { type: 'string', default: '1' },
    epochs: { type: 'string' },
    'cell-size': { type: 'string', default: '64' },
    folder: { type: 'string', default: 'bench-run' },
  },
});
const { folder, seed, responders, wells, sites, size } = options;
const plates = 3;
const heldOut = `Plate${plates}`;
const screen = join(folder, 'screen');
const table = join(screen, 'fields.csv');
const truthTable = join(screen, 'cells.csv');

type Row = Readonly<Record<string, string>>;
const readRows = async (path: string): Promise<readonly Row[]> => parse(await readFile(path), { columns: true });

/** Runs a command of milscope from the sources, unless what it makes is there. */
function milscope(result: string, ...argv: string[]): void {
  if (existsSync(result)) return;
  const script = fileURLToPath(new URL('../src/cli/milscope.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', script, ...argv], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`milscope ${argv.join(' ')} ended with exit code ${status}`);
}

milscope(
  table,
  ...['simulate', screen, '--plates', String(plates), '--wells', wells, '--sites', sites, '--size', size],
  ...['--responders', responders, '--seed', seed],
);
const truth = new Map(
  (await readRows(truthTable))
    .filter((cell) => cell.Metadata_Plate === heldOut)
    .map((cell) => [`${cell.ImageNumber} ${cell.ObjectNumber}`, cell] as const),
);

for (const pooling of options.poolings.split(',')) {
  const run = join(folder, pooling);
  const cells = join(folder, `${pooling}-cells.csv`);
  milscope(
    join(run, 'metrics.json'),
    ...['train', table, '--label', 'Phenotype', '--holdout', `Plate=${heldOut}`, '--out', run],
    ...(existsSync(join(run, 'run.json')) ? ['--resume'] : []),
    ...['--pooling', pooling, '--seed', seed, ...(options.epochs ? ['--epochs', options.epochs] : [])],
  );
  milscope(
    cells,
    ...['predict', join(run, 'model.onnx'), table, '--cells', truthTable, '--out', cells],
    ...['--cell-size', options['cell-size']],
  );
  await report(pooling, { run, cells });
}

async function report(pooling: string, { run, cells }: { run: string; cells: string }): Promise<void> {
  const { images } = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8')) as Metrics;
  const model = await readFile(join(run, 'model.onnx'));
  const { classes } = describeModel(model, run);
  const thresholds = decodeModel(model).initializers.b?.data;
  const judged = (await readRows(cells)).flatMap((row) => {
    const cell = truth.get(`${row.ImageNumber} ${row.ObjectNumber}`);
    return cell ? [{ field: cell.Metadata_Phenotype!, is: cell.Phenotype!, predicted: row.MIL_Predicted! }] : [];
  });
  const share = (of: readonly boolean[]) =>
    of.length === 0 ? '–' : (of.filter(Boolean).length / of.length).toFixed(3);
  say(`\n${pooling}: ${images.correct} of ${images.n} fields of ${heldOut} right, ${images.accuracy.toFixed(3)}`);
  say(
    `  cells right                      ${share(judged.map(({ is, predicted }) => is === predicted))} of ${judged.length}`,
  );
  say(`  named as their field, for comparison  ${share(judged.map(({ is, field }) => is === field))}`);
  say('  class                  responders   found among them   cells so named in its fields   threshold b');
  for (const [k, name] of classes.entries()) {
    const inFields = judged.filter(({ field }) => field === name);
    const responding = inFields.filter(({ is }) => is === name);
    const columns = [
      share(inFields.map(({ is }) => is === name)),
      share(responding.map(({ predicted }) => predicted === name)),
      share(inFields.map(({ predicted }) => predicted === name)),
      thresholds ? Number(thresholds[k]).toFixed(3) : '–',
    ];
    const [fraction, found, named, b] = columns as [string, string, string, string];
    say(`  ${name.padEnd(22)} ${fraction.padStart(10)} ${found.padStart(18)} ${named.padStart(30)} ${b.padStart(13)}`);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
