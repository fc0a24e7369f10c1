import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { finished } from 'node:stream/promises';
import { MilscopeError } from '../errors.ts';
import { exists } from './run-folder.ts';

/** A table that is written in pieces beside its place, and stands there whole or not at all. */
export interface TableFile {
  readonly write: (text: string) => Promise<void>;
  /** Ends the table and puts it in its place. */
  readonly keep: () => Promise<void>;
  /** Leaves no trace of it. */
  readonly discard: () => Promise<void>;
}

export async function openTableFile(path: string): Promise<TableFile> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.part`;
  const stream = createWriteStream(beside, { flush: true });
  await once(stream, 'open');
  return {
    async write(text) {
      if (!stream.write(text)) await once(stream, 'drain');
    },
    async keep() {
      stream.end();
      await finished(stream);
      await rename(beside, path);
    },
    async discard() {
      stream.destroy();
      await rm(beside, { force: true });
    },
  };
}

/** Writes pieces to a table as they come; nothing is left where they fail. */
export async function writeTable(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const table = await openTableFile(path);
  try {
    for await (const piece of pieces) await table.write(piece);
    await table.keep();
  } catch (error) {
    await table.discard();
    throw error;
  }
}

/**
 * Lets a table be written at `path`, the value of `option`.
 *
 * @throws BadOption when its name does not end in .csv, OutputExists when it is there already and may not be replaced.
 */
export async function refuseTable(
  path: string,
  { option, overwrite }: { option: string; overwrite: boolean },
): Promise<void> {
  if (extname(path).toLowerCase() !== '.csv') {
    throw new MilscopeError('BadOption', {
      option: `${option} ${path}`,
      problem: 'the kind of table is not known',
      expected: 'a name that ends in .csv',
    });
  }
  if (overwrite || !(await exists(path))) return;
  throw new MilscopeError('OutputExists', {
    file: path,
    problem: 'there is such a file already',
    remedy: `name another with ${option}, or give --overwrite`,
  });
}

/** Where the fields are listed that a table could not be made of: `p.skipped.csv` beside `p.csv`. */
export function skippedFileOf(table: string): string {
  return `${table.slice(0, table.length - extname(table).length)}.skipped.csv`;
}
