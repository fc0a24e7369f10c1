import { isMilscopeError } from '../errors.ts';
import type { Image } from '../pixels/pixels.ts';
import { mapInOrder } from '../threads/map-in-order.ts';
import type { ScreenAccess } from './access.ts';
import { readField } from './read-field.ts';
import type { Field, Screen } from './screen.ts';
import { requireSome, type SkippedField, skippedField } from './skipped.ts';

/** A field whose every pixel could be decoded. */
export interface ReadableField<Measured> {
  readonly field: Field;
  readonly height: number;
  readonly width: number;
  /** Bits of a sample: 8, 16, or 32 for float. */
  readonly bitDepth: 8 | 16 | 32;
  /** What `measure` gave for its pixels. */
  readonly measured: Measured;
}

export interface CheckedFields<Measured> {
  /** In the order of the screen. */
  readonly readable: readonly ReadableField<Measured>[];
  /** In the order of the screen. */
  readonly skipped: readonly SkippedField[];
}

/**
 * Decodes every field of a screen once, `threads` at a time, and says which can be used: nothing less finds out every
 * file that is damaged or cut short. Pixels are not kept; what is wanted of them is computed in the same pass by
 * `measure`, which should give something small.
 *
 * @example
 * const { readable, skipped } = await checkFields(screen, { threads: 2, measure: (_, image) => channelSums(image) }, access);
 */
export async function checkFields<Measured = undefined>(
  screen: Screen,
  {
    threads,
    measure,
    onProgress,
  }: {
    threads: number;
    measure?: (field: Field, image: Image) => Measured;
    onProgress?: (done: number, total: number) => void;
  },
  access: ScreenAccess,
): Promise<CheckedFields<Measured>> {
  const check = async (field: Field): Promise<ReadableField<Measured> | SkippedField> => {
    let image: Image;
    try {
      image = await readField(screen, field, access);
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
      return skippedField(field, error);
    }
    const { height, width, data } = image;
    const bitDepth = (data.BYTES_PER_ELEMENT * 8) as 8 | 16 | 32;
    return { field, height, width, bitDepth, measured: measure?.(field, image) as Measured };
  };
  const readable: ReadableField<Measured>[] = [];
  const skipped: SkippedField[] = [];
  for await (const result of mapInOrder(screen.fields, threads, check)) {
    if ('tag' in result) skipped.push(result);
    else readable.push(result);
    onProgress?.(readable.length + skipped.length, screen.fields.length);
  }
  return { readable, skipped };
}

/**
 * Lets a screen pass of which some field can be decoded. Fields are tried in their order until one is.
 *
 * @throws TooManyUnreadable where none can be, with the first message of each kind
 */
export async function requireReadableField(screen: Screen, access: ScreenAccess): Promise<void> {
  const skipped: SkippedField[] = [];
  for (const field of screen.fields) {
    try {
      await readField(screen, field, access);
      return;
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
      skipped.push(skippedField(field, error));
    }
  }
  requireSome(screen, { done: 0, skipped });
}
