import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';

/** Bytes read at once. */
const PIECE = 65536;

/**
 * Reads anywhere in a file for yauzl. Its own reader throws past all handlers when a damaged archive points to an impossible
 * place; here this is an error like any other.
 */
class ArchiveReader extends RandomAccessReader {
  readonly #file: FileHandle;
  readonly #size: number;

  constructor(file: FileHandle, size: number) {
    super();
    this.#file = file;
    this.#size = size;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const [file, size] = [this.#file, this.#size];
    return Readable.from(
      (async function* () {
        requireInside({ start, end, size });
        for (let at = start; at < end; ) {
          const { bytesRead, buffer } = await file.read(new Uint8Array(Math.min(PIECE, end - at)), { position: at });
          if (bytesRead === 0) throw new Error('the archive ends too early');
          at += bytesRead;
          yield buffer.subarray(0, bytesRead);
        }
      })(),
    );
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    const read = async () => {
      requireInside({ start: position, end: position + length, size: this.#size });
      return (await this.#file.read(buffer, offset, length, position)).bytesRead;
    };
    // The callback is called outside of the promise, so that its errors are not taken for errors of reading.
    read().then(
      (bytesRead) => setImmediate(callback, null, bytesRead),
      (error) => setImmediate(callback, error),
    );
  }

  override close(callback: (error: Error | null) => void): void {
    this.#file.close().then(() => callback(null), callback);
  }
}

function requireInside({ start, end, size }: { start: number; end: number; size: number }): void {
  if (start >= 0 && end <= size && Number.isSafeInteger(start)) return;
  throw new Error(`the archive refers to bytes ${start} to ${end} of ${size}`);
}

/** Opens a file for yauzl, which closes it when it is closed itself; `close` is for when yauzl could not open it. */
export async function openArchiveReader(
  path: string,
): Promise<{ readonly reader: RandomAccessReader; readonly size: number; readonly close: () => void }> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  return {
    reader: new ArchiveReader(file, size),
    size,
    close: () => void file.close().catch(() => undefined),
  };
}
