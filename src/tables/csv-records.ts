import { parse } from '#csv-parse';
import type { TextLayout } from './separator.ts';
import type { TableRow } from './table-row.ts';

/**
 * The rows of a CSV, a piece of its text at a time. Lines end with CR, LF or CRLF; rows may have any number of cells. Blank lines
 * are left out, but counted; so is a first line that only says what the separator is.
 *
 * @throws CsvError when quotes do not close, and what reading the pieces throws
 */
export async function* csvRecords(
  pieces: AsyncIterable<string>,
  { separator, declared, decimal }: TextLayout,
): AsyncGenerator<TableRow> {
  const parser = parse({ delimiter: separator, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true });
  const shared = createSharing();
  let [parsed, row]: [TableRow[], number] = [[], 0];
  const take = (): readonly TableRow[] => {
    const taken = parsed;
    parsed = [];
    return taken;
  };
  parser.on('data', (cells: string[]) => {
    row++;
    if (row === 1 && declared) return;
    if (cells.length > 1 || cells[0] !== '')
      parsed.push(decimal === undefined ? { row, cells: shared(cells) } : { row, cells: shared(cells), decimal });
  });
  const ended = new Promise<void>((resolve, reject) => parser.once('end', resolve).once('error', reject));
  // It is awaited at the end; an error that ends the parser before is thrown where the piece was written.
  ended.catch(() => {});
  for await (const piece of pieces) {
    await new Promise<void>((resolve, reject) => {
      parser.write(piece, (error) => (error ? reject(error) : resolve()));
    });
    for (const own of take()) yield own;
  }
  parser.end();
  await ended;
  for (const own of take()) yield own;
}

/** Texts of a column that are remembered; of a column with more, none are. */
const MOST_SHARED = 4096;

/** Lets the cells of a column that have the same text share its memory: a screen of a million fields names few wells and labels. */
function createSharing(): (cells: string[]) => readonly string[] {
  const known: (Map<string, string> | undefined)[] = [];
  const before: string[] = [];
  return (cells) => {
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      if (cell === before[i]) {
        cells[i] = before[i]!;
        continue;
      }
      if (i >= known.length) known.push(new Map());
      const texts = known[i];
      const same = texts?.get(cell);
      if (same !== undefined) cells[i] = same;
      else if (texts && texts.size < MOST_SHARED) texts.set(cell, cell);
      else known[i] = undefined;
      before[i] = cells[i]!;
    }
    return cells;
  };
}
