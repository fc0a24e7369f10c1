/** `ArrayBuffer.prototype.transfer` of ECMAScript 2024, which this project's language does not know yet. */
export type Transfer = (this: ArrayBuffer, bytes: number) => ArrayBuffer;

let { transfer } = ArrayBuffer.prototype as { readonly transfer?: Transfer };

/** Tells of a `transfer` that JavaScript has but does not show. */
export function useTransfer(found: Transfer | undefined): void {
  transfer ??= found;
}

/**
 * Gives the memory of a buffer that nobody uses any more back at once, and detaches it. Left to garbage collection, large
 * buffers pile up, each takes new memory from the system, and the collector runs for each. Nothing where JavaScript cannot.
 */
export function freeAtOnce(buffer: ArrayBuffer): void {
  transfer?.call(buffer, 0);
}

/** Bytes of a buffer that is worth freeing. Smaller arrays of Node may share one buffer. */
const LARGE = 2 ** 18;

/** The same of the memory of large arrays, unless other threads see it or it is that of what is `kept`; whichever of them share one. */
export function freeArrays(
  arrays: Iterable<{ readonly buffer: ArrayBufferLike }>,
  kept?: { readonly buffer: ArrayBufferLike },
): void {
  for (const { buffer } of arrays) {
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= LARGE && buffer !== kept?.buffer) freeAtOnce(buffer);
  }
}
