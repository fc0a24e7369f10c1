import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';

/** What a part of a file is a part of. */
export interface Origin {
  readonly url: string;
  /** The strong ETag or the Last-Modified of the part: only a rest with the same may be appended. */
  readonly validator: string | null;
  /** Length of the whole, bytes; null where the server did not say. */
  readonly total: number | null;
  /** Whether it is complete. */
  readonly whole: boolean;
}

/** The part of `path`, and the file that says what it is a part of. */
export const partOf = (path: string) => ({ part: `${path}.part`, about: `${path}.part.json` });

/** The size of the part of `path` and what it is a part of; undefined without a usable part. */
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

/** Notes what the part of `path` is a part of. */
export async function writeOrigin(path: string, origin: Origin): Promise<void> {
  await writeFile(partOf(path).about, `${JSON.stringify(origin)}\n`);
}

/** Puts the part in its place. */
export async function keepPart(path: string): Promise<void> {
  const { part, about } = partOf(path);
  await rename(part, path);
  await rm(about, { force: true });
}

/** Removes the part. */
export async function discardPart(path: string): Promise<void> {
  const { part, about } = partOf(path);
  await rm(about, { force: true });
  await rm(part, { force: true });
}
