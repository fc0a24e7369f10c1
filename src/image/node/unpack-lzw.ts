import { availableParallelism } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { createWorkerPool, type WorkerPool } from '../../threads/worker-pool.ts';
import { type LzwPieces, unpackLzw } from '../tiff/lzw.ts';

/** Threads that unpack, at most: as many as read files. */
const MOST_THREADS = 4;
/** Pages that are unpacked before there are threads, which take longer to start; and bytes of a page that is not worth sending. */
const [FIRST_PAGES, SMALL] = [4, 65_536];

let pages = 0;
let pool: WorkerPool<LzwPieces, Uint8Array | undefined> | undefined;

/** What `unpackLzw` gives, in other threads where many pages are unpacked; threads other than the main one do it themselves. */
export async function unpackLzwAside(page: LzwPieces): Promise<Uint8Array | undefined> {
  const bytes = page.decoded.reduce((sum, each) => sum + each, 0);
  if (!isMainThread || bytes < SMALL || ++pages <= FIRST_PAGES) return unpackLzw(page);
  pool ??= createWorkerPool('./unpack-lzw.worker', {
    from: import.meta.url,
    workers: Math.min(MOST_THREADS, availableParallelism()),
    workerData: undefined,
    background: true,
  });
  const pieces = copied(page.pieces);
  const asked = pool.ask({ ...page, pieces }, [pieces[0]!.buffer as ArrayBuffer]);
  // A thread that the machine has no room for costs time and no image.
  return asked.catch(() => unpackLzw(page));
}

/** The same bytes in one memory of their own, since those of a file may be read again. */
function copied(pieces: readonly Uint8Array[]): Uint8Array[] {
  const { buffer } = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  return pieces.map((piece) => {
    const copy = new Uint8Array(buffer, at, piece.length);
    copy.set(piece);
    at += piece.length;
    return copy;
  });
}
