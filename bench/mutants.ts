/**
 * How many faults the tests notice: a sample of mutants of the mathematics (Stryker's standard mutators), each run against the
 * unit tests that reach it.
 *
 *     npx tsx bench/mutants.ts --draw --seed 1 --size 400     draws the sample anew into bench/fixtures/mutants.json
 *     npx tsx bench/mutants.ts --out after.json               runs that sample
 *     npx tsx bench/mutants.ts --again after.json             runs only what survived there, and writes it there
 *     npx tsx bench/mutants.ts --only src/evaluation/         runs a part of it
 *
 * First every unit test is run once on code with all mutants switched off, which says which test reaches which mutant. A mutant
 * is killed by a test that fails, by code that no longer loads, or by a test that takes 30 seconds and four times its time.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Coverage, createRunner, type Selection } from './mutants/runner.js';
import { drawSample, findMutant, folders, type Instrumented, instrument, type Mutant } from './mutants/sample.js';

type Outcome = 'killed' | 'timeout' | 'survived' | 'unreached' | 'lost';
type Result = Mutant & { readonly outcome: Outcome; readonly by?: string; readonly tests?: number };
type Job = { readonly cover: string } | { readonly kill: string; readonly selection: Selection };

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
const fixture = join(root, 'bench/fixtures/mutants.json');
const cache = join(root, 'node_modules/.cache/mutants.json');

if (process.send) await work();
else await main();

/** In the process of its own: does what it is told, one job after another. */
async function work(): Promise<void> {
  const instrumented = await instrument(root);
  const runner = await createRunner(root, instrumented);
  process.on('message', async (job: Job) => {
    const reply =
      'cover' in job
        ? await runner.cover(job.cover)
        : ((await runner.kill(instrumented.mutants[Number(job.kill)]!, job.selection)) ?? null);
    process.send!({ reply });
  });
  process.send!('ready');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      draw: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      size: { type: 'string', default: '400' },
      only: { type: 'string', default: 'src/' },
      again: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const instrumented = await instrument(root);
  if (values.draw) {
    const [seed, size] = [Number(values.seed), Number(values.size)];
    const mutants = drawSample(instrumented, { seed, size });
    mkdirSync(dirname(fixture), { recursive: true });
    writeFileSync(fixture, `${JSON.stringify({ seed, size, mutants }, null, 1)}\n`);
    console.log(`seed ${seed}: ${mutants.length} of ${instrumented.mutants.length} mutants drawn`);
    return;
  }
  const { seed, mutants } = JSON.parse(readFileSync(fixture, 'utf8')) as { seed: number; mutants: Mutant[] };
  const before = values.again ? (JSON.parse(readFileSync(values.again, 'utf8')) as Result[]) : [];
  const out = values.out ?? values.again;
  console.log(`${mutants.length} mutants drawn with seed ${seed}`);
  const worker = createWorker();
  let results: readonly Result[] = mutants
    .filter(({ file }) => file.startsWith(values.only))
    .map((mutant) => ({ ...mutant, outcome: 'unreached', ...before.find((result) => sameMutant(result, mutant)) }));
  for (const tests of [testFiles().filter(isNear), testFiles().filter((file) => !isNear(file))]) {
    const left = results.filter(isAlive);
    if (left.length === 0) break;
    const coverage = await coverAll(tests, { instrumented, worker });
    for (const [i, mutant] of left.entries()) {
      const result = { ...mutant, ...(await runMutant(mutant, { instrumented, coverage, worker })) };
      console.log(`${i + 1}/${left.length} ${line(result)}`);
      results = results.map((one) => (one === mutant ? result : one));
      if (out) writeFileSync(out, `${JSON.stringify(results, null, 1)}\n`);
    }
  }
  worker.stop();
  report(results);
}

interface Means {
  readonly instrumented: Instrumented;
  readonly worker: ReturnType<typeof createWorker>;
}

/** Runs the tests that reach a mutant, the fastest file first, until one of them fails. */
async function runMutant(
  drawn: Result,
  { instrumented, coverage, worker }: Means & { readonly coverage: ReadonlyMap<string, Coverage> },
): Promise<Pick<Result, 'outcome' | 'by' | 'tests'>> {
  const mutant = findMutant(drawn, instrumented.mutants);
  if (!mutant) return { outcome: 'lost' };
  let tests = drawn.tests ?? 0;
  for (const [file, { perTest, always, milliseconds }] of coverage) {
    const reaching = Object.keys(perTest).filter((test) => perTest[test]!.includes(mutant.id));
    const all = always.includes(mutant.id);
    if (!all && reaching.length === 0) continue;
    tests += all ? Object.keys(perTest).length : reaching.length;
    const selection = all ? { file } : { file, tests: reaching };
    const failure = await worker.ask({ kill: mutant.id, selection }, 30_000 + 4 * milliseconds);
    if (failure === 'timeout') return { outcome: 'timeout', by: file };
    if (failure !== null) return { outcome: 'killed', by: `${file}: ${failure}` };
  }
  return { outcome: tests === 0 ? 'unreached' : 'survived', tests };
}

/** What each test file reaches, the fastest first; remembered while neither the code nor the file changes. */
async function coverAll(tests: readonly string[], { instrumented, worker }: Means) {
  mkdirSync(dirname(cache), { recursive: true });
  const known: Record<string, Coverage> = existsSync(cache) ? JSON.parse(readFileSync(cache, 'utf8')) : {};
  const code = [...instrumented.files.values()].join('\n');
  const found: [string, Coverage][] = [];
  for (const file of tests) {
    const content = readFileSync(join(root, file), 'utf8');
    const key = createHash('sha256').update(code).update(file).update(content).digest('hex');
    if (!known[key]) {
      known[key] = (await worker.ask({ cover: file }, 300_000)) as Coverage;
      console.log(`${file}: ${known[key].milliseconds} ms`);
      writeFileSync(cache, JSON.stringify(known));
    }
    if ((known[key] as unknown) === 'timeout' || known[key].failed) console.log(`${file}: not used, it fails`);
    else found.push([file, known[key]]);
  }
  return new Map(found.sort(([, a], [, b]) => a.milliseconds - b.milliseconds));
}

/** A process with a warm vitest, replaced by a new one when a job takes longer than it may. */
function createWorker() {
  let child: ChildProcess | undefined;
  const stop = () => {
    if (child?.pid) process.kill(-child.pid, 'SIGKILL');
    child = undefined;
  };
  const start = (): Promise<ChildProcess> =>
    new Promise((resolve, reject) => {
      const next = fork(fileURLToPath(import.meta.url), {
        detached: true,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      next.once('message', () => resolve(next));
      next.once('exit', reject);
    });
  const ask = async (job: Job, milliseconds: number): Promise<Coverage | string | null> => {
    child ??= await start();
    const worker = child;
    return new Promise((resolve) => {
      const end = (reply: Coverage | string | null) => {
        clearTimeout(timer);
        worker.removeAllListeners();
        resolve(reply);
      };
      const timer = setTimeout(() => {
        stop();
        end('timeout');
      }, milliseconds);
      worker.once('message', (message: { reply: Coverage | string | null }) => end(message.reply));
      worker.once('exit', () => {
        child = undefined;
        end('the process ended');
      });
      worker.send(job);
    });
  };
  return { ask, stop };
}

/** Whether a test stands beside the mathematics: these run first, and the others only on what survives them. */
function isNear(test: string): boolean {
  return /^src\/(network|training|evaluation|localization|screen)\//.test(test);
}

function isAlive({ outcome }: Result): boolean {
  return outcome !== 'killed' && outcome !== 'timeout';
}

function sameMutant(a: Mutant, b: Mutant): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column && a.replacement === b.replacement;
}

function line({ file, line, column, mutator, text, replacement, outcome, by }: Result): string {
  const change = replacement.replaceAll(/\s+/g, ' ');
  return `${outcome} ${file}:${line}:${column} ${mutator} | ${text} | ${change}${by ? ` | ${by}` : ''}`;
}

function report(results: readonly Result[]): void {
  const outcomes = ['killed', 'timeout', 'survived', 'unreached', 'lost'] as const;
  const row = (name: string, of: readonly Result[]) => {
    const counts = outcomes.map((outcome) => of.filter((result) => result.outcome === outcome).length);
    const share = ((100 * (counts[0]! + counts[1]!)) / Math.max(1, of.length - counts[4]!)).toFixed(1);
    console.log(`| ${[name, of.length, ...counts, `${share} %`].join(' | ')} |`);
  };
  console.log(`\n| folder | mutants | ${outcomes.join(' | ')} | killed or timeout |`);
  console.log(`|---|${outcomes.map(() => '---:|').join('')}---:|---:|`);
  for (const folder of folders)
    row(
      folder,
      results.filter(({ file }) => file.startsWith(`${folder}/`)),
    );
  row('all', results);
  console.log('');
  for (const result of results.filter(isAlive)) console.log(line(result));
}

function testFiles(): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.long.test.ts'))
    .map((name) => `src/${name.replaceAll('\\', '/')}`)
    .sort();
}
