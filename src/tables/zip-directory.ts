/** What the directory of a ZIP archive says of a file in it. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes in the archive, and bytes when unpacked. */
  readonly packed: number;
  readonly size: number;
}

/** The longest end record: 22 bytes, and a comment. */
const LONGEST_END = 22 + 65535;
/** A size that stands in the extra field of ZIP64. */
const ELSEWHERE = 0xffff_ffff;

/**
 * The directory of a ZIP archive (APPNOTE 4.3.12), in the order of the archive.
 *
 * @throws Error for an archive that is cut short or contradicts itself
 */
export function readZipDirectory(bytes: Uint8Array): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  const entries: ZipEntry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw new Error('its directory is damaged');
    const lengths = [
      view.getUint16(at + 28, true),
      view.getUint16(at + 30, true),
      view.getUint16(at + 32, true),
    ] as const;
    const [nameLength, extraLength, commentLength] = lengths;
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const sizes = { packed: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true) };
    entries.push({ name, ...(sizes.size === ELSEWHERE ? { ...sizes, size: Number.POSITIVE_INFINITY } : sizes) });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

function endOf(view: DataView): number {
  const first = Math.max(0, view.byteLength - LONGEST_END);
  for (let at = view.byteLength - 22; at >= first; at--) if (view.getUint32(at, true) === 0x06054b50) return at;
  throw new Error('it is cut short');
}
