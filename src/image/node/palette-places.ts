import { crc32 } from 'node:zlib';

/** Where the header chunk of a PNG is: its bit depth, its colour type and its checksum (PNG, 11.2.2). */
const HEADER = { start: 12, bits: 24, colour: 25, end: 29 } as const;
const GREY = 0;

/**
 * A PNG with a palette as one of greys, which are the places in the palette: the pixels stand in the file alike. Decoders spread
 * greys of fewer than 8 bits over 0 to 255, which `bits` undoes.
 */
export function withoutPalette(png: Uint8Array): { readonly bytes: Uint8Array; readonly bits: number } {
  const pieces: Uint8Array[] = [png.subarray(0, 8)];
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = 8; at + 12 <= png.length; ) {
    const end = at + 12 + view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (type !== 'PLTE' && type !== 'tRNS') pieces.push(png.subarray(at, end));
    at = end;
  }
  const bytes = new Uint8Array(Buffer.concat(pieces));
  bytes[HEADER.colour] = GREY;
  new DataView(bytes.buffer).setUint32(HEADER.end, crc32(bytes.subarray(HEADER.start, HEADER.end)));
  return { bytes, bits: bytes[HEADER.bits]! };
}
