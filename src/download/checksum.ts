import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { crc32 } from 'node:zlib';

/** CRC-32 of a file, read as a stream. */
export async function checksumOf(file: string): Promise<number> {
  let sum = 0;
  for await (const piece of createReadStream(file)) sum = crc32(piece as Uint8Array, sum);
  return sum;
}

/** SHA-256 of a file in hexadecimal, read as a stream. */
export async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const digest = createHash('sha256');
  for await (const piece of createReadStream(file, { signal })) digest.update(piece as Uint8Array);
  return digest.digest('hex');
}
