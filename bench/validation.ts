/**
 * What validation should choose the epoch, if new plates are to be predicted: none, some wells of plates that train, a whole plate
 * that does not, or several such plates in turn before a training on all? Networks are trained on simulated screens whose plates
 * are stained and exposed otherwise, and tested on plates that no training has seen.
 *
 * Run: npm run bench:validation [-- --ways last,wells,plate,crossed --settings shifted --plates 8 --tested 2 --wells 24 --sites 1
 * --size 192 --shift 0.5 --few 2 --epochs 60 --seed 1 --seeds 2 --threads 2 --at-once 1 --folder bench-run/validation
 * --results docs/results/validation.csv]. With `last`, all plates train, and the last epoch is kept. With `wells`, two wells of
 * each class validate; with `plate`, one plate. With `crossed`, three trainings with a plate each choose an epoch, and a training
 * on all plates has as many epochs as the mean of these. What is known of a way, a setting and a seed in the table of results is
 * used again, and what is found out is added to it.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { milscopeFor } from './milscope.ts';
import { measureCases, type PlateCase, readPlateOptions } from './plate-cases.ts';
import { heldOutPlates, screenOf } from './plate-screens.ts';

const options = readPlateOptions({
  name: 'validation',
  ways: 'last,wells,plate,crossed',
  settings: 'shifted',
  plates: '8',
});
const { screens } = options;

/** Shares of the wells that validate. A plate may when twice the share of all fields is as many as it has. */
const share = 1 / (screens.plates - screens.tested);
const SHARES: Readonly<Record<string, number>> = { last: 0, wells: 0.49 * share, plate: 0.51 * share };

/** Trainings that choose the epoch of `crossed`. */
const CROSSED = 3;

/** What a training comes to. */
interface Trained {
  /** The epoch whose weights were kept. */
  readonly epoch: number;
  readonly correct: number;
  readonly fields: number;
}

await measureCases(options, {
  measure: async (of) => {
    const { way, seed } = of;
    const found = way === 'crossed' ? await trainCrossed(of) : await train(of, { way, seed, epochs: options.epochs });
    return { Epoch: found.epoch, CorrectFields: found.correct, Fields: found.fields };
  },
  words: (found) => found.map((row) => `${row.CorrectFields}/${row.Fields} in epoch ${row.Epoch}`).join(', '),
});

/** Trains on all plates for as many epochs as trainings with a plate to validate choose on average. */
async function trainCrossed(of: PlateCase): Promise<Trained> {
  const chosen: number[] = [];
  for (let i = 0; i < CROSSED; i++) {
    // Another seed draws another plate, and other weights to begin with.
    const { epoch } = await train(of, { way: 'plate', seed: of.seed + 10 * i, epochs: options.epochs });
    chosen.push(epoch);
  }
  const epochs = Math.round(chosen.reduce((sum, epoch) => sum + epoch, 0) / CROSSED);
  return train(of, { way: 'last', seed: of.seed, epochs: String(epochs) });
}

async function train(
  { setting, seed: ofScreen }: PlateCase,
  { way, seed, epochs }: { way: string; seed: number; epochs: string },
): Promise<Trained> {
  const table = await screenOf(setting, ofScreen, screens);
  const run = join(options.folder, `seed-${ofScreen}`, `${setting}-${way}-${seed}-${epochs}`);
  await milscopeFor(
    join(run, 'metrics.json'),
    ...['train', table, '--label', 'Phenotype', '--out', run, '--seed', String(seed), '--epochs', epochs],
    ...heldOutPlates(screens).flatMap((plate) => ['--holdout', `Plate=${plate}`]),
    ...['--validation', SHARES[way]!.toFixed(3), '--threads', options.threads],
    ...(existsSync(join(run, 'run.json')) ? ['--resume'] : []),
  );
  const lines = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  const kept = lines.map((line) => JSON.parse(line) as { epoch: number; best: boolean }).findLast(({ best }) => best)!;
  const { images } = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8'));
  return { epoch: kept.epoch, correct: images.correct, fields: images.n };
}
