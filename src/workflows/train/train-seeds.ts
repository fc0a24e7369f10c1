import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Console } from '../../cli/console.ts';
import type { Metrics } from '../../evaluation/evaluate.ts';
import { type Spread, spreadOf } from '../../evaluation/spread.ts';
import { exists } from '../../files/exists.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { readSkipped } from '../../screen/skipped.ts';
import { runFiles } from '../shared/run-folder.ts';
import { refuseExisting, resumeRun, type TrainOptions } from './begin-run.ts';
import { runTraining } from './run-training.ts';

/** What one seed came to. */
export interface SeedResult {
  readonly seed: number;
  readonly run: string;
  readonly images: { readonly n: number; readonly correct: number; readonly accuracy: number } | null;
  readonly treatments: { readonly total: number; readonly correct: number; readonly accuracy: number | null } | null;
}

/** The same training with several seeds: what `seeds.json` holds. */
export interface SeedsResult {
  readonly seeds: readonly SeedResult[];
  /** Fields that could not be read. */
  readonly skipped: number;
  /** Spread of the accuracies; null where nothing was tested. */
  readonly images: Spread | null;
  readonly treatments: Spread | null;
}

/**
 * Trains with `seeds` seeds from `options.seed` on, each into a folder `seed-<seed>` of `options.out`, and writes
 * `seeds.json` beside them. With `resume`, runs that are whole are taken as they are, and others gone on with or begun.
 */
export async function trainSeeds(
  screenPath: string,
  options: TrainOptions & { readonly seeds: number },
  console: Console,
): Promise<SeedsResult> {
  const runs = Array.from({ length: options.seeds }, (_, i) => {
    const seed = options.seed + i;
    return { ...options, seed, out: join(options.out, `seed-${seed}`) };
  });
  // Should a later folder be in the way, that is said before the first hour of training.
  for (const run of runs) await refuseExisting(run);
  const seeds: SeedResult[] = [];
  for (const [i, run] of runs.entries()) {
    console.err(`seed ${run.seed} (${i + 1} of ${runs.length})\n`);
    seeds.push(summarize(run, await metricsOf(screenPath, run, console)));
  }
  // It is the same screen in all of them, but a file may be lost on the way.
  const lost = await Promise.all(runs.map(({ out }) => readSkipped(runFiles(out).skipped, nodeFiles)));
  const result = {
    seeds,
    skipped: Math.max(...lost.map(({ length }) => length)),
    images: spreadOf(seeds.map(({ images }) => images?.accuracy)),
    treatments: spreadOf(seeds.map(({ treatments }) => treatments?.accuracy)),
  };
  await mkdir(options.out, { recursive: true });
  await writeWhole(join(options.out, 'seeds.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  return result;
}

async function metricsOf(screenPath: string, run: TrainOptions, console: Console): Promise<Metrics | undefined> {
  const files = runFiles(run.out);
  const begun = run.resume && (await exists(files.run));
  if (begun && (await exists(files.model)) && (await exists(files.metrics))) {
    await resumeRun(screenPath, run, console);
    console.err(`  ${run.out} is whole already\n`);
    return JSON.parse(await readFile(files.metrics, 'utf8'));
  }
  return (await runTraining(screenPath, { ...run, resume: begun }, console)).metrics;
}

function summarize({ seed, out }: TrainOptions, metrics: Metrics | undefined): SeedResult {
  if (!metrics) return { seed, run: out, images: null, treatments: null };
  const { n, correct, accuracy } = metrics.images;
  const { treatments } = metrics;
  return {
    seed,
    run: out,
    images: { n, correct, accuracy },
    treatments: { total: treatments.total, correct: treatments.correct, accuracy: treatments.accuracy },
  };
}

/** A line for each seed, and one for all. */
export function formatSeeds({ seeds, skipped, images, treatments }: SeedsResult): string {
  const lines = seeds.map(({ seed, run, images: of, treatments: treated }) => {
    const fields = of ? `${of.correct}/${of.n} fields ${of.accuracy.toFixed(3)}` : 'nothing was tested';
    const shares = treated?.accuracy == null ? '' : `   ${treated.correct}/${treated.total} treatments`;
    return `seed ${String(seed).padEnd(4)} ${fields}${shares}   ${run}`;
  });
  const range = ({ mean, least, most }: Spread) => `${mean.toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)})`;
  if (images) lines.push(`Fields right, mean and range of ${seeds.length} seeds: ${range(images)}`);
  if (treatments) lines.push(`Treatments right, mean and range: ${range(treatments)}`);
  if (skipped > 0) lines.push(`${skipped} fields could not be read and are left out: see skipped.csv in each folder`);
  return `${lines.join('\n')}\n`;
}
