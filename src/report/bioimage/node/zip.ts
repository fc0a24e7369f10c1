import { ZipFile } from 'yazl';

/** A file of a package. */
export interface PackageFile {
  readonly name: string;
  readonly data: Uint8Array;
}

/** What is small already. */
const COMPRESSED = /\.(jpg|png|onnx)$/;

/**
 * A zip archive of some files. The same files give the same bytes: none has a time but the first that the format knows,
 * which is written as the clock on the wall, whatever the time zone.
 */
export async function zipFiles(files: readonly PackageFile[]): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const { name, data } of files) {
    zip.addBuffer(Buffer.from(data), name, {
      mtime: new Date(1980, 0, 1),
      forceDosTimestamp: true,
      mode: 0o100644,
      compress: !COMPRESSED.test(name),
    });
  }
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces);
}
