/**
 * Reads mutated images: small files of every kind, and folders of OME-Zarr, to which things have happened (bytes flipped, numbers replaced by
 * extremes, pieces cut, doubled, inserted). Every outcome has to be pixels or a MilscopeError, within five seconds a file
 * and 1 GB of memory. Processes read them, so that a crash or an endless loop in a decoder is seen and counted. What goes
 * wrong is kept in the folder `--keep`. Prints one line of JSON; exits with 1 where anything went wrong.
 *
 * Run: npx tsx bench/fuzz-images.ts [--files 10000] [--seed 1] [--processes 2] [--keep <folder>] [--seeds <folder>]
 *
 * `--seeds`: mutate the images of a folder in place of the small ones.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mutate } from '../src/image/testing/mutate.ts';
import { outcomeOf } from '../src/image/testing/outcome.ts';
import { seedImages } from '../src/image/testing/seeds.ts';
import { type FolderOfFiles, mutateFolder, seedZarrs } from '../src/image/testing/zarr-seeds.ts';
import { createRandom } from '../src/random.ts';

const SECONDS = 5;
const MEMORY = 2 ** 30;

/** What a process says of a file that it has read. */
interface Answer {
  readonly outcome: string;
  /** The most memory that it has had so far, in bytes. */
  readonly peak: number;
}

if (process.send === undefined) await lead();
else {
  process.on('message', async (path: string) => {
    process.send!({ outcome: await outcomeOf(path), peak: process.resourceUsage().maxRSS * 1024 } satisfies Answer);
  });
}

async function lead(): Promise<void> {
  const { values } = parseArgs({
    options: {
      files: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      processes: { type: 'string', default: '2' },
      keep: { type: 'string' },
      seeds: { type: 'string' },
    },
  });
  const files = Number(values.files);
  const seeds: readonly (readonly [name: string, whole: Buffer | FolderOfFiles])[] =
    values.seeds === undefined ? [...(await seedImages()), ...(await seedZarrs())] : imagesIn(values.seeds);
  const folder = mkdtempSync(join(tmpdir(), 'milscope-fuzz-'));
  const counts: Record<string, number> = {};
  const wrong: string[] = [];
  let [next, peak, slowest] = [0, 0, 0];
  const began = performance.now();

  const work = async (worker: number): Promise<void> => {
    const restart = async (): Promise<ChildProcess> => {
      const fresh = start();
      const path = join(folder, `${worker}-whole.tif`);
      writeSeed(path, seeds[0]![1]);
      // What it takes to start is not held against a file.
      await ask(fresh, path, 60);
      return fresh;
    };
    let child = await restart();
    while (next < files) {
      const i = next++;
      const [name, whole] = seeds[i % seeds.length]!;
      const random = createRandom(Number(values.seed), 'image', i);
      const mutant = Buffer.isBuffer(whole) ? mutate(whole, random) : mutateFolder(whole, random);
      const path = join(folder, `${worker}${extname(name)}`);
      writeSeed(path, mutant);
      const asked = performance.now();
      const answer = await ask(child, path);
      slowest = Math.max(slowest, performance.now() - asked);
      peak = Math.max(peak, answer.peak);
      const outcome = answer.peak > MEMORY ? `bug: ${(answer.peak / 2 ** 20).toFixed(0)} MiB` : answer.outcome;
      const kind = outcome.split(':')[0]!;
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (kind !== 'pixels' && kind !== 'BadImage' && kind !== 'MissingFile') {
        wrong.push(`${name}, mutant ${i}: ${outcome}`);
        if (values.keep !== undefined) {
          mkdirSync(values.keep, { recursive: true });
          writeSeed(join(values.keep, `${i}-${name}`), mutant);
        }
      }
      if (child.exitCode !== null || child.signalCode !== null || answer.peak > MEMORY) {
        child.kill('SIGKILL');
        child = await restart();
      }
    }
    child.kill();
  };
  await Promise.all(Array.from({ length: Number(values.processes) }, (_, worker) => work(worker)));
  rmSync(folder, { recursive: true });
  const seconds = Math.round((performance.now() - began) / 1000);
  const figures = { files, seed: Number(values.seed), counts, wrong, seconds };
  const most = { peakMiB: Math.round(peak / 2 ** 20), slowestMs: Math.round(slowest) };
  process.stdout.write(`${JSON.stringify({ ...figures, ...most })}\n`);
  if (wrong.length > 0) process.exitCode = 1;
}

/** Writes a file, or a folder in place of the one before it. */
function writeSeed(path: string, content: Buffer | FolderOfFiles): void {
  if (Buffer.isBuffer(content)) {
    writeFileSync(path, content);
    return;
  }
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  for (const [name, bytes] of content) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), bytes);
  }
}

function imagesIn(folder: string): (readonly [name: string, bytes: Buffer])[] {
  const names = readdirSync(folder).filter((name) => /\.(tiff?|png)$/i.test(name));
  return names.map((name) => [name, readFileSync(join(folder, name))]);
}

function start(): ChildProcess {
  return fork(fileURLToPath(import.meta.url), { execArgv: ['--import', import.meta.resolve('tsx')] });
}

/** Has a process read a file. A process that says nothing in time, or ends, is killed and says so. */
function ask(child: ChildProcess, path: string, seconds = SECONDS): Promise<Answer> {
  return new Promise((resolve) => {
    const settle = (answer: Answer): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      child.once('exit', () => settle({ outcome: `bug: no answer in ${seconds} s`, peak: 0 }));
      child.kill('SIGKILL');
    }, 1000 * seconds);
    child.once('message', (answer) => settle(answer as Answer));
    child.once('exit', (code, signal) => settle({ outcome: `bug: the process ended (${signal ?? code})`, peak: 0 }));
    child.send(path);
  });
}
