import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import type { ScratchFile } from './files.ts';
import { makeFolder } from './make-folder.ts';

/**
 * What `Files.scratch` is in Node. The file loses its name at once where the system lets it, so that it goes with the process;
 * elsewhere it goes when it is removed. It is read and written at once rather than later: what was written last is in memory.
 *
 * @throws CannotWrite, as the folder cannot be made or the disk is full
 */
export async function openScratch(path: string, length: number): Promise<ScratchFile> {
  await makeFolder(dirname(path));
  const file = openSync(path, 'w+');
  let named = true;
  const forget = async () => {
    if (named) await rm(path, { force: true });
    named = false;
  };
  try {
    ftruncateSync(file, length);
  } catch (error) {
    closeSync(file);
    await forget();
    throw error;
  }
  if (platform() !== 'win32') await forget();
  return {
    read(into, offset) {
      for (let done = 0; done < into.length; ) {
        const read = readSync(file, into, done, into.length - done, offset + done);
        if (read === 0) throw new RangeError(`a scratch file of ${length} bytes has none at ${offset + done}`);
        done += read;
      }
    },
    write(bytes, offset) {
      for (let done = 0; done < bytes.length; )
        done += writeSync(file, bytes, done, bytes.length - done, offset + done);
    },
    async remove() {
      closeSync(file);
      await forget();
    },
  };
}
