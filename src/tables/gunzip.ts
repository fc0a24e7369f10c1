import { MilscopeError } from '../errors.ts';

/** Bytes that a compressed table may be unpacked to: more is a bomb, or wants to be unpacked by hand. */
const LARGEST = 8 * 2 ** 30;

/** Whether the first bytes of a file are those of gzip. */
export function beginsAsGzip(beginning: Uint8Array): boolean {
  return beginning[0] === 0x1f && beginning[1] === 0x8b;
}

/**
 * The bytes that a file of gzip was made of, in pieces; no more than the reader asks for are unpacked.
 *
 * @throws BadTable where the file is damaged, or grows beyond 8 GB, and what reading the pieces throws
 */
export async function* gunzip(file: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = pieces[Symbol.asyncIterator]();
  let failed: unknown;
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { value, done } = await source.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value));
      } catch (error) {
        failed = error;
        throw error;
      }
    },
    cancel: () => void source.return?.(),
  });
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader();
  let size = 0;
  try {
    for (;;) {
      const { value, done } = await reader.read().catch((cause) => {
        throw failed ?? cannotUnpack(file, 'the compressed table is damaged or cut short', cause);
      });
      if (done) return;
      size += value.length;
      if (size > LARGEST) throw cannotUnpack(file, `the compressed table grows beyond ${LARGEST / 2 ** 30} GB`);
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function cannotUnpack(file: string, problem: string, cause?: unknown): MilscopeError {
  const remedy = 'copy it again, or unpack it (gunzip) and give the table in it';
  return new MilscopeError('BadTable', { file, problem, remedy, cause });
}

/** The first `length` bytes of some pieces. */
export async function beginningOf(pieces: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> {
  const taken: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    taken.push(piece);
    size += piece.length;
    if (size >= length) break;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of taken) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole.subarray(0, length);
}
