/** Mutants of the mathematics: listing them, drawing a sample with a seed, and finding that sample again in edited code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { createRandom, type Random } from '../../src/random.js';

/** The folders that are mutated, without their tests and `testing` folders. */
export const folders = [
  'src/network/pooling',
  'src/training',
  'src/evaluation',
  'src/localization',
  'src/screen/join',
] as const;

/** One change of the code, named by what it changes and not by a number, so that it is found again. */
export interface Mutant {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
  readonly mutator: string;
  /** The start of the line that is changed, as it was when the sample was drawn. */
  readonly text: string;
  /** The code that takes the place of what stood there. */
  readonly replacement: string;
}

/** A mutant of the code as it stands: where it begins and ends, and its number in the instrumented code. */
export interface PlacedMutant extends Mutant {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/** All mutants of Stryker's standard mutators, and the files with every mutant in them behind a switch. */
export interface Instrumented {
  readonly mutants: readonly PlacedMutant[];
  readonly files: ReadonlyMap<string, string>;
  /** How many lines the source files of a folder have. */
  readonly lines: Readonly<Record<(typeof folders)[number], number>>;
}

const quiet = () => false;
const logger = {
  isTraceEnabled: quiet,
  isDebugEnabled: quiet,
  isInfoEnabled: quiet,
  isWarnEnabled: quiet,
  isErrorEnabled: quiet,
  isFatalEnabled: quiet,
  trace: quiet,
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  fatal: quiet,
};

/** The source files of `folders` below `root`, in order of their names. */
export function sourceFiles(root: string): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('/testing/'))
      .sort(),
  );
}

/** Lists the mutants of every source file below `root`. */
export async function instrument(root: string): Promise<Instrumented> {
  const files = sourceFiles(root).map((name) => ({
    name,
    mutate: true,
    content: readFileSync(join(root, name), 'utf8'),
  }));
  const contents = new Map(files.map(({ name, content }) => [name, content]));
  const result = await new Instrumenter(logger).instrument(files, {
    plugins: null,
    excludedMutations: [],
    ignorers: [],
  });
  const mutants = result.mutants.map(({ id, fileName, location, mutatorName, replacement }): PlacedMutant => {
    const content = contents.get(fileName)!;
    const lines = lineStarts(content);
    const { start, end } = location;
    return {
      id,
      file: fileName,
      line: start.line + 1,
      column: start.column,
      mutator: mutatorName,
      text: content.slice(lines[start.line], lines[start.line + 1]).trim(),
      replacement: replacement ?? '',
      start: lines[start.line]! + start.column,
      end: lines[end.line]! + end.column,
    };
  });
  const linesOf = (folder: string) =>
    files
      .filter(({ name }) => name.startsWith(`${folder}/`))
      .reduce((sum, { content }) => sum + lineStarts(content).length - 1, 0);
  return {
    mutants,
    files: new Map(result.files.map(({ name, content }) => [name, content])),
    lines: Object.fromEntries(folders.map((folder) => [folder, linesOf(folder)])) as Instrumented['lines'],
  };
}

/**
 * Draws `size` mutants in proportion to lines. Each folder gets its share of all lines of `sourceFiles`. Within a folder every
 * line that has mutants is as likely as any other, and so is each mutant of that line.
 */
export function drawSample(
  { mutants, lines }: Pick<Instrumented, 'mutants' | 'lines'>,
  { size, seed }: { size: number; seed: number },
): Mutant[] {
  const total = folders.reduce((sum, folder) => sum + lines[folder], 0);
  let passed = 0;
  return folders.flatMap((folder) => {
    const before = Math.round((size * passed) / total);
    passed += lines[folder];
    const share = Math.round((size * passed) / total) - before;
    const inside = mutants.filter(({ file }) => file.startsWith(`${folder}/`));
    return drawFromLines(inside, share, createRandom(seed, 'mutants', folder));
  });
}

function drawFromLines(mutants: readonly PlacedMutant[], size: number, random: Random): Mutant[] {
  const byLine = new Map<string, PlacedMutant[]>();
  for (const mutant of mutants) {
    const place = `${mutant.file}:${mutant.line}`;
    byLine.set(place, [...(byLine.get(place) ?? []), mutant]);
  }
  const lines = [...byLine.values()];
  const drawn = new Set<PlacedMutant>();
  while (drawn.size < Math.min(size, mutants.length)) {
    const left = lines[random.integer(lines.length)]!.filter((mutant) => !drawn.has(mutant));
    if (left.length > 0) drawn.add(left[random.integer(left.length)]!);
  }
  return [...drawn]
    .sort((a, b) => Number(a.id) - Number(b.id))
    .map(({ file, line, column, mutator, text, replacement }) => ({ file, line, column, mutator, text, replacement }));
}

/**
 * Finds a drawn mutant in the code as it stands: the same change of a line that reads the same, and of several the one nearest
 * to where it was. Undefined where that line was edited.
 */
export function findMutant(drawn: Mutant, mutants: readonly PlacedMutant[]): PlacedMutant | undefined {
  const away = (mutant: PlacedMutant) =>
    Math.abs(mutant.line - drawn.line) * 1000 + Math.abs(mutant.column - drawn.column);
  return mutants
    .filter(
      (mutant) =>
        mutant.file === drawn.file &&
        mutant.mutator === drawn.mutator &&
        mutant.text === drawn.text &&
        mutant.replacement === drawn.replacement,
    )
    .sort((a, b) => away(a) - away(b))[0];
}

/** The offset at which each line of `content` begins. */
function lineStarts(content: string): number[] {
  const starts = [0];
  for (let at = content.indexOf('\n'); at >= 0; at = content.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
