import type { FileStatus, Files, FolderEntry, OpenFile } from '../../files/files.ts';
import { basename, dirname, join, resolve } from '../../files/paths.ts';

/**
 * Files as they would be if everything that is written were written: what is read comes from the real ones, what is written or
 * removed is only remembered. A file that is opened for writing is tried out at its place, as long as its folder is there, and
 * leaves no trace; so places that may not be written to are found.
 */
export function imagineFiles(real: Files): Files {
  const written = new Map<string, Uint8Array>();
  const removed = new Set<string>();
  const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
  const isGone = (path: string) => [...removed].some((folder) => isIn(path, folder));
  const put = (path: string, bytes: Uint8Array) => void written.set(resolve(path), bytes);
  const drop = (path: string) => {
    const place = resolve(path);
    for (const file of [...written.keys()]) if (isIn(file, place)) written.delete(file);
    removed.add(place);
  };
  const status = async (path: string): Promise<FileStatus | undefined> => {
    const place = resolve(path);
    const own = written.get(place);
    if (own) return { kind: 'file', size: own.length, changed: 0 };
    if ([...written.keys()].some((file) => isIn(file, place))) return { kind: 'folder', size: 0, changed: 0 };
    return isGone(place) ? undefined : real.status(path);
  };
  const bytesOf = async (path: string): Promise<Uint8Array> => {
    const place = resolve(path);
    const own = written.get(place);
    if (own === undefined && isGone(place)) throw noSuchFile(path);
    return own ?? real.read(path);
  };
  return {
    status,
    async list(folder) {
      const place = resolve(folder);
      const below = [...written.keys()].filter((file) => file !== place && isIn(file, place));
      const imagined = below.map((file): FolderEntry => {
        const [name = '', ...more] = file.slice(place.length + 1).split('/');
        return { name, kind: more.length > 0 ? 'folder' : 'file' };
      });
      const there = below.length > 0 && (await real.status(folder)) === undefined ? [] : await real.list(folder);
      const kept = there.filter(({ name }) => !isGone(`${place}/${name}`));
      const entries = new Map([...kept, ...imagined].map((entry) => [entry.name, entry]));
      return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    real: async (path) => (written.has(resolve(path)) ? resolve(path) : ((await real.real?.(path)) ?? path)),
    async read(path, range) {
      if (range === undefined) return bytesOf(path);
      const place = resolve(path);
      if (!written.has(place) && !isGone(place)) return real.read(path, range);
      return (await bytesOf(path)).subarray(range.offset, range.offset + range.length);
    },
    async *stream(path) {
      const place = resolve(path);
      if (written.has(place) || isGone(place)) yield await bytesOf(path);
      else yield* real.stream(path);
    },
    write: async (path, content) =>
      put(path, joined(typeof content === 'string' || content instanceof Uint8Array ? [content] : content)),
    async open(path) {
      const trial = (await real.status(dirname(resolve(path))))?.kind === 'folder' ? await real.open(path) : undefined;
      return imagineFile({ trial, keep: (bytes) => put(path, bytes) });
    },
    // Such a file has no name that anyone could find, but it must be in a folder that is there.
    ...(real.scratch && {
      scratch: async (path, length) => {
        let folder = dirname(resolve(path));
        while ((await real.status(folder))?.kind !== 'folder' && folder !== dirname(folder)) folder = dirname(folder);
        return real.scratch!(join(folder, `.${basename(path)}`), length);
      },
    }),
    async rename(from, to) {
      const [source, target] = [resolve(from), resolve(to)];
      const moved = [...written].filter(([file]) => isIn(file, source));
      if (moved.length === 0) put(to, await bytesOf(from));
      drop(from);
      for (const [file, bytes] of moved) written.set(`${target}${file.slice(source.length)}`, bytes);
    },
    remove: async (path) => drop(path),
  };
}

/** A file that is kept in memory. What is real of it takes its first bytes and goes at once. */
function imagineFile({ trial, keep }: { trial: OpenFile | undefined; keep: (bytes: Uint8Array) => void }): OpenFile {
  const pieces: (string | Uint8Array)[] = [];
  let open = trial;
  const end = async () => {
    const ended = open;
    open = undefined;
    await ended?.discard();
  };
  return {
    async write(piece) {
      pieces.push(piece);
      const tried = open;
      open = undefined;
      try {
        await tried?.write(piece);
      } finally {
        await tried?.discard();
      }
    },
    async patch(offset, bytes) {
      const whole = joined(pieces);
      whole.set(bytes, offset);
      pieces.splice(0, pieces.length, whole);
    },
    async keep() {
      await end();
      keep(joined(pieces));
    },
    discard: end,
  };
}

function joined(pieces: Iterable<string | Uint8Array>): Uint8Array {
  const all = [...pieces].map((piece) => (typeof piece === 'string' ? new TextEncoder().encode(piece) : piece));
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of all) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** What the file system says where there is nothing. */
function noSuchFile(path: string): Error {
  return Object.assign(new Error(`ENOENT: no such file or directory, open '${basename(path)}'`), { code: 'ENOENT' });
}
