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
