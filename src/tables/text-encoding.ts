/** The bytes of a text, whole or in pieces. */
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Encodings that tables come in. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Bytes in which UTF-16 without its mark shows itself. */
const SAMPLE = 4096;

/** Which UTF-16 a text is: by its mark, or since every other byte of most of its letters is 0; undefined for any other text. */
export function utf16Of(beginning: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [first, second] = beginning;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const sample = beginning.subarray(0, SAMPLE);
  const zeros = [0, 1].map((parity) => sample.filter((byte, i) => i % 2 === parity && byte === 0).length);
  const [even = 0, odd = 0] = zeros;
  if (even === 0 && odd > sample.length / 4) return 'utf-16le';
  return odd === 0 && even > sample.length / 4 ? 'utf-16be' : undefined;
}

/**
 * The encoding of a text: UTF-16 where it begins with the mark of it or every other byte is 0, UTF-8 where all of it is valid, else Windows-1252, which
 * spreadsheets on Windows write for the µ of µM.
 *
 * @param beginning the first bytes
 * @param pieces the whole of it, which is passed through only as far as it takes
 */
export async function encodingOf(beginning: Uint8Array, pieces: () => Pieces): Promise<TextEncoding> {
  const wide = utf16Of(beginning);
  if (wide !== undefined) return wide;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const isValid = (piece?: Uint8Array): boolean => {
    try {
      decoder.decode(piece, { stream: piece !== undefined });
      return true;
    } catch {
      return false;
    }
  };
  for await (const piece of pieces()) if (!isValid(piece)) return 'windows-1252';
  return isValid() ? 'utf-8' : 'windows-1252';
}

/** A text in pieces, without its mark. */
export async function* decodeText(pieces: Pieces, encoding: TextEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const piece of pieces) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}
