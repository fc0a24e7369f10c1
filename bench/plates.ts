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
import { encodeTiff } from '../src/image/node/encode.ts';
import { openScreen } from '../src/index.ts';
import { nodeAccess, readField } from '../src/library/screen.ts';
import type { Image } from '../src/pixels/pixels.ts';
import { createRandom } from '../src/random.ts';
import { eachOf, milscopeFor, type Row, readRows } from './milscope.ts';

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
const { wells, sites, size, threads } = options;
const [plates, tested, shift, few] = [options.plates, options.tested, options.shift, options.few].map(Number) as [
  number,
  number,
  number,
  number,
];
const heldOut = Array.from({ length: tested }, (_, i) => `Plate${plates - i}`);

/** Standard deviation of a channel of a simulated screen, in counts, about. */
const DEVIATION = 500;

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
for (const { setting, seed } of missing) await screenOf(setting, seed);
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
  const table = await screenOf(setting, seed);
  const [normalization, measured = 'mean'] = way.split(':') as [string, string?];
  const run = join(own, `${setting}-${way.replace(':', '-')}`);
  await milscopeFor(
    join(run, 'metrics.json'),
    ...['train', table, '--label', 'Phenotype', '--out', run, '--seed', String(seed), '--epochs', options.epochs],
    ...heldOut.flatMap((plate) => ['--holdout', `Plate=${plate}`]),
    ...['--validation', '0', '--normalization', normalization, '--threads', threads],
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

/** The table of a screen, which is simulated and changed as a setting says. */
async function screenOf(setting: string, seed: number): Promise<string> {
  const own = join(options.folder, `seed-${seed}`);
  const isDead = setting === 'dead';
  const [plain, shifted] = isDead ? ['half-empty', 'half-empty-shifted'] : ['plain', 'shifted'];
  const simulated = join(own, plain, 'fields.csv');
  await milscopeFor(
    simulated,
    ...['simulate', dirname(simulated), '--plates', String(plates), '--sites', sites, '--size', size],
    ...['--seed', String(seed), '--wells', String(isDead ? 2 * Number(wells) : wells)],
    ...(isDead ? ['--empty', '0.5'] : []),
  );
  // All wells without an effect have the solvent.
  const controlled = join(own, plain, 'plain.csv');
  if (!existsSync(controlled)) await nameControls(simulated, controlled);
  if (setting === 'plain') return controlled;
  const changed = join(own, shifted, 'fields.csv');
  if (!existsSync(changed)) await shiftPlates(controlled, changed, seed);
  if (setting === 'shifted') return changed;
  const table = join(own, shifted, `${setting}.csv`);
  if (!existsSync(table)) await (isDead ? killWells : keepClasses)(changed, table);
  return table;
}

/** Leaves wells without cells on tested plates alone, and takes their labels. */
async function killWells(from: string, to: string): Promise<void> {
  const rows = (await readRows(from)).flatMap((row) => {
    if (row.Metadata_Phenotype !== 'empty') return [row];
    return heldOut.includes(row.Metadata_Plate!) ? [{ ...row, Metadata_Phenotype: '' }] : [];
  });
  await writeFile(to, stringify(rows, { header: true }));
}

/** Names the solvent as what was given to all normal wells. */
async function nameControls(from: string, to: string): Promise<void> {
  const rows = await readRows(from);
  const named = rows.map((row) => ({
    ...row,
    ...(row.Metadata_Phenotype === 'normal' && { Metadata_Compound: 'DMSO' }),
  }));
  await writeFile(to, stringify(named, { header: true }));
}

/** Writes a screen again, each channel of each plate with a gain and a shift of its own. */
async function shiftPlates(from: string, to: string, seed: number): Promise<void> {
  const screen = await openScreen(from);
  const rows = await readRows(from);
  const random = createRandom(seed, 'plates');
  await mkdir(join(dirname(to), 'images'), { recursive: true });
  const shifts = new Map<string, { gain: number; shift: number }[]>();
  for (const [i, field] of screen.fields.entries()) {
    const image = await readField(screen, field, nodeAccess);
    const row = rows[i]!;
    const plate = row.Metadata_Plate!;
    const own =
      shifts.get(plate) ??
      screen.channels.map(() => ({ gain: Math.exp(shift * random.normal()), shift: shift * random.normal() }));
    shifts.set(plate, own);
    for (const [c, channel] of screen.channels.entries()) {
      const file = join(dirname(to), row[`FileName_${channel}`]!);
      await writeFile(file, await encodeTiff(expose(image, c, own[c]!), file));
    }
  }
  const written = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !/^Objects/.test(name))));
  await writeFile(to, stringify(written, { header: true }));
}

function expose(
  { data, height, width }: Image,
  channel: number,
  { gain, shift }: { gain: number; shift: number },
): Image {
  const size = height * width;
  const plane = data.subarray(channel * size, (channel + 1) * size);
  const counts = Uint16Array.from(plane, (value) =>
    Math.min(65535, Math.max(0, Math.round(400 + gain * value + shift * DEVIATION))),
  );
  return { data: counts, channels: 1, height, width };
}

/** Keeps of each plate the solvent and some classes, in turn, so that every class is on some training plate. */
async function keepClasses(from: string, to: string): Promise<void> {
  const rows = await readRows(from);
  const classes = [
    ...new Set(rows.filter((row) => row.Metadata_Compound !== 'DMSO').map((row) => row.Metadata_Phenotype!)),
  ].sort();
  const kept = (row: Row) => {
    const plate = Number(/\d+$/.exec(row.Metadata_Plate!)![0]) - 1;
    const place = classes.indexOf(row.Metadata_Phenotype!);
    // Tested plates come in turn from the first class on, too.
    const first = ((plate < plates - tested ? plate : plate - (plates - tested)) * few) % classes.length;
    return place < 0 || (place - first + classes.length) % classes.length < few;
  };
  await writeFile(to, stringify(rows.filter(kept), { header: true }));
}
