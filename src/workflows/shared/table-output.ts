import { MilscopeError, named } from '../../errors.ts';
import { cannotWrite } from '../../files/cannot-write.ts';
import type { Files } from '../../files/files.ts';
import { extname } from '../../files/paths.ts';
import { formatSkipped, type SkippedField } from '../../screen/skipped.ts';
import { besideTable, isParquetName } from '../../tables/table-names.ts';
import type { Host } from '../host.ts';
import type { WorkPlaces } from './parts/resumable.ts';
import { requireWritable } from './require-writable.ts';

/**
 * Lets a path pass that a table can be written to.
 *
 * @throws BadOption unless it ends in .csv, or in .parquet where that may be, OutputExists and CannotWrite
 */
export async function requireNewTable(
  path: string,
  { overwrite, option = 'out', parquet = false }: { overwrite: boolean; option?: string; parquet?: boolean },
  { files }: { readonly files: Files },
): Promise<void> {
  if (extname(path).toLowerCase() !== '.csv' && !(parquet && isParquetName(path))) {
    throw new MilscopeError('BadOption', {
      option: `${option} ${path}`,
      problem: 'the kind of table is not known',
      expected: `a name that ends in .csv${parquet ? ' or .parquet' : ''}`,
    });
  }
  await requireNewFile(path, { overwrite, option }, { files });
  await requireWritable(besideTable(path, 'skipped', '.csv'), { files });
}

/** Lets a path pass that can be written to, and at which nothing would be lost. @throws OutputExists, CannotWrite */
export async function requireNewFile(
  path: string,
  { overwrite, option = 'out' }: { overwrite: boolean; option?: string },
  { files }: { readonly files: Files },
): Promise<void> {
  const there = await files.status(path).catch((error) => Promise.reject(cannotWrite(error, path)));
  if (there?.kind === 'folder') {
    throw new MilscopeError('OutputExists', {
      file: path,
      problem: 'this is a folder',
      remedy: `name a file with ${named(option)}`,
    });
  }
  if (overwrite || there === undefined) return requireWritable(path, { files });
  throw new MilscopeError('OutputExists', {
    file: path,
    problem: 'there is such a file already',
    remedy: `name another with ${named(option)}, or give ${named('overwrite')}`,
  });
}

/** Where resumable work keeps its parts and its record beside a table `p.csv`: `p.csv.unfinished`, `p.csv.record.json`. */
export function placesBeside(out: string): WorkPlaces {
  return { out, unfinished: `${out}.unfinished`, record: `${out}.record.json` };
}

/** Writes pieces beside `path` as they come, and renames the whole into place at the end. */
export async function writeStream(
  path: string,
  pieces: AsyncIterable<string>,
  { files }: { readonly files: Files },
): Promise<void> {
  const table = await files.open(path);
  try {
    for await (const piece of pieces) await table.write(piece);
    await table.keep();
  } catch (error) {
    await table.discard();
    throw error;
  }
}

/**
 * Writes `p.skipped.csv` beside the table `p.csv`, with what is not in it and why; where nothing is missing, the file of
 * an earlier run goes. Gives its path, or null where there is none.
 */
export async function writeSkippedBeside(
  out: string,
  skipped: readonly SkippedField[],
  { files, nameOption }: Pick<Host, 'files' | 'nameOption'>,
): Promise<string | null> {
  const path = besideTable(out, 'skipped', '.csv');
  await files.remove(path);
  if (skipped.length === 0) return null;
  await files.write(path, formatSkipped(skipped, nameOption));
  return path;
}
