/** The works of whole commands: `milscope train` and `milscope predict` as a user starts them, on files. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { builtCommand } from './build.ts';
import type { BenchOptions } from './options.ts';
import { type Arguments, type PyTorch, typed, type Variant } from './pytorch.ts';
import { runProcess } from './run-process.ts';
import { type FileScreen, makeFileScreen } from './screen.ts';
import { type Figures, figuresOf, type Work } from './work.ts';

/** What either side says of an epoch. */
interface Epoch {
  readonly seconds: number;
  readonly validationAccuracy: number | null;
}

/** Accuracy that `time-to-accuracy` waits for. */
const ENOUGH = 0.95;
/** Share of the wells that validates there. */
const VALIDATION = 0.25;
const PLATES = 4;
/** Numbers of loader workers that the peer may choose from. */
const LOADERS = [0, 1, 2];

/** Works on files: those that are asked for build the package first. */
export function commandWorks(options: BenchOptions): readonly Work[] {
  return [training(options), predictTiff(options), timeToAccuracy(options)];
}

function training(options: BenchOptions): Work {
  const { size, batch, trained, epochs } = options;
  const run = join(options.folder, 'training');
  let screen: FileScreen;
  const asked = { label: 'Phenotype', validation: 0, epochs, batch, crop: size, 'first-crop': size, out: run };
  const later = (of: readonly Epoch[]) => of.at(-1)!.seconds / trained;
  const perField = (of: readonly Epoch[]) => sum(of.map(({ seconds }) => seconds)) / (epochs * trained);
  const peer = trainingPeer();
  return {
    work: 'training',
    unit: 's/field',
    variants: kept(options),
    prepare: async () => {
      screen = await makeFileScreen(options);
    },
    ours: async () => {
      const { peakBytes } = await train(screen.training, asked, options);
      return { ...recordOf(run), peakBytes, value: perField(epochsOf(run)), later: later(epochsOf(run)) };
    },
    theirs: async (_, variant, torch) => {
      const { epochs: done, ...figures } = await peer({ run, table: screen.training, tries: 1 }, variant, torch);
      return { ...figures, value: perField(done), later: later(done) };
    },
  };
}

function predictTiff(options: BenchOptions): Work {
  const { fields, size, batch, threads } = options;
  const out = join(options.folder, 'predictions.csv');
  let screen: FileScreen;
  return {
    work: 'predict-tiff',
    unit: 's/field',
    variants: kept(options),
    prepare: async () => {
      screen = await makeFileScreen(options);
    },
    ours: async () => {
      const words = ['predict', screen.model, screen.table, ...typed({ out, threads }), '--overwrite'];
      const { seconds, peakBytes } = await milscope(words);
      return { value: seconds / fields, peakBytes };
    },
    theirs: async (_, variant, torch) => {
      const micro = await torch.bestMicroBatch('fields', variant, { work: 'forward', size, batch, repeats: 1 });
      const ended = await torch.run('predict', variant, { table: screen.table, out, 'micro-batch': micro });
      return { ...figuresOf(ended), value: ended.seconds / fields };
    },
  };
}

function timeToAccuracy(options: BenchOptions): Work {
  const { pairs, size, wells, epochs } = options.accuracy;
  const run = join(options.folder, 'accuracy');
  const tableOf = (pair: number) => join(options.folder, `screen-${size}-${wells}-${pair + 1}`, 'fields.csv');
  const peer = trainingPeer();
  return {
    work: 'time-to-accuracy',
    unit: 's',
    pairs,
    variants: kept(options),
    ours: async (pair) => {
      const [table, seed] = [tableOf(pair), pair + 1];
      if (!existsSync(table)) {
        const made = { classes: 3, plates: PLATES, wells, sites: 2, size, responders: 1, seed };
        await milscope(['simulate', join(table, '..'), ...typed(made)]);
      }
      const asked = { label: 'Phenotype', validation: VALIDATION, epochs, seed, out: run };
      const { peakBytes } = await train(table, asked, options);
      return { ...recordOf(run), peakBytes, ...arrival(epochsOf(run)) };
    },
    theirs: async (pair, variant, torch) => {
      const { epochs: done, ...figures } = await peer({ run, table: tableOf(pair), tries: 3 }, variant, torch);
      return { ...figures, ...arrival(done) };
    },
  };
}

/** Seconds until the accuracy is there for good, or of the whole training. */
function arrival(epochs: readonly Epoch[]): Pick<Figures, 'value' | 'arrived'> {
  const late = epochs.findLastIndex(({ validationAccuracy }) => (validationAccuracy ?? 0) < ENOUGH);
  const until = epochs.slice(0, late + 2);
  return { value: sum(until.map(({ seconds }) => seconds)), arrived: late + 1 < epochs.length };
}

/** Trains the peer as a run of ours was trained, with its best micro-batch and number of loader workers. */
function trainingPeer() {
  const loaders = new Map<string, number>();
  return async (
    { run, table, tries }: { run: string; table: string; tries: number },
    variant: Variant,
    torch: PyTorch,
  ): Promise<Omit<Figures, 'value'> & { readonly epochs: readonly Epoch[] }> => {
    const { crop, batch } = recordOf(run);
    const asked = { work: 'step', size: crop, batch, repeats: 1 };
    const micro = await torch.bestMicroBatch('fields', variant, asked);
    const start = (workers: number, more: Arguments = {}) =>
      torch.run('training', variant, { run, table, workers, 'micro-batch': micro, ...more });
    const key = JSON.stringify([variant, crop]);
    if (!loaders.has(key)) {
      const costs: number[] = [];
      for (const workers of LOADERS) {
        const { said } = await start(workers, { epochs: tries });
        costs.push(sum((said.epochs as readonly Epoch[]).map(({ seconds }) => seconds)));
      }
      loaders.set(key, LOADERS[costs.indexOf(Math.min(...costs))]!);
    }
    const ended = await start(loaders.get(key)!);
    return { ...figuresOf(ended), epochs: ended.said.epochs as readonly Epoch[] };
  };
}

const kept = ({ precisions }: BenchOptions) => precisions.map((precision): Variant => ({ precision, memory: 'kept' }));

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function train(table: string, args: Arguments, { threads, microBatch, plan }: BenchOptions) {
  const own = { threads, plan, ...(microBatch && { 'micro-batch': microBatch }) };
  rmSync(String(args.out), { recursive: true, force: true });
  return milscope(['train', table, ...typed({ ...args, ...own })]);
}

/** Runs a command of the built package. */
function milscope(words: readonly string[]) {
  return runProcess(process.execPath, [builtCommand(), ...words]);
}

function epochsOf(run: string): readonly Epoch[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line): Epoch => JSON.parse(line));
}

/** What was decided for a training of ours. */
function recordOf(run: string) {
  const { crop, batch, microBatch, plan } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')).options;
  return { crop, batch, microBatch, plan } as { crop: number; batch: number; microBatch: number; plan: string };
}
