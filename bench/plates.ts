/**
 * What is gained by making plates alike: simulated screens with a solvent (DMSO) on every plate, whose plates are stained and
 * exposed otherwise, with all classes on every plate or with some. Networks are trained on some plates with each normalization
 * of `train`, and tested on plates that no training has seen.
 *
 * Run: npm run bench:plates [-- --ways screen,plate,plate:median,controls,controls:median,field --settings plain,shifted,few,dead
 * --plates 6 --tested 2 --wells 24 --sites 1 --size 192 --shift 0.5 --few 2 --epochs 60 --seed 1 --seeds 2 --threads 2 --at-once 1
 * --folder bench-run/plates --results docs/results/plates.csv]. A way is a normalization, and what describes a plate unless it is
 * mean and deviation. `plain` screens are as they were simulated; in `shifted` ones each channel of a plate has a gain with a logarithm
 * of the standard deviation `shift`, and as many counts more or less as `shift` standard deviations of it; in `few` ones a plate
 * has the solvent and `few` classes besides; in `dead` ones half of the wells of tested plates have no cells, and no label. What
 * is known of a way, a setting and a seed in the table of results is used again, and what is found out is added to it.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { eachOf, milscopeFor, type Row, readRows } from './milscope.ts';
import { heldOutPlates, type PlateScreens, screenOf } from './plate-screens.ts';

const { values: options } = parseArgs({
  options: {
    ways: { type: 'string', default: 'screen,plate,plate:median,controls,controls:median,field' },
    settings: { type: 'string', default: 'plain,shifted,few,dead' },
    plates: { type: 'string', default: '6' },
    tested: { type: 'string', default: '2' },
    wells: { type: 'string', default: '24' },
    sites: { type: 'string', default: '1' },
    size: { type: 'string', default: '192' },
    shift: { type: 'string', default: '0.5' },
    few: { type: 'string', default: '2' },
    epochs: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '2' },
    threads: { type: 'string', default: '2' },
    'at-once': { type: 'string', default: '1' },
    folder: { type: 'string', default: 'bench-run/plates' },
    results: { type: 'string', default: 'bench-run/plates/results.csv' },
  },
});
const screens: PlateScreens = {
  ...options,
  plates: Number(options.plates),
  tested: Number(options.tested),
  shift: Number(options.shift),
  few: Number(options.few),
};

/** A way on a screen. */
interface Case {
  readonly way: string;
  readonly setting: string;
  readonly seed: number;
}

await mkdir(dirname(options.results), { recursive: true });
/** What is known: a row of text for each case. */
const known = existsSync(options.results) ? [...(await readRows(options.results))] : [];
const settings = options.settings.split(',');
const ways = options.ways.split(',');
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => Number(options.seed) + i);
const cases = settings.flatMap((setting) => ways.flatMap((way) => seeds.map((seed) => ({ way, setting, seed }))));
const missing = cases.filter((of) => knownOf(of) === undefined);
// One after the other: several ways on a screen would make it at once.
for (const { setting, seed } of missing) await screenOf(setting, seed, screens);
await eachOf(missing, Number(options['at-once']), measure);
for (const setting of settings) {
  for (const way of ways) {
    const found = seeds.map((seed) => knownOf({ way, setting, seed })!);
    const right = found.map(({ CorrectFields, Fields }) => Number(CorrectFields) / Number(Fields));
    const mean = right.reduce((sum, value) => sum + value, 0) / right.length;
    const each = found.map(({ CorrectFields, Fields }) => `${CorrectFields}/${Fields}`).join(', ');
    process.stdout.write(`${setting.padEnd(8)} ${way.padEnd(16)} ${mean.toFixed(3)} (${each})\n`);
  }
}

function knownOf({ way, setting, seed }: Case): Row | undefined {
  return known.find((row) => row.Setting === setting && row.Way === way && row.Seed === String(seed));
}

/** Trains and tests, and writes down what came of it. */
async function measure({ way, setting, seed }: Case): Promise<void> {
  const own = join(options.folder, `seed-${seed}`);
  const table = await screenOf(setting, seed, screens);
  const [normalization, measured = 'mean'] = way.split(':') as [string, string?];
  const run = join(own, `${setting}-${way.replace(':', '-')}`);
  await milscopeFor(
    join(run, 'metrics.json'),
    ...['train', table, '--label', 'Phenotype', '--out', run, '--seed', String(seed), '--epochs', options.epochs],
    ...heldOutPlates(screens).flatMap((plate) => ['--holdout', `Plate=${plate}`]),
    ...['--validation', '0', '--normalization', normalization, '--threads', options.threads],
    ...(measured === 'mean' ? [] : ['--plate-measure', measured]),
    ...(normalization === 'controls' ? ['--control-column', 'Compound', '--negative', 'DMSO'] : []),
    ...(existsSync(join(run, 'run.json')) ? ['--resume'] : []),
  );
  const { images } = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8'));
  const found = { CorrectFields: images.correct, Fields: images.n, MeanClassAccuracy: images.meanClassAccuracy };
  const row = { Setting: setting, Way: way, Seed: seed, ...found };
  known.push(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])));
  await writeFile(options.results, stringify(known, { header: true }));
}
