import { parse } from '#csv-parse';
import type { TableRow } from './table-row.ts';

/**
 * The rows of a CSV, a piece of its text at a time. Lines end with CR, LF or CRLF; rows may have any number of cells. Blank lines
 * are left out, but counted.
 *
 * @throws CsvError when quotes do not close, and what reading the pieces throws
 */
export async function* csvRecords(pieces: AsyncIterable<string>, delimiter: string): AsyncGenerator<TableRow> {
  const parser = parse({ delimiter, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true });
  let [parsed, row]: [TableRow[], number] = [[], 0];
  const take = (): readonly TableRow[] => {
    const taken = parsed;
    parsed = [];
    return taken;
  };
  parser.on('data', (cells: string[]) => {
    row++;
    if (cells.length > 1 || cells[0] !== '') parsed.push({ row, cells });
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

/** What separates the cells of a table that begins with `text`: the comma, tab or semicolon, as its header has most of. */
export function separatorOf(text: string): string {
  const header = (/^[^\r\n]*/.exec(text.trimStart())?.[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const count = (separator: string): number => header.split(separator).length;
  return [',', '\t', ';'].reduce((best, other) => (count(other) > count(best) ? other : best));
}
