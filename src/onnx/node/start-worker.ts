import { Worker } from 'node:worker_threads';

/**
 * Starts `<name>` (without its ending) beside `from`, an `import.meta.url`, as a worker thread. From a checkout the
 * sources run as they are, through tsx; a package holds compiled files.
 */
export function startWorker(name: string, { from, workerData }: { from: string; workerData: unknown }): Worker {
  if (!from.endsWith('.ts')) return new Worker(new URL(`${name}.js`, from), { workerData });
  const source = new URL(`${name}.ts`, from).href;
  const code = `import('tsx/esm/api').then(({ tsImport }) => tsImport(${JSON.stringify(source)}, ${JSON.stringify(from)}));`;
  return new Worker(code, { eval: true, workerData });
}
