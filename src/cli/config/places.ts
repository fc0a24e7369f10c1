/** Where the paths are that a file of options names. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type * as z from 'zod';
import { metaOf } from '../../workflows/request-fields.ts';
import { namesPath } from '../../workflows/spell-paths.ts';
import { badConfig, type Config, spelled } from './read-config.ts';

/** Whether a field of a request names something that is read: a file, a folder, a screen or a model. */
function namesInput(name: string, schema: z.ZodType): boolean {
  return name !== 'out' && metaOf(schema).group !== 'output' && namesPath(schema);
}

/** Whether a path is there, however its letters are composed. */
function isThere(path: string): boolean {
  return existsSync(spelled(path));
}

/**
 * The options of a record with paths that hold in the folder where the command runs. Each is looked for where the run was begun,
 * which records of earlier versions do not say; then in the folders that the record lies in, from the inmost; then here. What is
 * nowhere stays as it is.
 */
export function placeRecord(
  config: Config,
  { fields, begun, path }: { fields: Readonly<Record<string, z.ZodType>>; begun: string | undefined; path: string },
): Config {
  const folders = [...(begun === undefined ? [] : [begun]), ...foldersAround(path), resolve('.')];
  const placed = (name: string, value: unknown) => {
    const schema = fields[name];
    if (typeof value !== 'string' || isAbsolute(value) || schema === undefined || !namesInput(name, schema))
      return value;
    const folder = folders.find((each) => isThere(join(each, value)));
    return folder === undefined ? value : asSeenFrom(resolve('.'), join(folder, value));
  };
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, placed(name, value)]));
}

/** The folder of a file and those that it lies in. */
function foldersAround(path: string): string[] {
  const folders = [dirname(resolve(path))];
  while (dirname(folders.at(-1)!) !== folders.at(-1)) folders.push(dirname(folders.at(-1)!));
  return folders;
}

/** A path relative to a folder that it is in, else in full. */
function asSeenFrom(folder: string, path: string): string {
  const from = relative(folder, path);
  return from.startsWith('..') || isAbsolute(from) ? path : from;
}

/**
 * Accepts paths that a file of options names and that are used. Those of a file are meant from where the command runs: one that is
 * not there but beside the file is refused with the ways to mend that, and so is a record whose screen is nowhere.
 *
 * @throws BadOption
 */
export function requirePlaces(
  used: Config,
  { fields, path, record }: { fields: Readonly<Record<string, z.ZodType>>; path: string; record: boolean },
): void {
  for (const [name, value] of Object.entries(used)) {
    const schema = fields[name];
    if (typeof value !== 'string' || schema === undefined || !namesInput(name, schema) || isThere(value)) continue;
    if (record && name === 'screen') {
      throw badConfig(path, {
        name,
        problem: 'the screen of this run is not there any more',
        found: `no ${value}`,
        remedy: `give the screen where it is now: milscope train SCREEN --config ${path}`,
      });
    }
    const beside = join(dirname(path), value);
    if (isAbsolute(value) || !isThere(beside)) continue;
    throw badConfig(path, {
      name,
      problem: `there is no ${value} in the folder where the command runs, but there is one beside the file of options`,
      expected: 'a path from the folder where the command runs',
      remedy: `run the command in ${dirname(path)}, or write the path as ${beside}`,
    });
  }
}
