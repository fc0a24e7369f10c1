/** What the measurements share that run whole commands. */
import { spawnSync } from 'node:child_process';
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
export function milscope(...argv: string[]): void {
  const script = fileURLToPath(new URL('../src/cli/milscope.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', script, ...argv], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`milscope ${argv.join(' ')} ended with exit code ${status}`);
}

/** Runs it unless its result is there. */
export function milscopeFor(result: string, ...argv: string[]): void {
  if (!existsSync(result)) milscope(...argv);
}
