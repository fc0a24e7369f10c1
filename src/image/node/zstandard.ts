import { zstandard } from '../tiff/tags.ts';

/** The Zstandard frame (RFC 8878, section 3.1.1), as far as it must be known to trust what is in it. */
const MAGIC = 0xfd2fb528;

/**
 * Decompresses a strip or tile that is to become `decoded` bytes, of which a writer may have made up to `most`.
 *
 * libzstd trusts a frame with as much memory as it asks for, and geotiff's face of it does not look at its errors. So the
 * frame is walked first, and where it names no size, its header is written anew with that of the image: then libzstd
 * makes exactly so many bytes or none.
 *
 * @throws Error when the frame is no Zstandard or does not hold so many bytes.
 */
export async function unpackZstandard(
  bytes: Uint8Array,
  { decoded, most }: { decoded: number; most: number },
): Promise<Uint8Array> {
  const { frame, size } = sizedFrame(bytes, decoded);
  if (size < decoded || size > most) throw new Error(`the Zstandard data hold ${size} bytes`);
  const { getDecoder } = await import('geotiff');
  const asTheyAre = { tileWidth: 1, tileHeight: 1, predictor: 1, bitsPerSample: [8], planarConfiguration: 1 };
  const decoder = await getDecoder(zstandard, asTheyAre);
  const out = new Uint8Array(await decoder.decode(frame.buffer));
  if (out.length !== size) throw new Error('the Zstandard data are damaged');
  return out.subarray(0, decoded);
}

/** The first frame of some bytes alone, its header naming the size of its content: its own, or else the one given. */
function sizedFrame(bytes: Uint8Array, otherwise: number): { frame: Uint8Array<ArrayBuffer>; size: number } {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (data.length < 6 || data.readUInt32LE(0) !== MAGIC) throw new Error('these data are no Zstandard');
  const descriptor = data[4]!;
  if ((descriptor & 0x0b) !== 0) throw new Error('the Zstandard data are damaged or need a dictionary');
  const single = (descriptor & 0x20) !== 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const blocks = single ? 5 : 6;
  let at = blocks + sizeBytes;
  for (let last = false; !last; ) {
    if (at + 3 > data.length) throw new Error('the Zstandard data are cut short');
    const block = data.readUIntLE(at, 3);
    const repeated = ((block >> 1) & 3) === 1;
    last = (block & 1) === 1;
    at += 3 + (repeated ? 1 : block >> 3);
  }
  const end = at + (descriptor & 4 ? 4 : 0);
  if (end > data.length) throw new Error('the Zstandard data are cut short');
  if (sizeBytes > 0) {
    const size = sizeBytes === 8 ? Number(data.readBigUInt64LE(blocks)) : data.readUIntLE(blocks, sizeBytes);
    return { frame: new Uint8Array(data.subarray(0, end)), size: sizeBytes === 2 ? size + 256 : size };
  }
  // Eight bytes of size (flag 3) after the window that the frame names.
  const frame = Buffer.concat([data.subarray(0, blocks), Buffer.alloc(8), data.subarray(blocks, end)]);
  frame[4] = descriptor | 0xc0;
  frame.writeBigUInt64LE(BigInt(otherwise), blocks);
  return { frame: new Uint8Array(frame), size: otherwise };
}
