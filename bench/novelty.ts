/**
 * How well fields of a class that a model has never seen are told from those of classes it knows. Each class in turn is left out of
 * a training on one replicate, and all fields of the other replicate are predicted. Figures are areas under the ROC curve: how often
 * a field of the unknown class stands higher than one of the known. `novelty` is the column MIL_Novelty; the others are what might
 * be used in its place: the largest probability and the entropy of the probabilities, and distances of the profiles of the network
 * (the means of its last 1000 feature maps) from those of the training fields: of Mahalanobis from the nearest class, and of the
 * fifth nearest neighbour by the cosine.
 *
 * Run: npm run bench:novelty -- --screen fields.csv [--class Metadata_MOA --replicate Metadata_Replicate --trained 1,2
 * --epochs 60 --crop 160 --threads 2 --only name,name --folder bench-run/novelty --results bench-run/novelty/results.csv]. What is
 * in the folder already is used again, so other options want another folder.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { distanceFrom, fitClasses } from '../src/prediction/novelty/class-distance.ts';
import { milscopeFor, type Row, readRows } from './milscope.ts';

const { values: options } = parseArgs({
  options: {
    screen: { type: 'string' },
    class: { type: 'string', default: 'Metadata_MOA' },
    replicate: { type: 'string', default: 'Metadata_Replicate' },
    trained: { type: 'string', default: '1,2' },
    only: { type: 'string' },
    epochs: { type: 'string', default: '60' },
    crop: { type: 'string', default: '160' },
    threads: { type: 'string', default: '2' },
    folder: { type: 'string', default: 'bench-run/novelty' },
    results: { type: 'string', default: 'bench-run/novelty/results.csv' },
  },
});
if (options.screen === undefined) throw new Error('name the table of a screen: --screen fields.csv');
const screen = resolve(options.screen);

/** What a field of the other replicate is given; a larger number is meant to say that its class is unknown. */
type Score = 'novelty' | 'least probability' | 'entropy' | 'profile, Mahalanobis' | 'profile, 5th neighbour';

const fields = (await readRows(screen)).map(absolute);
const classes = [...new Set(fields.map((row) => row[options.class]!))].sort();
const results: Record<string, string | number>[] = [];
for (const replicate of options.trained.split(',')) {
  for (const unknown of options.only?.split(',') ?? classes) results.push(await measure({ replicate, unknown }));
}
printMeans();
await mkdir(dirname(options.results), { recursive: true });
await writeFile(options.results, stringify(results, { header: true }));

/** Leaves a class out of a training on a replicate, and says how well each score tells it from the others. */
async function measure({ replicate, unknown }: { replicate: string; unknown: string }) {
  const folder = join(options.folder, `${replicate}-without-${unknown.replaceAll(/\W+/g, '-')}`);
  await mkdir(folder, { recursive: true });
  const of = (row: Row) => row[options.replicate] === replicate;
  const trained = join(folder, 'trained.csv');
  const tested = join(folder, 'tested.csv');
  await writeTable(trained, (row) => of(row) && row[options.class] !== unknown);
  await writeTable(tested, (row) => !of(row));
  const run = join(folder, 'run');
  await milscopeFor(
    join(run, 'metrics.json'),
    ...['train', trained, '--label', options.class, '--epochs', options.epochs, '--crop', options.crop],
    ...['--threads', options.threads, '--out', run, ...(existsSync(join(run, 'run.json')) ? ['--resume'] : [])],
  );
  const [own, other] = await Promise.all([predict(run, trained), predict(run, tested)]);
  const isUnknown = other.rows.map((row) => row[options.class] === unknown);
  const scores = await scoresOf(run, { own, other });
  const areas = Object.fromEntries(
    Object.entries(scores).map(([name, values]) => [name, areaUnder(values, isUnknown)]),
  );
  const known = other.rows.filter((_, i) => !isUnknown[i]);
  const right = known.filter((row) => row.MIL_Predicted === row[options.class]).length / known.length;
  const flagged = (wanted: boolean) =>
    other.rows.filter((row, i) => isUnknown[i] === wanted && Number(row.MIL_Novelty) > 99).length /
    isUnknown.filter((one) => one === wanted).length;
  const row = {
    ...{ TrainedOn: replicate, Unknown: unknown, KnownRight: rounded(right) },
    ...Object.fromEntries(Object.entries(areas).map(([name, area]) => [name, rounded(area)])),
    ...{ KnownFlagged: rounded(flagged(false)), UnknownFlagged: rounded(flagged(true)) },
  };
  console.log(
    Object.entries(row)
      .map(([name, value]) => `${name} ${value}`)
      .join('; '),
  );
  return row;
}

interface Predicted {
  readonly rows: readonly Row[];
  /** Means of feature maps. */
  readonly profiles: readonly Float32Array[];
}

async function predict(run: string, table: string): Promise<Predicted> {
  const [out, profile] = ['predicted', 'profiles'].map((what) => table.replace('.csv', `-${what}.csv`)) as [
    string,
    string,
  ];
  await milscopeFor(out, 'predict', run, table, '--out', out, '--profile', profile, '--threads', options.threads);
  const profiles = (await readRows(profile)).map((row) => numbersOf(row, 'MIL_Feature_'));
  return { rows: await readRows(out), profiles };
}

async function scoresOf(
  run: string,
  { own, other }: { own: Predicted; other: Predicted },
): Promise<Readonly<Record<Score, readonly number[]>>> {
  const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8')) as {
    fields: { split: string; label: string }[];
  };
  // The fields of the run are those of its table, in the same order.
  const trained = own.profiles.flatMap((features, i) => {
    const { split, label } = record.fields[i]!;
    return split === 'train' ? [{ features, label }] : [];
  });
  const gaussians = fitClasses(trained);
  const unit = trained.map(({ features }) => ofLengthOne(features));
  const probabilities = other.rows.map((row) => numbersOf(row, 'MIL_Probability_'));
  return {
    novelty: other.rows.map((row) => Number(row.MIL_Novelty)),
    'least probability': probabilities.map((of) => -Math.max(...of)),
    entropy: probabilities.map((of) => of.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0)),
    'profile, Mahalanobis': other.profiles.map((features) => distanceFrom(gaussians, features)),
    'profile, 5th neighbour': other.profiles.map((features) => {
      const direction = ofLengthOne(features);
      return -unit.map((one) => dot(one, direction)).sort((a, b) => b - a)[4]!;
    }),
  };
}

/** How often a number of one kind is larger than one of the other; equal ones count half (Mann and Whitney 1947). */
function areaUnder(values: readonly number[], isPositive: readonly boolean[]): number {
  const [positive, negative] = [true, false].map((kind) => values.filter((_, i) => isPositive[i] === kind)) as [
    number[],
    number[],
  ];
  const wins = positive.reduce((sum, a) => sum + negative.reduce((n, b) => n + (a > b ? 1 : a === b ? 0.5 : 0), 0), 0);
  return wins / (positive.length * negative.length);
}

function printMeans(): void {
  const figures = Object.keys(results[0]!).filter((name) => name !== 'TrainedOn' && name !== 'Unknown');
  for (const name of figures) {
    const values = results.map((row) => Number(row[name]));
    console.log(`mean ${name}: ${rounded(values.reduce((sum, value) => sum + value, 0) / values.length)}`);
  }
}

/** A row whose files can be found from anywhere. */
function absolute(row: Row): Row {
  const found = Object.entries(row).map(([name, text]) => [
    name,
    /^(Image_)?FileName_/.test(name) ? resolve(dirname(screen), text) : text,
  ]);
  return Object.fromEntries(found);
}

async function writeTable(path: string, keep: (row: Row) => boolean): Promise<void> {
  await writeFile(path, stringify(fields.filter(keep), { header: true }));
}

function numbersOf(row: Row, prefix: string): Float32Array {
  return Float32Array.from(
    Object.entries(row).flatMap(([name, text]) => (name.startsWith(prefix) ? [Number(text)] : [])),
  );
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function ofLengthOne(values: Float32Array): Float32Array {
  const length = Math.sqrt(dot(values, values));
  return values.map((value) => value / length);
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
