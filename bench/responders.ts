/**
 * What a network that is told only the class of each field knows of each cell: screens are simulated of whose cells 20 %
 * to 100 % respond, by class; each pooling function is trained on all plates but the last; and the cells of the last are
 * predicted around their true centres and compared with their true classes.
 *
 * Run: npm run bench:responders [-- --poolings noisy-and,mean,max --responders 0.2-1 --wells 24 --sites 2 --size 256
 * --seed 1 --seeds 1 --epochs N --threshold-learning-rate R --cell-size 64 --folder bench-run]. Every seed is another
 * screen and another training. What is in the folder already is used again, so other options want another folder. Two
 * figures are written there: per-cell-accuracy.svg and thresholds.svg.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Metrics } from '../src/index.ts';
import { describeModel } from '../src/library/onnx.ts';
import { perCellAccuracyPlot, renderSvg, respondersPlot } from '../src/library/plots.ts';
import { decodeModel } from '../src/onnx/decode.ts';
import { milscopeFor, type Row, readRows } from './milscope.ts';

const { values: options } = parseArgs({
  options: {
    poolings: { type: 'string', default: 'noisy-and,mean,max' },
    responders: { type: 'string', default: '0.2-1' },
    wells: { type: 'string', default: '24' },
    sites: { type: 'string', default: '2' },
    size: { type: 'string', default: '256' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    'threshold-learning-rate': { type: 'string' },
    epochs: { type: 'string' },
    'cell-size': { type: 'string', default: '64' },
    folder: { type: 'string', default: 'bench-run' },
  },
});
const { folder, responders, wells, sites, size } = options;
const plates = 3;
const heldOut = `Plate${plates}`;

const accuracies: Parameters<typeof perCellAccuracyPlot>[0][number][] = [];
const learned: Parameters<typeof respondersPlot>[0][number][] = [];
for (let i = 0; i < Number(options.seeds); i++) await runSeed(Number(options.seed) + i);
await writeFile(join(folder, 'per-cell-accuracy.svg'), await renderSvg(perCellAccuracyPlot(accuracies)));
if (learned.length > 0) await writeFile(join(folder, 'thresholds.svg'), await renderSvg(respondersPlot(learned)));

async function runSeed(seed: number): Promise<void> {
  const own = join(folder, `seed-${seed}`);
  const screen = join(own, 'screen');
  const table = join(screen, 'fields.csv');
  const truthTable = join(screen, 'cells.csv');
  milscopeFor(
    table,
    ...['simulate', screen, '--plates', String(plates), '--wells', wells, '--sites', sites, '--size', size],
    ...['--responders', responders, '--seed', String(seed)],
  );
  const truth = new Map(
    (await readRows(truthTable))
      .filter((cell) => cell.Metadata_Plate === heldOut)
      .map((cell) => [`${cell.ImageNumber} ${cell.ObjectNumber}`, cell] as const),
  );
  for (const pooling of options.poolings.split(',')) {
    const run = join(own, pooling);
    const cells = join(own, `${pooling}-cells.csv`);
    const rate = options['threshold-learning-rate'];
    milscopeFor(
      join(run, 'metrics.json'),
      ...['train', table, '--label', 'Phenotype', '--holdout', `Plate=${heldOut}`, '--out', run],
      ...(existsSync(join(run, 'run.json')) ? ['--resume'] : []),
      ...['--pooling', pooling, '--seed', String(seed), ...(options.epochs ? ['--epochs', options.epochs] : [])],
      ...(rate ? ['--threshold-learning-rate', rate] : []),
    );
    milscopeFor(
      cells,
      ...['predict', join(run, 'model.onnx'), table, '--cells', truthTable, '--out', cells],
      ...['--cell-size', options['cell-size']],
    );
    await report({ pooling, seed, run, cells, truth });
  }
}

async function report({
  pooling,
  seed,
  run,
  cells,
  truth,
}: {
  pooling: string;
  seed: number;
  run: string;
  cells: string;
  truth: ReadonlyMap<string, Row>;
}): Promise<void> {
  const { images } = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8')) as Metrics;
  const model = await readFile(join(run, 'model.onnx'));
  const { classes } = describeModel(model, run);
  const thresholds = decodeModel(model).initializers.b?.data;
  const judged = (await readRows(cells)).flatMap((row) => {
    const cell = truth.get(`${row.ImageNumber} ${row.ObjectNumber}`);
    return cell ? [{ field: cell.Metadata_Phenotype!, is: cell.Phenotype!, predicted: row.MIL_Predicted! }] : [];
  });
  const share = (of: readonly boolean[]) => (of.length === 0 ? Number.NaN : of.filter(Boolean).length / of.length);
  const text = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(3));
  const allRight = text(share(judged.map(({ is, predicted }) => is === predicted)));
  const asField = text(share(judged.map(({ is, field }) => is === field)));
  say(
    `\n${pooling}, seed ${seed}: ${images.correct} of ${images.n} fields of ${heldOut} right, ${text(images.accuracy)}`,
  );
  say(`  cells right                           ${allRight} of ${judged.length}`);
  say(`  named as their field, for comparison  ${asField}`);
  say('  class                  responders    cells right   found among responders   found among others   threshold b');
  for (const [k, name] of classes.entries()) {
    const inFields = judged.filter(({ field }) => field === name);
    const rightAmong = (some: typeof judged) => share(some.map(({ is, predicted }) => is === predicted));
    const fraction = share(inFields.map(({ is }) => is === name));
    const accuracy = rightAmong(inFields);
    const method = pooling === 'noisy-and' ? 'Noisy-AND a = 10' : pooling;
    accuracies.push({ method, class: name, responders: fraction, accuracy, seed });
    if (thresholds) learned.push({ class: name, responders: fraction, threshold: Number(thresholds[k]), seed });
    const cellsOf = [
      text(fraction),
      text(accuracy),
      text(rightAmong(inFields.filter(({ is }) => is === name))),
      text(rightAmong(inFields.filter(({ is }) => is !== name))),
      thresholds ? Number(thresholds[k]).toFixed(3) : '–',
    ];
    const widths = [10, 15, 25, 21, 14];
    say(`  ${name.padEnd(22)}${cellsOf.map((of, column) => of.padStart(widths[column]!)).join('')}`);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
