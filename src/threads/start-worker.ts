import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type * as esbuild from 'esbuild';

/**
 * Starts `<name>` (without its ending) beside `from`, an `import.meta.url`, as a worker thread. A package holds compiled
 * files; from a checkout, the sources as they are when this process starts the first such thread are compiled into one file.
 */
export function startWorker(name: string, { from, workerData }: { from: string; workerData: unknown }): Worker {
  if (!from.endsWith('.ts')) return new Worker(new URL(`${name}.js`, from), { workerData });
  const source = fileURLToPath(new URL(`${name}.ts`, from));
  const bundle = bundles.get(source) ?? bundleWorker(source);
  bundles.set(source, bundle);
  // Without what this process may have been started with to read sources.
  return new Worker(bundle, { workerData, execArgv: [] });
}

/** Compiled files by the path of their source. */
const bundles = new Map<string, URL>();

/**
 * Compiles a source with all that it imports from this project. A thread then starts in a quarter of the time that it needs
 * to compile each of its files by itself. What is compiled finds no files by its own place: it lies elsewhere.
 *
 * @returns the compiled file, from which packages are found as from the source
 */
function bundleWorker(source: string): URL {
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof esbuild;
  const { outputFiles } = buildSync({
    ...{ entryPoints: [source], bundle: true, packages: 'external', write: false },
    ...{ platform: 'node', format: 'esm', target: 'node20' },
  });
  const { contents } = outputFiles[0]!;
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 16);
  const file = new URL(`../../node_modules/.cache/milscope/${hash}.mjs`, import.meta.url);
  if (existsSync(file)) return file;
  mkdirSync(new URL('.', file), { recursive: true });
  // Processes that start at once must not read each other's half of a file.
  const own = new URL(`${hash}.${randomUUID()}`, file);
  writeFileSync(own, contents);
  renameSync(own, file);
  return file;
}
