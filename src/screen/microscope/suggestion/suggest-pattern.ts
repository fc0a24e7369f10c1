import { describeParts, escapeText } from './describe-parts.ts';
import { type MadePattern, refinePattern } from './refine-pattern.ts';

/** Paths that a pattern is made from, at most. */
const MOST_PATHS = 5000;

/** A pattern and how many of the names it was made from it fits. */
export interface SuggestedPattern {
  readonly pattern: string;
  readonly fits: number;
}

const separators = /[^\p{L}\p{N}]+/gu;

/**
 * A pattern to begin with for images whose names nobody knows, made from these very names: what most of them have in common
 * stays as it is, and what differs becomes a group, called after what it looks like: a well (`B02`), a number behind letters
 * (`f01`, `z3`), a word of a few values (a channel), a folder or the first word of a name (a plate). What the values
 * contradict is not claimed: see `refinePattern`. Undefined where neither a well nor a site is to be seen.
 */
export function suggestPattern(paths: readonly string[]): SuggestedPattern | undefined {
  const some = paths.slice(0, MOST_PATHS);
  const shapes = new Map<string, string[]>();
  for (const path of some) {
    const shape = JSON.stringify(path.match(separators) ?? []);
    shapes.set(shape, [...(shapes.get(shape) ?? []), path]);
  }
  const [alike] = [...shapes.values()].sort((a, b) => b.length - a.length);
  if (alike === undefined) return undefined;
  const opera = operaPattern(alike);
  const made = opera ?? partsPattern(alike);
  const { pattern, groups } = refinePattern(made, alike);
  if (!['Well', 'Row', 'TileRow', 'Site', 'TimePoint'].some((name) => groups.has(name))) return undefined;
  const expression = new RegExp(pattern);
  return { pattern, fits: paths.filter((path) => expression.test(path)).length };
}

function partsPattern(alike: readonly string[]): MadePattern {
  const gaps = alike[0]!.match(separators) ?? [];
  const words = alike.map((path) => path.split(separators));
  const count = words[0]!.length - 1;
  const folders = alike[0]!.split('/').slice(0, -1).join('/');
  const before = folders === '' ? 0 : folders.split(separators).length;
  const parts = Array.from({ length: count }, (_, i) => ({
    values: words.map((own) => own[i]!),
    inName: i >= before,
  }));
  const { pieces, groups } = describeParts(parts, gaps);
  const body = pieces.map((piece, i) => piece + (i < count - 1 ? escapeText(gaps[i]!) : '')).join('');
  return { pattern: `^${body}${endingOf(alike)}$`, groups };
}

/** The endings that the files have. */
function endingOf(paths: readonly string[]): string {
  const endings = [...new Set(paths.map((path) => path.slice(path.lastIndexOf('.') + 1)))];
  return `\\.${endings.length === 1 ? escapeText(endings[0]!) : `(?:${endings.map(escapeText).join('|')})`}`;
}

/** The names of Opera, of which nothing but the digits tell anything: `002003001.tif` is row, column and field. */
function operaPattern(paths: readonly string[]): MadePattern | undefined {
  const isOne = (path: string) => {
    const [, row, column] = /(?:^|\/)(\d{3})(\d{3})\d{3}\.[^./]+$/.exec(path) ?? [];
    return row !== undefined && within(Number(row), 32) && within(Number(column), 48);
  };
  if (!paths.every(isOne)) return undefined;
  const [folder] = paths[0]!.split('/').slice(-2, -1);
  const isInFolders = new Set(paths.map((path) => path.split('/').at(-2))).size > 1;
  const groups = new Map(isInFolders ? [['Plate', '[^/]+']] : []);
  for (const name of ['Row', 'Column', 'Site']) groups.set(name, '\\d{3}');
  const above = folder === undefined ? '^' : isInFolders ? '(?<Plate>[^/]+)/' : '(?:^|/)';
  return {
    pattern: `${above}(?<Row>\\d{3})(?<Column>\\d{3})(?<Site>\\d{3})${endingOf(paths)}$`,
    groups,
  };
}

const within = (number: number, most: number) => number >= 1 && number <= most;
