/** Bytes at a time: arguments of a function are limited. */
const CHUNK = 0x8000;

/** Bytes as base64, in Node and in browsers. */
export function toBase64(bytes: Uint8Array): string {
  const texts: string[] = [];
  for (let i = 0; i < bytes.length; i += CHUNK) texts.push(String.fromCharCode(...bytes.subarray(i, i + CHUNK)));
  return btoa(texts.join(''));
}
