/**
 * The road to accuracy: seconds from the start of a training until a share of the held-out fields is right for good, with the
 * weights that validation chose; beside PyTorch with the same fields, crops and batches, with the recipe of milscope and with that of
 * the paper (constant rate, no average of the weights).
 *
 * Run: PYTHON=<python with torch> npm run bench:road -- --screen fields.csv [--label Metadata_MOA --holdout Metadata_Replicate=2
 * --accuracy 0.95 --seeds 3 --threads 2 --folder bench-run/road --more "--crop 160" --json out.json]. Every seed is a round: ours,
 * theirs with our recipe, theirs with that of the paper. Weights are tested when the clock has stopped, from the last ones back to the
 * first that fall short, since nothing before these counts. A side that never arrives counts with its whole training. Nothing else
 * should run on the machine.
 */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { quantile } from '../src/profiling/quantile.ts';
import { readRows } from './milscope.ts';
import { builtCommand } from './speed/build.ts';
import { describeMachine } from './speed/machine.ts';
import { readOptions } from './speed/options.ts';
import { findPyTorch, type PyTorch } from './speed/pytorch.ts';
import { runProcess } from './speed/run-process.ts';

const { values: options } = parseArgs({
  options: {
    screen: { type: 'string' },
    label: { type: 'string', default: 'Metadata_MOA' },
    holdout: { type: 'string', default: 'Metadata_Replicate=2' },
    accuracy: { type: 'string', default: '0.95' },
    seeds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    folder: { type: 'string', default: 'bench-run/road' },
    more: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});
if (options.screen === undefined) throw new Error('--screen names the table of fields');
const { screen, label, holdout, threads, folder } = { ...options, screen: options.screen };
const enough = Number(options.accuracy);
const kept = { precision: 'float32', memory: 'kept' } as const;
/** Numbers of loader workers that the peer may choose from, and the epochs in which it does. */
const [LOADERS, TRIES] = [[0, 1, 2], 3];

/** Weights that validation found the best so far: when they were there, and the share of held-out fields that they have right. In the order of time, from the last that fall short on. */
interface Tested {
  readonly seconds: number;
  readonly accuracy: number;
}

/** A training: what was tested of it, and how long all of it took. */
interface Road {
  readonly side: string;
  readonly tested: readonly Tested[];
  readonly whole: number;
}

const torch = await findPyTorch({ ...readOptions([]), threads: Number(threads) }).catch((error: unknown) => {
  console.error(`milscope alone: ${(error as Error).message}`);
  return undefined;
});
const rounds: (readonly Road[])[] = [];
for (let seed = 1; seed <= Number(options.seeds); seed++) {
  const run = join(folder, `seed-${seed}`);
  const roads = [await ours(run, seed), ...(torch ? await theirs(torch, run) : [])];
  rounds.push(roads);
  for (const road of roads) console.log(`seed ${seed}, ${road.side}: ${inWords(road)}`);
}
const sides = rounds[0]!.map(({ side }) => side);
const secondsOf = (side: string) => rounds.map((roads) => arrival(roads.find((road) => road.side === side)!).seconds);
const rows = sides.map((side) => {
  const ratios = rounds.map((_, i) => secondsOf(sides[0]!)[i]! / secondsOf(side)[i]!);
  return {
    side,
    seconds: median(secondsOf(side)),
    ratio: median(ratios),
    low: Math.min(...ratios),
    high: Math.max(...ratios),
  };
});
for (const { side, seconds, ratio, low, high } of rows)
  console.log(
    `${side}: ${seconds.toFixed(1)} s; milscope takes ${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}) of it`,
  );
if (options.json)
  writeFileSync(
    options.json,
    `${JSON.stringify({ machine: describeMachine(torch?.version), options, rows, rounds }, undefined, 1)}\n`,
  );

/** A training of milscope as a user starts it, whose kept epochs are tested afterwards. */
async function ours(run: string, seed: number): Promise<Road> {
  rmSync(run, { recursive: true, force: true });
  const began = Date.now();
  const asked = ['--label', label, '--holdout', holdout, '--seed', String(seed), '--threads', threads, '--keep-epochs'];
  const more = options.more.split(' ').filter(Boolean);
  await milscope('train', screen, ...asked, ...more, '--out', run);
  const since = (file: string) => (statSync(join(run, file)).mtimeMs - began) / 1000;
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const best = lines.map((line) => JSON.parse(line) as { epoch: number; best: boolean }).filter((line) => line.best);
  const tested: Tested[] = [];
  for (const { epoch } of best.reverse()) {
    const model = join('epochs', `${String(epoch).padStart(4, '0')}.onnx`);
    tested.unshift({ seconds: since(model), accuracy: await accuracyOf(run, model) });
    if (tested[0]!.accuracy < enough) break;
  }
  return { side: 'milscope', tested, whole: since('metrics.jsonl') };
}

/** The share of held-out fields that a model has right. */
async function accuracyOf(run: string, model: string): Promise<number> {
  const out = join(run, 'tested.csv');
  const asked = ['--only', holdout, '--threads', threads, '--out', out, '--overwrite', '--no-report'];
  await milscope('predict', join(run, model), screen, ...asked);
  const known = (await readRows(out)).filter((row) => row[label] !== '');
  return known.filter((row) => row[label] === row.MIL_Predicted).length / known.length;
}

/** The same training in PyTorch, with our recipe and with that of the paper. */
async function theirs(peer: PyTorch, run: string): Promise<Road[]> {
  const { crop, firstCrop = crop, batch } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')).options;
  const best = (size: number) => peer.bestMicroBatch('fields', kept, { work: 'step', size, batch, repeats: 1 });
  const micro = await best(crop);
  const asked = { run, table: screen, 'micro-batch': micro, 'first-micro-batch': await best(firstCrop) };
  const roads: Road[] = [];
  for (const recipe of ['ours', 'paper']) {
    const costs: number[] = [];
    for (const workers of LOADERS) {
      const { said } = await peer.run('training', kept, { ...asked, recipe, workers, epochs: TRIES });
      costs.push((said.epochs as readonly { seconds: number }[]).reduce((sum, { seconds }) => sum + seconds, 0));
    }
    const workers = LOADERS[costs.indexOf(Math.min(...costs))]!;
    const { said } = await peer.run('training', kept, { ...asked, workers, recipe, test: enough });
    const { tested, whole } = said as unknown as Omit<Road, 'side'>;
    roads.push({ side: `PyTorch, recipe: ${recipe}`, tested, whole });
  }
  return roads;
}

/** Seconds until the accuracy is there for good, or of the whole training. */
function arrival({ tested, whole }: Road): { readonly seconds: number; readonly arrived: boolean } {
  const first = tested[tested.findLastIndex(({ accuracy }) => accuracy < enough) + 1];
  return first === undefined ? { seconds: whole, arrived: false } : { seconds: first.seconds, arrived: true };
}

function inWords(road: Road): string {
  const { seconds, arrived } = arrival(road);
  const last = road.tested.at(-1)?.accuracy ?? Number.NaN;
  const when = arrived ? `there after ${seconds.toFixed(1)} s` : 'never there';
  return `${when}; ${last.toFixed(3)} at the end, after ${road.whole.toFixed(1)} s`;
}

function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}

async function milscope(...words: readonly string[]): Promise<void> {
  await runProcess(process.execPath, [builtCommand(), ...words]);
}
