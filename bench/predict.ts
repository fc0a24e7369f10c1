/**
 * `milscope predict` from the start of its process to its end, beside a script in PyTorch and beside its own bounds: decoding the
 * files alone, and the forward pass alone, each with all cores busy. Rounds take turns; medians over them are printed.
 *
 * Run: PYTHON=<python with torch, tifffile, imagecodecs> npm run bench:predict [-- --compression none,lzw,deflate --fields 100
 * --counts 50,100,500 --rounds 3 --precision float32,bfloat16 --threads 2 --json out.json --folder bench-run/predict]
 *
 * `--fields` different fields of 1024 × 1280 × 3 pixels of 16 bits are written once. A table of more fields than that gives
 * files several names. bench/README.md says what the rows are.
 */
import { existsSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { builtCommand, compiledScript } from './speed/build.ts';
import { describeMachine } from './speed/machine.ts';
import { COMPRESSIONS, type Compression, readOptions } from './speed/options.ts';
import { findPyTorch, type PyTorch, typed, type Variant } from './speed/pytorch.ts';
import { median } from './speed/repeat.ts';
import { runProcess } from './speed/run-process.ts';
import { type FileScreen, makeFileScreen } from './speed/screen.ts';

const { values } = parseArgs({
  options: {
    compression: { type: 'string', default: COMPRESSIONS.join() },
    fields: { type: 'string', default: '100' },
    counts: { type: 'string', default: '50,100,500' },
    rounds: { type: 'string', default: '3' },
    precision: { type: 'string', default: 'float32,bfloat16' },
    threads: { type: 'string', default: '2' },
    field: { type: 'string', default: '1024x1280' },
    folder: { type: 'string', default: 'bench-run/predict' },
    json: { type: 'string' },
  },
});
const { threads, fields, field, folder } = values;
const counts = values.counts.split(',').map(Number);
const general = (compression: string) =>
  readOptions([
    ...typed({ fields, field, folder, compression, threads, precision: values.precision, trained: 1, only: 'forward' }),
  ]);
const { precisions } = general('none');
const variants = precisions.map((precision): Variant => ({ precision, memory: 'kept' }));
const torch = await findPyTorch(general('none')).catch((error: Error) => error.message);
const say = (text: string) => process.stdout.write(`${text}\n`);

/** A row: seconds a field, in every round. */
interface Measured {
  readonly compression: Compression;
  readonly fields: number;
  readonly what: string;
  readonly seconds: number[];
  readonly given?: string;
}

const rows: Measured[] = [];
function add(compression: Compression, count: number, what: string, seconds: number, given?: string): void {
  const same = rows.find((row) => row.compression === compression && row.fields === count && row.what === what);
  if (same) same.seconds.push(seconds);
  else rows.push({ compression, fields: count, what, seconds: [seconds], ...(given && { given }) });
}

/** A table of so many fields; where there are fewer, files have further names. */
function tableOf({ table }: FileScreen, count: number): string {
  const known: Record<string, string>[] = parse(readFileSync(table), { columns: true });
  const place = dirname(table);
  const path = join(place, `fields-${count}.csv`);
  mkdirSync(join(place, 'again'), { recursive: true });
  /** Another name of the files of a field, since no field may be there twice. */
  const named = (row: Record<string, string>, i: number) => {
    if (i < known.length) return row;
    const files = Object.entries(row).filter(([column]) => column.startsWith('FileName_'));
    const links = files.map(([column, file]) => {
      const name = `again/${i + 1}-${basename(file)}`;
      if (!existsSync(join(place, name))) linkSync(join(place, file), join(place, name));
      return [column, name];
    });
    return { ...row, ...Object.fromEntries(links) };
  };
  const repeated = Array.from({ length: count }, (_, i) => ({
    ...named(known[i % known.length]!, i),
    ImageNumber: i + 1,
    Metadata_Plate: `P${1 + Math.floor(i / 384)}`,
    Metadata_Well: `${String.fromCharCode(65 + (Math.floor((i % 384) / 24) % 16))}${String(1 + (i % 24)).padStart(2, '0')}`,
  }));
  writeFileSync(path, stringify(repeated, { header: true }));
  return path;
}

/** Ways in which the peer may load fields and group them: the fastest is found by one run of each on a few fields. */
const WAYS = (['threads', 'processes'] as const).flatMap((loader) => [1, 4, 8].map((micro) => ({ loader, micro })));
const TRIED = 24;

async function peer(python: PyTorch, variant: Variant, way: (typeof WAYS)[number], table: string): Promise<number> {
  const args = { table, out: join(folder, 'peer.csv'), 'micro-batch': way.micro, loader: way.loader };
  return (await python.run('predict', variant, args)).seconds;
}

async function bestWay(python: PyTorch, variant: Variant, screen: FileScreen) {
  const table = tableOf(screen, TRIED);
  const costs: number[] = [];
  for (const way of WAYS) costs.push(await peer(python, variant, way, table));
  return WAYS[costs.indexOf(Math.min(...costs))]!;
}

async function ours(screen: FileScreen, table: string, more: readonly string[] = []): Promise<number> {
  const out = join(folder, 'ours.csv');
  const words = ['predict', screen.model, table, ...typed({ out, threads }), '--overwrite', ...more];
  return (await runProcess(process.execPath, [builtCommand(), ...words])).seconds;
}

/** Starts and ends the command. */
const start = async () => (await runProcess(process.execPath, [builtCommand(), '--version'])).seconds;

async function bound(work: 'decode' | 'forward', screen: FileScreen, count: number): Promise<number> {
  const args = typed({ work, table: screen.table, model: screen.model, fields: count, threads });
  return Number((await runProcess(process.execPath, [compiledScript('predict-bounds'), ...args])).said.median);
}

/** Fields of a bound: they cost the same each. */
const BOUND = 40;

mkdirSync(folder, { recursive: true });
const machine = describeMachine(typeof torch === 'string' ? undefined : torch.version);
for (const compression of values.compression.split(',') as Compression[]) {
  const screen = await makeFileScreen(general(compression));
  const ways = new Map<Variant, (typeof WAYS)[number]>();
  if (typeof torch !== 'string')
    for (const variant of variants) ways.set(variant, await bestWay(torch, variant, screen));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const count of counts) {
      const table = tableOf(screen, count);
      const began = await start();
      const seconds = await ours(screen, table, ['--no-report']);
      add(compression, count, 'milscope predict --no-report', seconds / count);
      add(compression, count, 'the same, less the start of the process', (seconds - began) / count);
      add(compression, count, 'milscope predict', (await ours(screen, table)) / count);
      for (const [variant, way] of ways) {
        const theirs = await peer(torch as PyTorch, variant, way, table);
        add(compression, count, `PyTorch ${variant.precision}`, theirs / count, `${way.loader}, batch ${way.micro}`);
      }
    }
    add(compression, BOUND, 'decoding alone', await bound('decode', screen, BOUND));
    add(compression, BOUND, 'forward alone', await bound('forward', screen, BOUND));
    if (values.json)
      writeFileSync(values.json, `${JSON.stringify({ machine, options: values, rows }, undefined, 1)}\n`);
    process.stderr.write(`${compression}: round ${round + 1} of ${values.rounds}\n`);
  }
}
say(
  Object.entries(machine)
    .map(([name, value]) => `${name} ${value}`)
    .join(', '),
);
if (typeof torch === 'string') say(`PyTorch is not there: ${torch}`);
for (const { compression, fields: count, what, seconds, given } of rows) {
  const range = `${Math.min(...seconds).toFixed(3)}–${Math.max(...seconds).toFixed(3)}`;
  const figures = `${median(seconds).toFixed(3)} s/field (${range})`;
  say(`${compression.padEnd(9)}${String(count).padStart(5)}  ${what.padEnd(50)}${figures}  ${given ?? ''}`);
}
