import type { Files } from './files.ts';

/** The text of a file, which is UTF-8. */
export async function readText(path: string, files: Files): Promise<string> {
  return new TextDecoder().decode(await files.read(path));
}

/** Whether there is a file or folder at a path. */
export async function isThere(path: string, files: Files): Promise<boolean> {
  return (await files.status(path)) !== undefined;
}
