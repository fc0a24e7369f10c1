/** What the measurements share that run whole commands. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';

export type Row = Readonly<Record<string, string>>;

/** The rows of a table. */
export async function readRows(path: string): Promise<readonly Row[]> {
  return parse(await readFile(path), { columns: true, bom: true });
}

/** Runs a command of milscope from the sources. */
export async function milscope(...argv: string[]): Promise<void> {
  const script = fileURLToPath(new URL('../src/cli/milscope.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...argv], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`milscope ${argv.join(' ')} ended with exit code ${status}`);
}

/** Runs it unless its result is there. */
export async function milscopeFor(result: string, ...argv: string[]): Promise<void> {
  if (!existsSync(result)) await milscope(...argv);
}

/** Does some work for each item, for so many of them at once: two trainings in a thread each are faster than one in two after the other. */
export async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const take = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, take));
}
