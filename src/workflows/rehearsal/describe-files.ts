import { resolve } from '../../files/paths.ts';
import type { Rehearsal } from './document.ts';
import type { RehearsingHost } from './rehearsing-host.ts';

/** A file or folder that would be written. */
export interface Planned {
  readonly path: string;
  /** How many files a folder gets. */
  readonly files?: number | undefined;
}

/** The files that would be read, each once; what is not given is not read. */
export async function readsOf(
  paths: readonly (string | undefined)[],
  { before }: Pick<RehearsingHost, 'before'>,
): Promise<Rehearsal['reads']['files']> {
  const known = new Map(paths.flatMap((path) => (path === undefined ? [] : [[resolve(path), path] as const])));
  return Promise.all(
    [...known.values()].map(async (path) => {
      const status = await before.status(path);
      return { path, bytes: status?.kind === 'file' ? status.size : null };
    }),
  );
}

/** What would become of paths that are written; what is not given is not written. */
export async function writesOf(
  planned: readonly (string | Planned | undefined)[],
  { resume = false }: { resume?: boolean },
  { before }: Pick<RehearsingHost, 'before'>,
): Promise<Rehearsal['writes']> {
  const given = planned.flatMap((one) => (one === undefined ? [] : [typeof one === 'string' ? { path: one } : one]));
  return Promise.all(
    given.map(async ({ path, files }): Promise<Rehearsal['writes'][number]> => {
      const there = await before.status(path);
      const holds = there !== undefined && (there.kind !== 'folder' || (await before.list(path)).length > 0);
      return { path, ...(files !== undefined && { files }), fate: holds ? (resume ? 'continued' : 'replaced') : 'new' };
    }),
  );
}
