import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { MilscopeError } from '../errors.ts';
import { findColumn } from '../evaluation/columns.ts';
import type { LabelTable } from '../evaluation/join-labels.ts';

/**
 * Reads a table (CSV or TSV) for what it says about fields or wells; it need not name a single image. Without a column
 * `ImageNumber` rows count from 1. Throws `MissingFile`, `EmptyTable`, and `BadTable` for what is no table.
 */
export async function readLabels(path: string): Promise<LabelTable> {
  const text = await readText(path);
  const header = text.slice(0, /[\r\n]/.exec(text)?.index);
  const delimiter = header.includes('\t') ? '\t' : ',';
  const [columns = [], ...rows] = parseCells(text, { path, delimiter });
  if (rows.length === 0) throw new MilscopeError('EmptyTable', { file: path, problem: 'the table has no rows' });
  const names = columns.map((name) => name.trim());
  const number = findColumn(names, 'ImageNumber');
  const fields = rows.map((cells, i) => {
    const metadata = Object.fromEntries(names.map((name, j) => [name, cells[j] ?? '']));
    return { imageNumber: number === undefined ? i + 1 : Number(metadata[number]), metadata };
  });
  return { source: path, columns: names, fields };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new MilscopeError('MissingFile', { file: path, problem: 'there is no such file', cause });
    const problem = code === 'EISDIR' ? 'this is a folder, not a table' : `the table cannot be read: ${cause}`;
    throw new MilscopeError('BadTable', { file: path, problem, cause });
  }
}

function parseCells(text: string, { path, delimiter }: { path: string; delimiter: string }): string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, delimiter });
  } catch (cause) {
    throw new MilscopeError('BadTable', {
      file: path,
      problem: `the table cannot be read: ${(cause as Error).message}`,
      cause,
    });
  }
}
