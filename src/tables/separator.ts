import { isCommaNumber } from './parse-number.ts';

/** How much of a text is looked at (characters). */
const ENOUGH = 1 << 16;
const LINES = 200;

const separators = [',', '\t', ';'] as const;

/** How the cells of a text are told apart. */
export interface TextLayout {
  readonly separator: string;
  /** Whether its first line says what the separator is, as Excel has it (`sep=;`), and is no header. */
  readonly declared: boolean;
  /** A comma where numbers are written `12,5`. */
  readonly decimal?: ',' | undefined;
}

/** The layout of a table that begins with `text`; the separator as given where it is known, else see {@link separatorOf}. */
export function layoutOf(text: string, known?: string): TextLayout {
  const [line = '', own] = /^\s*"?sep=(.)\1*"?[^\S\r\n]*(?=\r|\n|$)/i.exec(text) ?? [];
  const rest = text.slice(line.length);
  const separator = known ?? own ?? separatorOf(rest);
  return { separator, declared: own !== undefined, decimal: decimalOf(rest, separator) };
}

/**
 * What separates the cells of a table that begins with `text`: the comma, tab or semicolon that gives most rows as many cells
 * as the header, the first with several cells, and of several such the one that the header has most of.
 */
function separatorOf(text: string): string {
  const lines = linesOf(text);
  // Titles above the header have no cells. A single row below one line may be a text with a comma in it.
  const first = lines.findIndex((line) => separators.some((separator) => line.includes(separator)));
  const [header = '', ...rows] = first < 0 || lines.length - first < 3 ? lines : lines.slice(first);
  const candidates = separators.map((separator) => {
    const count = header.split(separator).length;
    const fitting = rows.filter((row) => hasCells(row.split(separator), count));
    return { separator, count, share: rows.length === 0 ? 1 : fitting.length / rows.length };
  });
  return candidates
    .filter(({ count }) => count > 1)
    .reduce(
      (best, other) =>
        other.share > best.share || (other.share === best.share && other.count > best.count) ? other : best,
      { separator: ',', count: 1, share: -1 },
    ).separator;
}

/** Whether a row has so many cells, leaving out empty ones at its end that are too many. */
function hasCells(cells: readonly string[], count: number): boolean {
  return cells.length >= count && cells.slice(count).every((cell) => cell.trim() === '');
}

/**
 * A comma where a table writes its decimals so. Where cells are separated by semicolons that is taken for granted, unless
 * there are numbers with points and a comma only where it may separate thousands (`1,234`). Where they are separated by tabs, a
 * comma has to stand where no thousands end, as in `12,5` or `0,125`.
 */
export function decimalOf(text: string, separator: string): ',' | undefined {
  if (separator !== ';' && separator !== '\t') return undefined;
  const cells = firstLines(text).flatMap((line) =>
    line.split(separator).map((cell) => cell.trim().replaceAll('"', '')),
  );
  if (cells.some((cell) => isCommaNumber(cell) && !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(cell))) return ',';
  return separator === ';' && !cells.some((cell) => /^[+-]?\d*\.\d+(?:e[+-]?\d+)?$/i.test(cell)) ? ',' : undefined;
}

/** The first lines with something in them, without what stands in quotes. */
function linesOf(text: string): readonly string[] {
  return firstLines(text.slice(0, ENOUGH).replaceAll(/"[^"]*"/g, '""'));
}

/** The last line is left out where the text goes on. */
function firstLines(text: string): readonly string[] {
  const lines = text.slice(0, ENOUGH).split(/\r\n|\n|\r/);
  return (text.length >= ENOUGH && lines.length > 2 ? lines.slice(0, -1) : lines)
    .filter((line) => line.trim() !== '')
    .slice(0, LINES);
}
