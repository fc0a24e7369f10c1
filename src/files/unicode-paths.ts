import type { Files } from './files.ts';
import { basename, dirname, join } from './paths.ts';

/** Gives a path as the file system spells it. */
export type SpellPath = (path: string) => Promise<string>;

/**
 * Finds files whose names are composed differently in Unicode: macOS takes `ä` for one letter and for `a` with two dots alike, and
 * other systems do not. Paths of plain letters are given back at once; of others, each folder is listed once. What is not there
 * stays as it is.
 */
export function createSpelling({ list }: Pick<Files, 'list'>): SpellPath {
  const folders = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const namesIn = (folder: string) => {
    const known = folders.get(folder) ?? listed(folder);
    folders.set(folder, known);
    return known;
  };
  const listed = async (folder: string): Promise<ReadonlyMap<string, string>> => {
    const names = (await list(await spell(folder)).catch(() => [])).map(({ name }) => name);
    // What is spelled exactly so wins over what is only composed so.
    return new Map([
      ...names.map((name) => [name.normalize('NFC'), name] as const),
      ...names.map((name) => [name, name] as const),
    ]);
  };
  const spell: SpellPath = async (path) => {
    if (isPlain(path)) return path;
    const folder = dirname(path);
    if (folder === path) return path;
    const name = basename(path);
    if (isPlain(name)) return join(await spell(folder), name);
    const names = await namesIn(folder);
    return join(await spell(folder), names.get(name) ?? names.get(name.normalize('NFC')) ?? name);
  };
  return spell;
}

/** Whether a text has no letter that can be composed. */
function isPlain(text: string): boolean {
  return !/[\u0080-\u{10ffff}]/u.test(text);
}
