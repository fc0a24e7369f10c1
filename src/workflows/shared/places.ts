import { MilscopeError, named } from '../../errors.ts';
import { isAbsolute, relative, resolve } from '../../files/paths.ts';

/**
 * Whether two paths lead to one place. Names that differ in case only count as one, since they are one file on Windows and
 * macOS.
 */
export function isSamePlace(a: string, b: string): boolean {
  return placeOf(a) === placeOf(b);
}

/** Whether a file lies in a folder, at any depth, or is that folder; see {@link isSamePlace}. */
export function liesIn(file: string, folder: string): boolean {
  const path = relative(placeOf(folder), placeOf(file));
  return path !== '..' && !path.startsWith('../') && !isAbsolute(path);
}

function placeOf(path: string): string {
  return resolve(path).toLowerCase();
}

/** Fields of requests that name files of a screen. */
const OF_SCREENS = ['screen', 'annotations', 'plateMap', 'illumination'] as const;

/**
 * Lets outputs pass that would not be written over what is read, whatever may be replaced.
 *
 * @param writes each output, with the option that names it or is followed by it
 * @param reads what is read, by the fields of the request that name it; beside these, the files of a screen in `asked`
 * @throws BadOption
 */
export function requireApart(
  writes: readonly (readonly [option: string, path: string | undefined])[],
  { asked, reads = {} }: { asked: object; reads?: Readonly<Record<string, string | undefined>> },
): void {
  const ofScreen = OF_SCREENS.map((name) => [name, (asked as Readonly<Record<string, unknown>>)[name]] as const);
  const known = [...ofScreen, ...Object.entries(reads)].filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  for (const [option, path] of writes) {
    const read = path !== undefined && known.find(([, of]) => isSamePlace(of, path));
    if (!read) continue;
    throw new MilscopeError('BadOption', {
      option: `${option} ${path}`,
      problem: `this is the file that ${named(read[0])} names`,
      expected: 'another file',
    });
  }
}
