import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';

/** A text file that is written in pieces beside its place, and stands there whole or not at all. */
export interface OpenFile {
  readonly write: (piece: string) => Promise<void>;
  /** Ends the file and puts it in its place. */
  readonly keep: () => Promise<void>;
  /** Leaves no trace of it. */
  readonly discard: () => Promise<void>;
}

/** Begins a file that is too long to be held whole, as `writeWhole` wants it. Makes the folder where it is missing. */
export async function openWhole(path: string): Promise<OpenFile> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.part`;
  const stream = createWriteStream(beside, { flush: true });
  await once(stream, 'open');
  return {
    async write(piece) {
      if (!stream.write(piece)) await once(stream, 'drain');
    },
    async keep() {
      stream.end();
      await finished(stream);
      await rename(beside, path);
    },
    async discard() {
      stream.destroy();
      await rm(beside, { force: true });
    },
  };
}
