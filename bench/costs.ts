/**
 * What users wait for beside training: the time until a command says something, and the cost of all other commands, in seconds a
 * field or a row and in cores that are kept busy. Two builds of the package can be compared: they take turns, and the ratio is the
 * median over the pairs.
 *
 * Run: npm run build && npm run bench:costs [-- --packages dist,../before/dist --only help,inspect,detect --pairs 3 --threads 2
 * --size 512 --rows 1000000 --screen fields.csv --label MOA --folder bench-run/costs --json costs.json]. `--packages` are built
 * packages, the first of which is measured against the second. `--screen` is measured in place of a simulated screen, by `--label`.
 * `--rows` are those of the large tables. Works: help, predict-help, doctor, first-line, simulate, table, inspect, illumination,
 * convert, detect, profile, baselines, train, predict, report, segment, million-table, million-evaluate, million-hits.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { readRows } from './milscope.ts';

const { values: options } = parseArgs({
  options: {
    packages: { type: 'string', default: 'dist' },
    only: { type: 'string' },
    pairs: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    size: { type: 'string', default: '512' },
    rows: { type: 'string', default: '1000000' },
    screen: { type: 'string' },
    label: { type: 'string', default: 'Phenotype' },
    folder: { type: 'string', default: 'bench-run/costs' },
    json: { type: 'string' },
  },
});

const packages = options.packages.split(',').map((path) => resolve(path));
const folder = resolve(options.folder);
const rows = Number(options.rows);

/** A command whose cost is measured. */
interface Work {
  readonly name: string;
  /** What is counted, and how many of it there are; a whole command unless given. */
  readonly unit?: string;
  readonly count?: number;
  /** What has to be there before, made by the first package. */
  readonly before?: () => Promise<void>;
  readonly argv: (out: string) => readonly string[];
}

/** What a command cost. */
interface Cost {
  /** From its start to its end, and to its first line (seconds). */
  readonly seconds: number;
  readonly firstLine: number;
  /** User and system time (seconds), which other programs on the machine change less; and this over time. */
  readonly cpu: number;
  readonly cores: number;
  readonly peakBytes: number;
}

/** Writes what a process has used when it ends, to a fourth stream. */
const HOOK = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from 'node:fs';
   import { isMainThread } from 'node:worker_threads';
   if (isMainThread) process.on('exit', () => {
     const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
     writeSync(3, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, peakBytes: 1024 * maxRSS }));
   });`,
)}`;

/** Runs a command of a package. */
async function run(from: string, argv: readonly string[]): Promise<Cost> {
  const began = performance.now();
  let firstLine: number | undefined;
  let [used, said] = ['', ''];
  const child = spawn(process.execPath, ['--import', HOOK, join(from, 'cli/milscope.js'), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const heard = (text: Buffer) => {
    firstLine ??= performance.now();
    said = `${said}${text}`.slice(-4000);
  };
  child.stdout!.on('data', heard);
  child.stderr!.on('data', heard);
  child.stdio[3]!.on('data', (text: Buffer) => {
    used += text;
  });
  const code = await new Promise((end) => child.once('close', end));
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`milscope ${argv.join(' ')} ended with exit code ${code}:\n${said}`);
  const { cpu, peakBytes } = JSON.parse(used) as { cpu: number; peakBytes: number };
  return {
    seconds,
    firstLine: ((firstLine ?? performance.now()) - began) / 1000,
    cpu,
    cores: cpu / seconds,
    peakBytes,
  };
}

/** Makes something with the first package, unless it is there. */
async function make(result: string, argv: readonly string[]): Promise<void> {
  if (!existsSync(result)) await run(packages[0]!, argv);
}

const threads = ['--threads', options.threads];
const screen = options.screen ?? join(folder, 'screen/fields.csv');
const model = join(folder, 'run/model.onnx');
const label = ['--label', options.label];

await mkdir(folder, { recursive: true });
if (options.screen === undefined)
  await make(screen, ['simulate', join(folder, 'screen'), '--size', options.size, '--wells', '24', ...threads]);
const fields = (await readRows(screen)).length;

const trained = () =>
  make(model, [
    'train',
    screen,
    ...label,
    '--epochs',
    '1',
    '--validation',
    '0',
    '--out',
    join(folder, 'run'),
    ...threads,
  ]);
const [fewFields, manyFields, manyPredictions] = ['one.csv', 'million.csv', 'million-predictions.csv'].map((name) =>
  join(folder, name),
) as [string, string, string];

const ofFields = { unit: 'field', count: fields };
const ofRows = { unit: 'row', count: rows };
const works: readonly Work[] = [
  { name: 'help', argv: () => ['--help'] },
  { name: 'predict-help', argv: () => ['predict', '--help'] },
  { name: 'doctor', argv: () => ['doctor'] },
  {
    name: 'first-line',
    before: async () => {
      await trained();
      if (existsSync(fewFields)) return;
      // The table of the screen with absolute paths, and of that the first row.
      await make(fewFields, ['table', screen, '--out', fewFields]);
      const [header, first] = (await readFile(fewFields, 'utf8')).split('\n');
      await writeFile(fewFields, `${header}\n${first}\n`);
    },
    argv: (out) => ['predict', model, fewFields, '--no-report', '--out', `${out}.csv`],
  },
  {
    name: 'simulate',
    unit: 'field',
    count: 144,
    argv: (out) => ['simulate', out, '--size', options.size, '--wells', '24', ...threads],
  },
  { name: 'table', ...ofFields, argv: (out) => ['table', screen, '--out', `${out}.csv`] },
  { name: 'inspect', ...ofFields, argv: (out) => ['inspect', screen, ...label, '--out', `${out}.html`, ...threads] },
  { name: 'illumination', ...ofFields, argv: (out) => ['illumination', screen, '--out', out, ...threads] },
  { name: 'convert', ...ofFields, argv: (out) => ['convert', screen, '--out', out, ...threads] },
  { name: 'detect', ...ofFields, argv: (out) => ['detect', screen, '--out', `${out}.csv`, ...threads] },
  { name: 'profile', ...ofFields, argv: (out) => ['profile', screen, '--out', `${out}.csv`, ...threads] },
  {
    name: 'baselines',
    ...ofFields,
    argv: (out) => [
      ...['compare', screen, ...label, '--out', out, '--protocols', 'k-fold', '--folds', '3', '--poolings', 'none'],
      ...['--baselines', 'field-features,factor-analysis,svm-ensemble'],
      ...['--no-report', ...threads],
    ],
  },
  { name: 'predict', ...ofFields, before: trained, argv: (out) => predictTo(out, '--no-report') },
  { name: 'report', ...ofFields, before: trained, argv: (out) => predictTo(out) },
  {
    name: 'segment',
    ...ofFields,
    before: trained,
    argv: (out) => ['segment', model, screen, '--out', out, '--no-report', ...threads],
  },
  { name: 'million-table', ...ofRows, before: manyRows, argv: (out) => ['table', manyFields, '--out', `${out}.csv`] },
  {
    name: 'million-evaluate',
    ...ofRows,
    before: manyRows,
    argv: (out) => ['evaluate', manyPredictions, '--label', 'MOA', '--no-report', '--out', `${out}.json`],
  },
  {
    name: 'million-hits',
    ...ofRows,
    before: manyRows,
    argv: (out) => [
      ...['hits', manyPredictions, '--control-column', 'MOA', '--negative', 'class0', '--positive', 'class1'],
      ...['--no-report', '--out', `${out}.csv`],
    ],
  },
];

function predictTo(out: string, ...more: readonly string[]): readonly string[] {
  return ['predict', model, screen, '--out', `${out}.csv`, ...threads, ...more];
}

/** Writes the tables of very many fields, of which one has an image, and of their predictions. */
async function manyRows(): Promise<void> {
  if (existsSync(manyPredictions)) return;
  await mkdir(join(folder, 'images/plate0'), { recursive: true });
  const [first] = await readRows(screen);
  const image = Object.entries(first!).find(([name]) => name.startsWith('FileName_'))!;
  const path = first![image[0].replace('FileName_', 'PathName_')] ?? '.';
  const channels = ['DNA', 'Actin', 'Tubulin'];
  for (const name of channels)
    await copyFile(join(screen, '..', path, image[1]), join(folder, 'images/plate0', `plate0_A01_s1_${name}.tif`));
  const metadata = ['Plate', 'Well', 'Site', 'Compound', 'Concentration', 'MOA'].map((name) => `Metadata_${name}`);
  const classes = Array.from({ length: 12 }, (_, k) => `class${k}`);
  const images = channels.flatMap((name) => [`FileName_${name}`, `PathName_${name}`]);
  const scores = classes.map((name) => `MIL_Probability_${name}`);
  await writeTable(manyFields, [...images, ...metadata], (i) => {
    const { plate, well, site, about } = placeOf(i);
    const files = channels.flatMap((name) => [`plate${plate}_${well}_s${site}_${name}.tif`, `images/plate${plate}`]);
    return [...files, ...about];
  });
  await writeTable(manyPredictions, [...metadata, 'ImageNumber', 'MIL_Predicted', ...scores, 'MIL_Model'], (i) => {
    const best = (i * 7) % 9 === 0 ? i % 12 : Math.floor(i / 4) % 12;
    const shares = classes.map((_, k) => (k === best ? 0.45 : 0.05));
    return [...placeOf(i).about, i + 1, classes[best]!, ...shares, 'a'.repeat(64)];
  });
}

function placeOf(i: number) {
  const [site, place, plate] = [1 + (i % 4), Math.floor(i / 4) % 384, Math.floor(i / (4 * 384))];
  const well = `${String.fromCharCode(65 + Math.floor(place / 24))}${String(1 + (place % 24)).padStart(2, '0')}`;
  const compound = Math.floor(i / 4) % 320;
  const about = [`plate${plate}`, well, site, `compound ${compound}`, 0.5 * (1 + (compound % 8))];
  return { plate, well, site, about: [...about, `class${Math.floor(i / 4) % 12}`] };
}

async function writeTable(
  path: string,
  header: readonly string[],
  rowOf: (i: number) => readonly (string | number)[],
): Promise<void> {
  const stream = createWriteStream(path);
  stream.write(`${header.join(',')}\n`);
  for (let i = 0; i < rows; i += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, rows - i) }, (_, j) => `${rowOf(i + j).join(',')}\n`);
    if (!stream.write(lines.join(''))) await new Promise<void>((resume) => stream.once('drain', resume));
  }
  stream.end();
  await finished(stream);
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Measures a work with every package in turn. */
async function measure({ name, unit = 'command', count = 1, before, argv }: Work) {
  await before?.();
  const costs: Cost[][] = packages.map(() => []);
  for (let pair = 0; pair < Number(options.pairs); pair++) {
    for (const [p, path] of packages.entries()) {
      const out = join(folder, 'out');
      await rm(out, { recursive: true, force: true });
      await mkdir(out, { recursive: true });
      costs[p]!.push(await run(path, argv(join(out, name))));
    }
  }
  const [own, other] = costs.map((of) => ({
    seconds: median(of.map(({ seconds }) => seconds)),
    firstLine: median(of.map(({ firstLine }) => firstLine)),
    cpu: median(of.map(({ cpu }) => cpu)),
    cores: median(of.map(({ cores }) => cores)),
    peakBytes: median(of.map(({ peakBytes }) => peakBytes)),
  })) as [Cost, Cost | undefined];
  const ratioOf = (what: 'seconds' | 'cpu') => median(costs[0]!.map((of, pair) => of[what] / costs[1]![pair]![what]));
  const ratios = other && { before: other, ratio: ratioOf('seconds'), cpuRatio: ratioOf('cpu') };
  return { work: name, unit, count, ...own, perUnit: own.seconds / count, ...ratios };
}

const wanted = options.only?.split(',');
const machine = { processor: cpus()[0]?.model, cores: cpus().length, node: process.versions.node };
process.stdout.write(`${machine.processor}, ${machine.cores} cores, Node.js ${machine.node}\n\n`);
const head = ['work', 'count', 's', 'ms a unit', 'first line s', 'CPU s', 'cores', 'MB', 'before s', 'ratio', 'of CPU'];
process.stdout.write(`${head.map((text, i) => (i === 0 ? text.padEnd(18) : text.padStart(13))).join('')}\n`);
const measured: Awaited<ReturnType<typeof measure>>[] = [];
for (const work of works) {
  if (wanted && !wanted.includes(work.name)) continue;
  const found = await measure(work);
  measured.push(found);
  const { count, unit, seconds, perUnit, firstLine, cpu, cores, peakBytes, before, ratio, cpuRatio } = found;
  const figures = [
    `${count} ${unit}${count === 1 ? '' : 's'}`,
    ...[seconds.toFixed(2), (1000 * perUnit).toPrecision(3), firstLine.toFixed(2), cpu.toFixed(2), cores.toFixed(2)],
    ...[
      (peakBytes / 1e6).toFixed(0),
      before?.seconds.toFixed(2) ?? '',
      ratio?.toFixed(2) ?? '',
      cpuRatio?.toFixed(2) ?? '',
    ],
  ];
  process.stdout.write(`${work.name.padEnd(18)}${figures.map((text) => text.padStart(13)).join('')}\n`);
  if (options.json) await writeFile(options.json, `${JSON.stringify({ machine, options, measured }, undefined, 2)}\n`);
}
