import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A ZIP archive of files, and of empty folders where a name ends with `/`. */
export async function makeZip(files: Readonly<Record<string, Uint8Array | string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith('/')) zip.addEmptyDirectory(name);
    else zip.addBuffer(Buffer.from(content), name);
  }
  zip.end();
  return buffer(zip.outputStream);
}

/** The archive with every occurrence of a name put in place of another of the same length. */
export function rename(zip: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error('names of one length are needed');
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}

/** The archive with a byte of each entry in its directory changed, at an offset from the beginning of the entry. */
export function changeDirectory(zip: Buffer, offset: number, change: (byte: number) => number): Buffer {
  const changed = Buffer.from(zip);
  for (let at = changed.indexOf('PK\x01\x02'); at >= 0; at = changed.indexOf('PK\x01\x02', at + 1)) {
    changed[at + offset] = change(changed[at + offset]!);
  }
  return changed;
}
