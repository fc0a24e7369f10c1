import type { Files } from '../../files/files.ts';
import { crc32 } from '../crc32.ts';
import type { ImageSize, RowWriter } from './row-writer.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** The filter that takes from each byte the one above it. */
const UP = 2;

/** Begins a 16-bit grey PNG (W3C, Portable Network Graphics, third edition) that is written row by row. */
export async function openGreyPng(
  path: string,
  { height, width }: ImageSize,
  { files }: { readonly files: Pick<Files, 'open'> },
): Promise<RowWriter<Uint16Array>> {
  const file = await files.open(path);
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  // 16 bits, grey; the rest is as in every PNG that is not interlaced.
  header.setUint8(8, 16);
  await file.write(SIGNATURE);
  await file.write(chunk('IHDR', new Uint8Array(header.buffer)));
  const stream = new CompressionStream('deflate');
  const packer = stream.writable.getWriter();
  const packed = writeChunks(stream.readable, file);
  // It is awaited when the file ends; until then its failure is nobody's.
  packed.catch(() => undefined);
  const lines = createLines(width);
  return {
    async write(rows) {
      await packer.write(lines(rows));
    },
    async keep() {
      await packer.close();
      await packed;
      await file.write(chunk('IEND', new Uint8Array(0)));
      await file.keep();
    },
    async discard() {
      await packer.abort().catch(() => undefined);
      await packed.catch(() => undefined);
      await file.discard();
    },
  };
}

async function writeChunks(
  packed: ReadableStream<Uint8Array>,
  file: { readonly write: (piece: Uint8Array) => Promise<void> },
): Promise<void> {
  const reader = packed.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read())
    await file.write(chunk('IDAT', next.value));
}

/** Makes what filters rows, big-endian, each byte against the one above it. */
function createLines(width: number): (rows: Uint16Array) => Uint8Array<ArrayBuffer> {
  let above: Uint16Array = new Uint16Array(width);
  return (rows) => {
    const count = rows.length / width;
    const out = new Uint8Array(count * (2 * width + 1));
    let at = 0;
    for (let y = 0; y < count; y++) {
      const row = rows.subarray(y * width, (y + 1) * width);
      out[at++] = UP;
      for (let x = 0; x < width; x++) {
        const [own, other] = [row[x]!, above[x]!];
        out[at++] = (own >>> 8) - (other >>> 8);
        out[at++] = own - other;
      }
      above = row;
    }
    above = above.slice();
    return out;
  };
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
