import { deflateSync, inflateSync } from 'node:zlib';
import type { TiffPage } from '../tiff/page.ts';
import type { PageBytes } from '../tiff/page-bytes.ts';
import { black, deflate, none, palette, rgb, tags, zstandard } from '../tiff/tags.ts';
import { unpackTwelveBits } from '../tiff/twelve-bits.ts';
import { unpackZstandard } from './zstandard.ts';

/**
 * One page, or one sample of a planar page, as a BigTIFF of its own that has nothing but what its pixels need. So libtiff
 * never sees the rest of a file, which may be damaged, and only the page that is wanted is read. On the way,
 *
 * - Zstandard, which sharp's libtiff lacks, becomes deflate that is merely stored, so that libtiff undoes the predictor;
 * - packed samples of 12 bits become 16 bits;
 * - signed samples count as unsigned, since sharp would move them;
 * - several samples of grey a pixel become as many pixels side by side, since sharp would take them for colours or alpha.
 *
 * @throws Error when the bytes of a strip or tile do not decompress.
 */
export async function rebuildPage({ page, little, area, segments, pieces, alone }: PageBytes): Promise<Buffer> {
  const { tiled, segment, bits } = page;
  const stretch = page.wide ? page.stored : 1;
  const transcoded = page.compression === zstandard || bits === 12;
  // A writer may have filled up the last strip to the length of the others.
  const most = page.segments.reduce((longest, { decoded }) => Math.max(longest, decoded), 0);
  const data = transcoded
    ? await Promise.all(segments.map(({ decoded }, i) => transcode(pieces[i]!, { page, little, decoded, most, alone })))
    : pieces;
  const predictor = page.compression === none ? 1 : page.predictor;
  const stored = alone || page.wide ? 1 : page.stored;
  const compression = transcoded ? (predictor > 1 ? 8 : none) : page.compression;
  const each = (value: number): number[] => Array.from({ length: stored }, () => value);
  const offsets: number[] = [];
  const lengths = data.map(({ length }) => length);
  const entries: Entry[] = [
    [tags.imageWidth, 'LONG8', [area.width * stretch]],
    [tags.imageLength, 'LONG8', [area.height]],
    [tags.bitsPerSample, 'SHORT', each(bits === 12 ? 16 : bits)],
    [tags.compression, 'SHORT', [compression]],
    [tags.photometric, 'SHORT', [alone && page.photometric === rgb ? black : page.photometric]],
    [tags.samplesPerPixel, 'SHORT', [stored]],
    [tags.planarConfiguration, 'SHORT', [1]],
    [tags.predictor, 'SHORT', [predictor]],
    [tags.sampleFormat, 'SHORT', each(page.type === 'float' ? 3 : 1)],
    [tiled ? tags.tileOffsets : tags.stripOffsets, 'LONG8', offsets],
    [tiled ? tags.tileByteCounts : tags.stripByteCounts, 'LONG8', lengths],
    ...(tiled
      ? ([
          [tags.tileWidth, 'LONG8', [segment[0] * stretch]],
          [tags.tileLength, 'LONG8', [segment[1]]],
        ] as const)
      : ([[tags.rowsPerStrip, 'LONG8', [segment[1]]]] as const)),
  ];
  const copied = [
    tags.fillOrder,
    ...(page.photometric === palette ? [tags.colorMap] : []),
    tags.jpegTables,
    tags.ycbcrSubsampling,
    tags.ycbcrPositioning,
  ];
  for (const tag of alone
    ? [tags.fillOrder, tags.jpegTables]
    : [...copied, ...(page.wide ? [] : [tags.extraSamples])]) {
    const values = page.directory.numbers.get(tag);
    if (values !== undefined) entries.push([tag, tag === tags.jpegTables ? 'UNDEFINED' : 'SHORT', values]);
  }
  return layOut(entries, { offsets, data, little });
}

/** Codes of field types, and the bytes of a value. */
const types = { SHORT: [3, 2], UNDEFINED: [7, 1], LONG8: [16, 8] } as const;
type Entry = readonly [tag: number, type: keyof typeof types, values: readonly number[]];

/** Header, one directory, the values that do not fit into it, the strips; `offsets` is filled in on the way. */
function layOut(
  entries: readonly Entry[],
  { offsets, data, little }: { offsets: number[]; data: readonly Uint8Array[]; little: boolean },
): Buffer {
  const sorted = [...entries].sort(([a], [b]) => a - b);
  const directory = 16 + 8 + 20 * sorted.length + 8;
  let at = directory;
  const places = sorted.map(([, type, values]) => {
    const place = at;
    const length = types[type][1] * (values === offsets ? data.length : values.length);
    if (length > 8) at += length;
    return place;
  });
  for (const { length } of data) {
    offsets.push(at);
    at += length;
  }
  const out = Buffer.alloc(at);
  const view = new DataView(out.buffer, out.byteOffset, out.length);
  out.write(little ? 'II' : 'MM', 0, 'latin1');
  view.setUint16(2, 43, little);
  view.setUint16(4, 8, little);
  view.setBigUint64(8, 16n, little);
  view.setBigUint64(16, BigInt(sorted.length), little);
  for (const [i, [tag, type, values]] of sorted.entries()) {
    const [code, size] = types[type];
    const entry = 24 + 20 * i;
    const long = values.length * size > 8;
    view.setUint16(entry, tag, little);
    view.setUint16(entry + 2, code, little);
    view.setBigUint64(entry + 4, BigInt(values.length), little);
    if (long) view.setBigUint64(entry + 12, BigInt(places[i]!), little);
    const start = long ? places[i]! : entry + 12;
    for (const [k, value] of values.entries()) {
      if (size === 1) view.setUint8(start + k, value);
      else if (size === 2) view.setUint16(start + 2 * k, value, little);
      else view.setBigUint64(start + 8 * k, BigInt(value), little);
    }
  }
  for (const [i, piece] of data.entries()) out.set(piece, offsets[i]!);
  return out;
}

interface Transcoding {
  readonly page: TiffPage;
  readonly little: boolean;
  readonly decoded: number;
  readonly most: number;
  readonly alone: boolean;
}

/** A strip or tile in a form that sharp's libtiff reads. */
async function transcode(bytes: Uint8Array, { page, little, decoded, most, alone }: Transcoding): Promise<Uint8Array> {
  const { compression, segment, stored, bits, predictor } = page;
  let raw = bytes;
  if (compression === zstandard) raw = await unpackZstandard(bytes, { decoded, most });
  if (deflate.has(compression)) raw = inflateSync(bytes, { maxOutputLength: most });
  if (raw.length < decoded) throw new Error(`a strip or tile has ${raw.length} of ${decoded} bytes`);
  raw = raw.subarray(0, decoded);
  if (bits === 12) raw = unpackTwelveBits(raw, { samples: segment[0] * (alone ? 1 : stored), little });
  return predictor > 1 ? deflateSync(raw, { level: 0 }) : raw;
}
