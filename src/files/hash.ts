import { createHash } from 'node:crypto';

/** SHA-256, in hexadecimal, of bytes or text that are at hand. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** SHA-256, in hexadecimal, of bytes or text, or of pieces of either one after the other. */
export async function hashContent(
  content: string | Uint8Array | AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<string> {
  const digest = createHash('sha256');
  if (typeof content === 'string' || content instanceof Uint8Array) digest.update(content);
  else for await (const piece of content) digest.update(piece);
  return digest.digest('hex');
}
