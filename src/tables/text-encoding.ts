/** The bytes of a text, whole or in pieces. */
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Encodings that tables come in. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/**
 * The encoding of a text: UTF-16 where it begins with the mark of it, UTF-8 where all of it is valid, else Windows-1252, which
 * spreadsheets on Windows write for the µ of µM.
 *
 * @param beginning the first bytes
 * @param pieces the whole of it, which is passed through only as far as it takes
 */
export async function encodingOf(beginning: Uint8Array, pieces: () => Pieces): Promise<TextEncoding> {
  const [first, second] = beginning;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
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
