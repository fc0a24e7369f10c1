import { MilscopeError } from '../../errors.ts';
import type { ByteRange } from '../../files/files.ts';
import type { FileBytes } from '../bytes.ts';
import type { Window } from '../region.ts';
import type { TiffDirectory } from './directory.ts';
import { compressions, none, tags } from './tags.ts';

/** Where a strip or tile is in the file, and the bytes that it has once it is decompressed. */
export interface Segment extends ByteRange {
  readonly decoded: number;
}

/** How a page is cut into strips or tiles. */
export interface Segments {
  /** Width and height of a tile, or of a strip: the width of the page and its rows. */
  readonly segment: readonly [width: number, height: number];
  readonly tiled: boolean;
  /** The strips or tiles in their order; those of the second sample follow those of the first where they are planar. */
  readonly segments: readonly Segment[];
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly samples: number;
  readonly planar: boolean;
  readonly compression: number;
  readonly file: string;
  readonly size: number;
}

/**
 * The strips or tiles of a page, all of which must lie in the file. Where a page claims more pixels than they can hold,
 * by what its compression can do at most, it lies: nothing is allocated for it.
 */
export function segmentsOf({ numbers }: TiffDirectory, layout: Layout): Segments {
  const { width, height, bits, samples, planar, compression, file, size } = layout;
  const corrupt = (problem: string, found?: string, expected?: string): MilscopeError => {
    const remedy = 'copy the file again from where it came';
    return new MilscopeError('BadImage', { file, problem, found, expected, remedy });
  };
  const tiled = numbers.has(tags.tileOffsets) || numbers.has(tags.tileWidth);
  const offsets = numbers.get(tiled ? tags.tileOffsets : tags.stripOffsets) ?? [];
  const counts = numbers.get(tiled ? tags.tileByteCounts : tags.stripByteCounts) ?? [];
  if (offsets.length === 0) throw corrupt('the TIFF has a page without pixels');
  const rows = Math.min(height, numbers.get(tags.rowsPerStrip)?.[0] ?? height);
  const segment: [number, number] = tiled
    ? [numbers.get(tags.tileWidth)?.[0] ?? 0, numbers.get(tags.tileLength)?.[0] ?? 0]
    : [width, rows];
  if (!(width > 0 && height > 0 && segment[0] > 0 && segment[1] > 0)) {
    const found = `${width} × ${height} pixels in pieces of ${segment.join(' × ')}`;
    throw corrupt('the header is corrupt: the size it names cannot be in the file', found);
  }
  const down = Math.ceil(height / segment[1]);
  const perPlane = Math.ceil(width / segment[0]) * down;
  const expected = perPlane * (planar ? samples : 1);
  if (offsets.length < expected) {
    const pieces = tiled ? 'tiles' : 'strips';
    throw corrupt(`the TIFF lists fewer ${pieces} than its size needs`, String(offsets.length), String(expected));
  }
  const rowBytes = Math.ceil((segment[0] * (planar ? 1 : samples) * bits) / 8);
  const segments = Array.from({ length: expected }, (_, i): Segment => {
    const last = !tiled && i % down === down - 1;
    const decoded = rowBytes * (last ? height - (down - 1) * segment[1] : segment[1]);
    const offset = offsets[i]!;
    // Old writers name no counts where nothing is compressed, and some count the last strip as long as the others though
    // the image ends before it does.
    const raw = compression === none && (!tiled || counts[i] === undefined);
    return { offset, length: raw ? Math.min(counts[i] ?? decoded, decoded) : (counts[i] ?? size - offset), decoded };
  });
  const end = segments.reduce((furthest, { offset, length }) => Math.max(furthest, offset + length), 0);
  const short = segments.find(({ length, decoded }) => length <= 0 || (compression === none && length < decoded));
  if (end > size || short !== undefined) {
    throw corrupt(
      'the TIFF is cut short: some of its pixels are missing',
      end > size ? `${size} bytes` : `a piece of ${short?.length} bytes`,
      `at least ${end > size ? end : compression === none ? short?.decoded : 1}`,
    );
  }
  const { name, ratio } = compressions.get(compression)!;
  const claimed = segments.reduce((sum, { decoded }) => sum + decoded, 0);
  const there = Math.min(
    size,
    segments.reduce((sum, { length }) => sum + length, 0),
  );
  if (claimed > ratio * there) {
    throw corrupt(
      'the header is corrupt: the size it names cannot be in the file',
      `${width} × ${height} pixels, ${claimed} bytes, in ${there} bytes of the file`,
      `at most ${ratio} bytes from one (compression: ${name})`,
    );
  }
  if (compression === none && !tiled && down === 1) return cutStrip(segments, { width, height, rowBytes });
  return { segment, segments, tiled };
}

/** Bytes of the strips, about, that one of a whole image is cut into. */
const STRIP_BYTES = 2 ** 20;

/** A whole image in one strip, uncompressed, as shorter ones: of these, only those that are wanted are read. */
function cutStrip(
  whole: readonly Segment[],
  { width, height, rowBytes }: { readonly width: number; readonly height: number; readonly rowBytes: number },
): Segments {
  const rows = Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / rowBytes)));
  const segments = whole.flatMap(({ offset }) =>
    Array.from({ length: Math.ceil(height / rows) }, (_, i): Segment => {
      const decoded = rowBytes * Math.min(rows, height - i * rows);
      return { offset: offset + i * rows * rowBytes, length: decoded, decoded };
    }),
  );
  return { segment: [width, rows], segments, tiled: false };
}

/**
 * The strips or tiles that a window of a page touches, by their places among those of the page (or of one sample, where it
 * is planar), by rows, and the area that they cover together.
 */
export function coverWindow(
  { width, height, segment }: Segments & { readonly width: number; readonly height: number },
  window: Window,
): { readonly area: Window; readonly chosen: readonly number[] } {
  const along = (from: number, length: number, piece: number) =>
    [Math.floor(from / piece), Math.ceil((from + length) / piece)] as const;
  const [firstColumn, endColumn] = along(window.left, window.width, segment[0]);
  const [firstRow, endRow] = along(window.top, window.height, segment[1]);
  const across = Math.ceil(width / segment[0]);
  const chosen: number[] = [];
  for (let row = firstRow; row < endRow; row++) {
    for (let column = firstColumn; column < endColumn; column++) chosen.push(row * across + column);
  }
  const [left, top] = [firstColumn * segment[0], firstRow * segment[1]];
  const [right, bottom] = [Math.min(width, endColumn * segment[0]), Math.min(height, endRow * segment[1])];
  return { area: { top, left, height: bottom - top, width: right - left }, chosen };
}

/** The bytes of strips or tiles, in their order. Those that lie close together in the file are read in one go. */
export async function readSegments(bytes: FileBytes, segments: readonly Segment[]): Promise<Uint8Array[]> {
  const sorted = [...segments.entries()].sort(([, a], [, b]) => a.offset - b.offset);
  const runs: { offset: number; end: number; members: (readonly [number, Segment])[] }[] = [];
  for (const member of sorted) {
    const [, { offset, length }] = member;
    const run = runs.at(-1);
    if (run !== undefined && offset <= run.end + CLOSE) {
      run.end = Math.max(run.end, offset + length);
      run.members.push(member);
    } else runs.push({ offset, end: offset + length, members: [member] });
  }
  const pieces = await bytes.pieces(runs.map(({ offset, end }) => ({ offset, length: end - offset })));
  const out: Uint8Array[] = [];
  for (const [r, { offset: start, members }] of runs.entries()) {
    for (const [i, { offset, length }] of members)
      out[i] = pieces[r]!.subarray(offset - start, offset - start + length);
  }
  return out;
}

/** Bytes between strips that are rather read than skipped. */
const CLOSE = 65536;
