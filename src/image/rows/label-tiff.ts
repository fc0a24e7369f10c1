import type { Files, OpenFile } from '../../files/files.ts';
import type { ImageSize, RowWriter } from './row-writer.ts';

/** Pixels along the side of a tile: a multiple of 16, as TIFF wants it. */
const SIDE = 256;

/** Types of TIFF's fields, and the bytes of a value. */
const TYPES = { short: { code: 3, bytes: 2 }, long: { code: 4, bytes: 4 }, long8: { code: 16, bytes: 8 } } as const;

type Entry = readonly [tag: number, type: keyof typeof TYPES, values: readonly number[]];

/**
 * Begins a TIFF of 32-bit labels that is written row by row: in tiles, compressed with deflate, little-endian, and as a BigTIFF
 * where offsets of 32 bits may not reach (https://www.awaresystems.be/imaging/tiff/bigtiff.html).
 *
 * @param options.big makes a BigTIFF whatever the size is
 */
export async function openLabelTiff(
  path: string,
  { height, width }: ImageSize,
  { files }: { readonly files: Pick<Files, 'open'> },
  { big = height * width * 4 > 3.9e9 }: { big?: boolean } = {},
): Promise<RowWriter<Int32Array>> {
  const file = await files.open(path);
  const header = new DataView(new ArrayBuffer(big ? 16 : 8));
  header.setUint16(0, 0x4949, true);
  header.setUint16(2, big ? 43 : 42, true);
  if (big) header.setUint16(4, 8, true);
  await file.write(new Uint8Array(header.buffer));
  let at = header.byteLength;
  const [offsets, counts]: [number[], number[]] = [[], []];
  const band = new Int32Array(SIDE * width);
  let filled = 0;
  const writeBand = async () => {
    for (let left = 0; left < width; left += SIDE) {
      const bytes = await deflate(tileOf(band, { left, width, rows: filled }));
      await file.write(bytes);
      offsets.push(at);
      counts.push(bytes.length);
      at += bytes.length;
    }
    filled = 0;
  };
  return {
    async write(rows) {
      for (let from = 0; from < rows.length; ) {
        const some = rows.subarray(from, Math.min(rows.length, from + (SIDE - filled) * width));
        band.set(some, filled * width);
        filled += some.length / width;
        from += some.length;
        if (filled === SIDE) await writeBand();
      }
    },
    async keep() {
      if (filled > 0) await writeBand();
      await writeDirectory(file, { entries: entriesOf({ height, width, offsets, counts, big }), at, big });
      await file.keep();
    },
    discard: file.discard,
  };
}

/** Labels of a tile, zero where the image ends. */
function tileOf(band: Int32Array, { left, width, rows }: { left: number; width: number; rows: number }): Uint8Array {
  const tile = new Uint8Array(SIDE * SIDE * 4);
  const view = new DataView(tile.buffer);
  const columns = Math.min(SIDE, width - left);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) view.setUint32(4 * (y * SIDE + x), band[y * width + left + x]!, true);
  }
  return tile;
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

interface Described extends ImageSize {
  readonly offsets: readonly number[];
  readonly counts: readonly number[];
  readonly big: boolean;
}

/** The fields of the directory, by their tags (TIFF 6.0, sections 8 and 15). */
function entriesOf({ height, width, offsets, counts, big }: Described): readonly Entry[] {
  return [
    [256, 'long', [width]],
    [257, 'long', [height]],
    [258, 'short', [32]],
    // Deflate, as Adobe has it.
    [259, 'short', [8]],
    // Zero is black.
    [262, 'short', [1]],
    [277, 'short', [1]],
    [284, 'short', [1]],
    [322, 'short', [SIDE]],
    [323, 'short', [SIDE]],
    [324, big ? 'long8' : 'long', offsets],
    [325, 'long', counts],
    // Unsigned whole numbers.
    [339, 'short', [1]],
  ];
}

/** Writes the directory, what does not fit into it before it, and then into the header where it is. */
async function writeDirectory(
  file: OpenFile,
  { entries, at, big }: { entries: readonly Entry[]; at: number; big: boolean },
): Promise<void> {
  const field = big ? 8 : 4;
  const put = (view: DataView, place: number, value: number, bytes: number) => {
    if (bytes === 2) view.setUint16(place, value, true);
    else if (bytes === 4) view.setUint32(place, value, true);
    else view.setBigUint64(place, BigInt(value), true);
  };
  let end = at;
  const lead = big ? 8 : 2;
  const size = 4 + 2 * field;
  const directory = new DataView(new ArrayBuffer(lead + entries.length * size + field));
  put(directory, 0, entries.length, lead);
  for (const [i, [tag, type, values]] of entries.entries()) {
    const { code, bytes } = TYPES[type];
    const own = new DataView(new ArrayBuffer(Math.max(field, values.length * bytes)));
    values.forEach((value, k) => {
      put(own, k * bytes, value, bytes);
    });
    const place = lead + i * size;
    directory.setUint16(place, tag, true);
    directory.setUint16(place + 2, code, true);
    put(directory, place + 4, values.length, field);
    const inPlace = values.length * bytes <= field;
    if (inPlace) new Uint8Array(directory.buffer).set(new Uint8Array(own.buffer), place + 4 + field);
    else {
      // Values begin at even bytes.
      const padding = end % 2;
      await file.write(new Uint8Array(padding));
      await file.write(new Uint8Array(own.buffer));
      put(directory, place + 4 + field, end + padding, field);
      end += padding + own.byteLength;
    }
  }
  if (end % 2 === 1) await file.write(Uint8Array.of(0));
  await file.write(new Uint8Array(directory.buffer));
  const pointer = new DataView(new ArrayBuffer(field));
  put(pointer, 0, end + (end % 2), field);
  await file.patch(big ? 8 : 4, new Uint8Array(pointer.buffer));
}
