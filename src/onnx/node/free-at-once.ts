import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** `ArrayBuffer.prototype.transfer` of ECMAScript 2024, which this project's language does not know yet. */
type Transfer = (this: ArrayBuffer, bytes: number) => ArrayBuffer;

const transfer = findTransfer();

/**
 * Gives the memory of a buffer that nobody uses any more back at once, and detaches it. Left to garbage collection, large
 * buffers pile up, and each takes new memory from the system.
 */
export function freeAtOnce(buffer: ArrayBuffer): void {
  transfer?.call(buffer, 0);
}

function findTransfer(): Transfer | undefined {
  const { transfer: known } = ArrayBuffer.prototype as { readonly transfer?: Transfer };
  if (known) return known;
  // Node 20 has it behind a flag, which is read when a context is made.
  setFlagsFromString('-harmony_rab_gsab_transfer');
  const found = runInNewContext('ArrayBuffer.prototype.transfer') as Transfer | undefined;
  setFlagsFromString('-no_harmony_rab_gsab_transfer');
  return found;
}
