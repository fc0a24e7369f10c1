import { isMilscopeError } from '../errors.ts';
import type { Image } from '../pixels/pixels.ts';
import type { StripMeasure } from '../pixels/windows/strips.ts';
import { showStrips } from '../pixels/windows/walk.ts';
import { isInFiles } from '../pixels/windows/windowed-image.ts';
import { mapInOrder } from '../threads/map-in-order.ts';
import { oneAtATime } from '../threads/one-at-a-time.ts';
import type { ScreenAccess } from './access.ts';
import type { Field, Screen } from './screen.ts';
import { requireSome, type SkippedField, skippedField } from './skipped.ts';
import { openWindows } from './windows/open-windows.ts';

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
 * file that is damaged or cut short. Pixels are not kept; what is wanted of them is measured in the same pass, and should
 * be something small. Of a field that is read in windows (`openWindows`) a few strips are in memory, and of no other such field.
 *
 * @example
 * const { readable, skipped } = await checkFields(screen, { threads: 2, measure: (_, size) => measureSums(size) }, access);
 */
export async function checkFields<Measured = undefined>(
  screen: Screen,
  {
    threads,
    measure,
    onProgress,
    wholePixels,
  }: {
    threads: number;
    measure?: (field: Field, size: Omit<Image, 'data'>) => StripMeasure<Measured>;
    onProgress?: (done: number, total: number) => void;
    /** Fields of up to so many pixels are decoded whole; as `openWindows` has it unless given. */
    wholePixels?: number | undefined;
  },
  access: ScreenAccess,
): Promise<CheckedFields<Measured>> {
  const alone = oneAtATime();
  const check = async (field: Field): Promise<ReadableField<Measured> | SkippedField> => {
    try {
      const windows = await openWindows(screen, field, access, { wholePixels });
      const own = measure?.(field, windows);
      const look = () => showStrips(windows, own ? [own] : []);
      await (isInFiles(windows) ? alone(look) : look());
      const { height, width, sampleBytes } = windows;
      return { field, height, width, bitDepth: (sampleBytes * 8) as 8 | 16 | 32, measured: own?.result() as Measured };
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
      return skippedField(field, error);
    }
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
      await showStrips(await openWindows(screen, field, access), []);
      return;
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
      skipped.push(skippedField(field, error));
    }
  }
  requireSome(screen, { done: 0, skipped });
}
