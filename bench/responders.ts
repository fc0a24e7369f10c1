/**
 * What a network that is told only the class of each field knows of each cell: screens are simulated of whose cells 20 %
 * to 100 % respond, by class; each method is trained on all plates but the last; and the cells of the last are predicted and
 * compared with their true classes, once around nuclei that were found, and once around the true centres.
 *
 * Run: npm run bench:responders [-- --methods cells,cells:mean,cells:max,cropped-cells,positions,positions:mean
 * --responders 0.2-1 --wells 24 --sites 2 --size 256 --seed 1 --seeds 3 --epochs N --validation 0 --normalization auto --cell-size 64
 * --threads 2 --at-once 1 --folder bench-run/responders --results docs/results/responders]. A method is what an instance is, and the pooling function unless it is Noisy-AND. Networks of
 * cells are trained around the nuclei that were found. Every seed is another screen and another training. What is in the folder
 * already is used again, so other options want another folder. So is what is known of a method and a seed among the results,
 * where that of new ones is written. Two figures are written into the folder: per-cell-accuracy.svg and thresholds.svg.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { labelIntervals } from '../src/evaluation/interval.ts';
import type { Metrics } from '../src/index.ts';
import { describeModel } from '../src/library/onnx.ts';
import { perCellAccuracyPlot, renderSvg, respondersPlot } from '../src/library/plots.ts';
import { decodeModel } from '../src/onnx/decode.ts';
import { eachOf, milscopeFor, type Row, readRows } from './milscope.ts';

const { values: options } = parseArgs({
  options: {
    methods: { type: 'string', default: 'cells,cells:mean,cells:max,cropped-cells,positions,positions:mean' },
    responders: { type: 'string', default: '0.2-1' },
    wells: { type: 'string', default: '24' },
    sites: { type: 'string', default: '2' },
    size: { type: 'string', default: '256' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '3' },
    epochs: { type: 'string' },
    // The wells are too few to choose an epoch.
    validation: { type: 'string', default: '0' },
    normalization: { type: 'string' },
    'cell-size': { type: 'string', default: '64' },
    // Of a training, and trainings that run side by side.
    threads: { type: 'string', default: '2' },
    'at-once': { type: 'string', default: '1' },
    folder: { type: 'string', default: 'bench-run/responders' },
    results: { type: 'string', default: 'bench-run/responders/results' },
  },
});
const { folder, responders, wells, sites, size } = options;
const plates = 3;
const heldOut = `Plate${plates}`;
/** A found nucleus is that of the nearest true cell, if that is so near (pixels). */
const NEAR = 12;
/** Classes of which no larger share responds count as those of few responders. */
const FEW = 0.4;

/** A cell of the held-out plate. */
interface Judged {
  readonly well: string;
  /** Class of its field, its own, and that which it was given. */
  readonly field: string;
  readonly is: string;
  readonly predicted: string;
}

type Accuracy = Parameters<typeof perCellAccuracyPlot>[0][number];
type Learned = Parameters<typeof respondersPlot>[0][number] & { readonly method: string };
/** What is known of a method on a screen. */
interface Result {
  readonly lines: readonly string[];
  readonly accuracies: readonly Accuracy[];
  readonly learned: readonly Learned[];
}

const accuracies: Accuracy[] = [];
const learned: Learned[] = [];
for (const path of [folder, options.results]) await mkdir(path, { recursive: true });
const methods = options.methods.split(',');
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => Number(options.seed) + i);
const missing = seeds
  .flatMap((seed) => methods.map((method) => ({ method, seed })))
  .filter((of) => !existsSync(resultOf(of)));
for (const seed of new Set(missing.map((of) => of.seed))) await makeScreen(seed);
await eachOf(missing, Number(options['at-once']), measure);
for (const seed of seeds) {
  for (const method of methods) {
    const known = JSON.parse(await readFile(resultOf({ method, seed }), 'utf8')) as Result;
    accuracies.push(...known.accuracies);
    learned.push(...known.learned);
    for (const line of known.lines) say(line);
  }
}
await writeFile(join(folder, 'per-cell-accuracy.svg'), await renderSvg(perCellAccuracyPlot(accuracies)));
for (const method of new Set(learned.map((of) => of.method))) {
  const own = learned.filter((of) => of.method === method);
  const known = own.filter((of) => of.class !== 'normal');
  say(`${method}: rank correlation of threshold and share, ${spearman(known).toFixed(2)} of ${known.length} pairs`);
  const name = methods[0] === method ? 'thresholds' : `thresholds-${method.replace(':', '-')}`;
  await writeFile(join(folder, `${name}.svg`), await renderSvg(respondersPlot(own)));
}

/** A method on a screen. */
interface Case {
  readonly method: string;
  readonly seed: number;
}

function resultOf({ method, seed }: Case): string {
  return join(options.results, `${method.replace(':', '-')}-seed-${seed}.json`);
}

function pathsOf(seed: number) {
  const own = join(folder, `seed-${seed}`);
  const screen = join(own, 'screen');
  return {
    own,
    screen,
    table: join(screen, 'fields.csv'),
    truth: join(screen, 'cells.csv'),
    found: join(own, 'found.csv'),
  };
}

async function makeScreen(seed: number): Promise<void> {
  const { screen, table, found } = pathsOf(seed);
  await milscopeFor(
    table,
    ...['simulate', screen, '--plates', String(plates), '--wells', wells, '--sites', sites, '--size', size],
    ...['--responders', responders, '--seed', String(seed)],
  );
  await milscopeFor(found, 'detect', table, '--channel', 'DNA', '--out', found);
}

async function measure({ method, seed }: Case): Promise<void> {
  const { own, table, truth: truthTable, found } = pathsOf(seed);
  const truth = (await readRows(truthTable)).filter((cell) => cell.Metadata_Plate === heldOut);
  const [instances, pooling = 'noisy-and'] = method.split(':') as [string, string?];
  const name = method.replace(':', '-');
  const run = join(own, name);
  const sized = ['--cell-size', options['cell-size'], '--threads', options.threads];
  await milscopeFor(
    join(run, 'metrics.json'),
    ...['train', table, '--label', 'Phenotype', '--holdout', `Plate=${heldOut}`, '--out', run],
    ...(existsSync(join(run, 'run.json')) ? ['--resume'] : []),
    ...['--instances', instances, '--pooling', pooling, '--seed', String(seed), '--validation', options.validation],
    ...(instances === 'positions' ? [] : ['--cells', found]),
    ...(instances === 'positions' || instances === 'foreground' ? ['--threads', options.threads] : sized),
    ...(options.epochs ? ['--epochs', options.epochs] : []),
    ...(options.normalization ? ['--normalization', options.normalization] : []),
  );
  const at = async (centres: string, cells: string) => {
    // A network that pools positions with cells names fields, and no cells.
    if (instances === 'foreground') return [];
    const out = join(own, `${name}-${centres}.csv`);
    await milscopeFor(out, 'predict', run, table, '--cells', cells, '--out', out, ...sized);
    return judge(
      (await readRows(out)).filter((row) => row.Metadata_Plate === heldOut),
      truth,
    );
  };
  const result = await report({
    ...{ method, seed, run, truth },
    found: await at('found', found),
    true: await at('true', truthTable),
  });
  await writeFile(resultOf({ method, seed }), `${JSON.stringify(result, undefined, 2)}\n`);
}

/** Gives each cell that was predicted the class of the true cell that it is. */
function judge(predicted: readonly Row[], truth: readonly Row[]): readonly Judged[] {
  const byField = new Map<string, Row[]>();
  for (const cell of truth) {
    const own = byField.get(cell.ImageNumber!);
    if (own) own.push(cell);
    else byField.set(cell.ImageNumber!, [cell]);
  }
  return predicted.flatMap((row): Judged[] => {
    const distances = (byField.get(row.ImageNumber!) ?? []).map((cell) => {
      const [x, y] = ['Location_Center_X', 'Location_Center_Y'].map((name) => Number(cell[name]) - Number(row[name]));
      return { cell, distance: Math.hypot(x!, y!) };
    });
    const nearest = distances.reduce((best, one) => (one.distance < best.distance ? one : best), distances[0]!);
    if (!nearest || nearest.distance >= NEAR) return [];
    const { Metadata_Well: well, Metadata_Phenotype: field, Phenotype: is } = nearest.cell;
    return [{ well: well!, field: field!, is: is!, predicted: row.MIL_Predicted! }];
  });
}

interface Report {
  readonly method: string;
  readonly seed: number;
  readonly run: string;
  readonly found: readonly Judged[];
  readonly true: readonly Judged[];
  /** The true cells. */
  readonly truth: readonly Row[];
}

async function report({ method, seed, run, found, true: atTrue, truth }: Report): Promise<Result> {
  const result = { lines: [] as string[], accuracies: [] as Accuracy[], learned: [] as Learned[] };
  const tell = (line: string) => result.lines.push(line);
  const { images } = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8')) as Metrics;
  const model = await readFile(join(run, 'model.onnx'));
  const { classes } = describeModel(model, run);
  // The pooling function of cropped cells learns nothing.
  const thresholds = method === 'cropped-cells' ? undefined : decodeModel(model).initializers.b?.data;
  const shareOf = (name: string) => {
    const own = truth.filter((cell) => cell.Metadata_Phenotype === name);
    return own.filter((cell) => cell.Phenotype === name).length / own.length;
  };
  const shares = new Map(classes.map((name) => [name, shareOf(name)]));
  const isFew = ({ field, is }: Judged) => is === 'normal' && field !== is && shares.get(field)! <= FEW;
  tell(`${method}, seed ${seed}: ${images.correct} of ${images.n} fields of ${heldOut} right`);
  for (const [name, cells] of [
    ['found', found],
    ['true', atTrue],
  ] as const) {
    tell(
      `  cells right at ${name} centres: ${rightOf(cells)}; normal ones beside few responders: ${rightOf(cells.filter(isFew))}`,
    );
  }
  for (const [k, name] of classes.entries()) {
    const cells = found.filter(({ field }) => field === name);
    const threshold = thresholds && Number(thresholds[k]);
    if (cells.length > 0) {
      const point = { method: wordsOf(method), class: name, responders: shares.get(name)!, seed };
      result.accuracies.push({ ...point, ...intervalOf(cells) });
    }
    if (threshold !== undefined)
      result.learned.push({ method, class: name, responders: shares.get(name)!, threshold, seed });
    const [own, others] = [cells.filter(({ is }) => is === name), cells.filter(({ is }) => is !== name)];
    tell(
      `    ${name.padEnd(20)} responders ${shares.get(name)!.toFixed(2)}  right ${rightOf(cells)}  ` +
        `of responders ${rightOf(own)}  of others ${rightOf(others)}  ${threshold === undefined ? '' : `b ${threshold.toFixed(2)}`}`,
    );
  }
  return result;
}

/** The share of right cells with its 95 % interval: the wells are the independent things. */
function intervalOf(cells: readonly Judged[]): {
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
} {
  const isRight = cells.map(({ is, predicted }) => is === predicted);
  const names = [...new Set(cells.map(({ well }) => well))];
  const wellOf = cells.map(({ well }) => names.indexOf(well));
  const { accuracy } = labelIntervals(wellOf, {
    truth: isRight.map(() => [1]),
    predicted: isRight.map((is) => [is ? 1 : 0]),
  });
  return { accuracy: isRight.filter(Boolean).length / isRight.length, low: accuracy.low, high: accuracy.high };
}

function rightOf(cells: readonly Judged[]): string {
  if (cells.length === 0) return '–';
  const { accuracy, low, high } = intervalOf(cells);
  return `${accuracy.toFixed(3)} (${low.toFixed(2)}–${high.toFixed(2)}) of ${cells.length}`;
}

/** What stands in the legend. */
function wordsOf(method: string): string {
  const [instances, pooling = 'noisy-and'] = method.split(':') as [string, string?];
  const kinds: Readonly<Record<string, string>> = {
    cells: 'Cells',
    positions: 'Positions',
    foreground: 'Positions with cells',
    'cropped-cells': 'Cropped cells',
  };
  const poolings: Readonly<Record<string, string>> = { 'noisy-and': 'Noisy-AND', mean: 'mean', max: 'max' };
  return instances === 'cropped-cells' ? kinds[instances]! : `${kinds[instances]}, ${poolings[pooling] ?? pooling}`;
}

/** Spearman's rank correlation of thresholds and shares; equal ones share their ranks. */
function spearman(pairs: readonly { readonly responders: number; readonly threshold: number }[]): number {
  const ranks = (values: readonly number[]) =>
    values.map((value) => {
      const [less, same] = [values.filter((of) => of < value).length, values.filter((of) => of === value).length];
      return less + (same - 1) / 2;
    });
  const [x, y] = [ranks(pairs.map((of) => of.responders)), ranks(pairs.map((of) => of.threshold))];
  const middle = (pairs.length - 1) / 2;
  const sum = (of: (i: number) => number) => pairs.reduce((total, _, i) => total + of(i), 0);
  const product = sum((i) => (x[i]! - middle) * (y[i]! - middle));
  return product / Math.sqrt(sum((i) => (x[i]! - middle) ** 2) * sum((i) => (y[i]! - middle) ** 2));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
