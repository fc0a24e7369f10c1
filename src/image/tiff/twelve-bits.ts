/**
 * Samples of 12 bits, packed without a gap but from row to row (TIFF 6.0, BitsPerSample), as 16-bit words in the byte
 * order of the file. The values stay what they are.
 *
 * @param bytes of whole rows
 * @param samples in a row
 */
export function unpackTwelveBits(
  bytes: Uint8Array,
  { samples, little }: { samples: number; little: boolean },
): Uint8Array {
  const rowBytes = Math.ceil((samples * 12) / 8);
  const rows = Math.floor(bytes.length / rowBytes);
  const out = new Uint8Array(rows * samples * 2);
  const view = new DataView(out.buffer);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < samples; i++) {
      const at = row * rowBytes + Math.floor((i * 3) / 2);
      const value = i % 2 === 0 ? (bytes[at]! << 4) | (bytes[at + 1]! >> 4) : ((bytes[at]! & 15) << 8) | bytes[at + 1]!;
      view.setUint16((row * samples + i) * 2, value, little);
    }
  }
  return out;
}
