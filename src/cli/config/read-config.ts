import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type * as yaml from 'yaml';
import { MilscopeError } from '../../errors.ts';

/** Options by their names, as a file has them. */
export type Config = Readonly<Record<string, unknown>>;

/**
 * Reads a file of options: YAML or JSON, which is YAML too. An empty file has no options.
 *
 * @throws BadOption when there is no such file, when it cannot be parsed, and when it holds anything but names with values
 */
export function readConfig(path: string): Config {
  const content: unknown = parseYaml(readText(path), path);
  if (content === null || content === undefined) return {};
  if (typeof content === 'object' && !Array.isArray(content)) return content as Config;
  throw badConfig(path, {
    problem: 'the file does not hold options',
    found: Array.isArray(content) ? 'a list' : String(content).slice(0, 60),
    expected: 'a line such as "label: MOA" for each option',
  });
}

/** An error about the file of options, or about the option `name` in it. */
export function badConfig(
  path: string,
  { name, ...details }: { name?: string; problem: string; found?: string; expected?: string; remedy?: string },
): MilscopeError {
  return new MilscopeError('BadOption', {
    option: `config ${path}`,
    ...details,
    problem: name === undefined ? details.problem : `${name}: ${details.problem}`,
  });
}

function readText(path: string): string {
  try {
    return readFileSync(spelled(path), 'utf8');
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? String(cause);
    const problems: Readonly<Record<string, string>> = {
      ENOENT: 'the file does not exist',
      EACCES: 'you may not read this file',
    };
    if (code === 'EISDIR') throw folderAsConfig(path);
    throw badConfig(path, { problem: problems[code] ?? `the file cannot be read (${code})` });
  }
}

/** A path as the file system spells it, whose letters may be composed in another way than those that were typed. */
export function spelled(path: string): string {
  const [above, name] = [dirname(path), basename(path)];
  if (existsSync(path) || above === path) return path;
  const folder = spelled(above);
  const same = (other: string) => other.normalize('NFC') === name.normalize('NFC');
  const names = existsSync(join(folder, '.')) ? readdirSync(folder) : [];
  return join(folder, names.find(same) ?? name);
}

/** Names the files of a folder that could be meant: the record of a run is one. */
function folderAsConfig(path: string): MilscopeError {
  const files = readdirSync(path).filter((name) => /\.(ya?ml|json)$/i.test(name));
  const first = files.includes('run.json') ? 'run.json' : files[0];
  return badConfig(path, {
    problem: 'this is a folder, not a file of options',
    found: first === undefined ? 'no YAML or JSON file in it' : files.slice(0, 5).join(', '),
    expected: 'a YAML or JSON file',
    ...(first !== undefined && { remedy: `give a file in it, such as ${join(path, first)}` }),
  });
}

function parseYaml(text: string, path: string): unknown {
  try {
    // Loaded where there is a file to read.
    const { parse } = createRequire(import.meta.url)('yaml') as typeof yaml;
    return parse(text);
  } catch (cause) {
    const [first = ''] = (cause as Error).message.split('\n');
    throw badConfig(path, {
      problem: 'the file cannot be parsed',
      found: first.replace(/:$/, ''),
      expected: 'YAML or JSON',
    });
  }
}
