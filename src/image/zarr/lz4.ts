/** A chunk whose compressed bytes make no sense. */
export class DamagedChunk extends Error {
  override readonly name = 'DamagedChunk';
}

/**
 * Decodes a block of LZ4 into `out`, which it has to fill to the last byte (LZ4 Block Format Description, Y. Collet).
 *
 * The codec that comes with zarrita ends for good, for later chunks too, at the first block that is damaged.
 *
 * @throws DamagedChunk
 */
export function decodeLz4(block: Uint8Array, out: Uint8Array): void {
  let from = 0;
  let to = 0;
  /** A length of 15 goes on in the bytes that follow, until one is not 255. */
  const length = (nibble: number): number => {
    let total = nibble;
    for (let more = nibble === 15 ? 255 : 0; more === 255; ) {
      more = block[from++] ?? fail('it is cut short');
      total += more;
    }
    return total;
  };
  while (from < block.length) {
    const token = block[from++]!;
    const literals = length(token >> 4);
    if (from + literals > block.length || to + literals > out.length) fail('a run of bytes is too long');
    out.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    // The last sequence has no match.
    if (from === block.length) break;
    const offset = block[from]! | ((block[from + 1] ?? fail('it is cut short')) << 8);
    from += 2;
    const match = length(token & 15) + 4;
    if (offset === 0 || offset > to || to + match > out.length) fail('a repetition reaches too far');
    if (offset >= match) out.copyWithin(to, to - offset, to - offset + match);
    else for (let i = to; i < to + match; i++) out[i] = out[i - offset]!;
    to += match;
  }
  if (to !== out.length) fail(`it gives ${to} bytes, not ${out.length}`);
}

function fail(reason: string): never {
  throw new DamagedChunk(`an LZ4 block is damaged: ${reason}`);
}
