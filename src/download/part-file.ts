import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';

/** What a file is the beginning of. */
export interface Origin {
  readonly url: string;
  /** The strong ETag or the Last-Modified of what is there: only what has the same may be joined to it. */
  readonly validator: string | null;
  /** Length of the whole, bytes; null where the server did not say. */
  readonly total: number | null;
  /** Whether the end has been reached. */
  readonly whole: boolean;
}

/** The place in which `path` is gathered, and the one that says what it is the beginning of. */
export const partOf = (path: string) => ({ part: `${path}.part`, about: `${path}.part.json` });

/** How much of `path` is there and what it is the beginning of; undefined where nothing can be made of it. */
export async function readPart(path: string): Promise<(Origin & { readonly size: number }) | undefined> {
  const { part, about } = partOf(path);
  try {
    const { size } = await stat(part);
    const { url, validator, total, whole } = JSON.parse(await readFile(about, 'utf8')) as Partial<Origin>;
    const isKnown =
      typeof url === 'string' &&
      (validator === null || typeof validator === 'string') &&
      (total === null || typeof total === 'number');
    return isKnown ? { url, validator, total, whole: whole === true, size } : undefined;
  } catch {
    return undefined;
  }
}

/** Notes what the part of `path` is the beginning of. */
export async function writeOrigin(path: string, origin: Origin): Promise<void> {
  await writeFile(partOf(path).about, `${JSON.stringify(origin)}\n`);
}

/** Puts the part in its place. */
export async function keepPart(path: string): Promise<void> {
  const { part, about } = partOf(path);
  await rename(part, path);
  await rm(about, { force: true });
}

/** Leaves no trace of the part. */
export async function discardPart(path: string): Promise<void> {
  const { part, about } = partOf(path);
  await rm(about, { force: true });
  await rm(part, { force: true });
}
