import { Worker } from 'node:worker_threads';

/**
 * Starts `<name>` (without its ending) beside `from`, an `import.meta.url`, as a worker thread. From a checkout the
 * sources run as they are, through tsx; a package holds compiled files.
 */
export function startWorker(name: string, { from, workerData }: { from: string; workerData: unknown }): Worker {
  if (!from.endsWith('.ts')) return new Worker(new URL(`${name}.js`, from), { workerData });
  const source = new URL(`${name}.ts`, from).href;
  // By its place: code that is evaluated looks for packages in the working directory.
  const [api, file, parent] = [import.meta.resolve('tsx/esm/api'), source, from].map((text) => JSON.stringify(text));
  const code = `import(${api}).then(({ tsImport }) => tsImport(${file}, ${parent}));`;
  return new Worker(code, { eval: true, workerData });
}
