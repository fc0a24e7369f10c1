import { dirname, join, relative, resolve } from '../files/paths.ts';
import { isZarrFolder } from '../image/header.ts';
import { zarrFiles } from '../image/zarr/zarr-files.ts';
import { collectInOrder } from '../threads/map-in-order.ts';
import type { ScreenAccess } from './access.ts';
import type { Screen } from './screen.ts';
import { fetchedFolders } from './table/fetch-record.ts';

type HashAccess = Pick<ScreenAccess, 'files' | 'hash'>;

/**
 * SHA-256, in hexadecimal, of what says which fields a screen has: of its tables, one after the other, and of the names of
 * the plates that have been fetched, where not all may be there; or, where it has no tables, of all that was read off its
 * files, with their paths relative to the screen's.
 */
export async function hashScreen(screen: Screen, { files, hash }: HashAccess): Promise<string> {
  return hash(screen.tables === undefined ? describedFields(screen) : tablesOf(screen, screen.tables, files));
}

async function* tablesOf({ source }: Screen, tables: readonly string[], files: HashAccess['files']) {
  for (const table of tables) yield await files.read(table);
  const folder = dirname(source);
  const fetched = [...((await fetchedFolders(folder, files)) ?? [])].map((plate) => relative(folder, plate));
  for (const plate of fetched.sort()) yield `\n${plate}`;
}

function* describedFields({ source, channels, columns, fields }: Screen) {
  const folder = dirname(resolve(source));
  yield JSON.stringify({ channels, columns });
  for (const { imageNumber, sources, metadata } of fields) {
    const below = (file: string) => file && relative(folder, file);
    const placed = sources.map(({ stack, illumination, ...of }) => ({
      ...of,
      file: below(of.file),
      ...(stack && { stack: stack.map(below) }),
      ...(illumination && { illumination: below(illumination) }),
    }));
    yield JSON.stringify({ imageNumber, sources: placed, metadata });
  }
}

/**
 * SHA-256 of every file, in hexadecimal, in order; `null` for one that cannot be read. Each is read once, as a stream. Of
 * the folder of an image of OME-Zarr, of the paths and contents of its metadata and of the chunks of one level.
 */
export async function hashFiles(
  paths: readonly string[],
  { threads, level }: { threads: number; level?: number | undefined },
  { files, hash }: HashAccess,
): Promise<(string | null)[]> {
  return collectInOrder(paths, 2 * threads, async (path) => {
    try {
      const isZarr = await isZarrFolder(path, files);
      return await hash(isZarr ? partsOf(path, { level, files }) : files.stream(path));
    } catch {
      return null;
    }
  });
}

async function* partsOf(folder: string, { level, files }: { level: number | undefined; files: HashAccess['files'] }) {
  for (const part of await zarrFiles(folder, { level }, files)) {
    yield `${part}\n`;
    yield await files.read(join(folder, part));
  }
}
