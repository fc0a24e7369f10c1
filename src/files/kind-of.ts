import type { FileStatus, Files } from './files.ts';

/** What is at a path; undefined where there is nothing, or nothing that may be looked at. */
export async function kindOf(path: string, files: Pick<Files, 'status'>): Promise<FileStatus['kind'] | undefined> {
  try {
    return (await files.status(path))?.kind;
  } catch {
    return undefined;
  }
}
