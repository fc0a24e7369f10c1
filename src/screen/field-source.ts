import { isMilscopeError, MilscopeError } from '../errors.ts';
import type { Image } from '../pixels/pixels.ts';
import { shared } from '../pixels/shared-memory.ts';
import { isWindowed, type WindowedImage, windowsOf } from '../pixels/windows/windowed-image.ts';
import { freeArrays } from '../threads/free-at-once.ts';
import type { ScreenAccess } from './access.ts';
import { readField } from './read-field.ts';
import type { Field, Screen } from './screen.ts';
import { type SkippedField, skippedField } from './skipped.ts';
import { openWindows } from './windows/open-windows.ts';

/**
 * Gives the pixels of fields, keeping as many decoded as fit into `cacheBytes`, so that epochs after the first are fast.
 * Those that are kept stand in memory that all threads see, where there is such.
 */
export interface FieldSource {
  /** Pixels of a field; nothing, and an entry in `skipped`, if it cannot be read. */
  readonly read: (field: Field) => Promise<Image | undefined>;
  /** The same so that windows of it can be read, see `openWindows`: pixels of a large field are not decoded yet. */
  readonly open: (field: Field) => Promise<WindowedImage | undefined>;
  /** Gives the memory of pixels that nobody looks at any more back at once, unless they are kept. */
  readonly free: (pixels: Image | WindowedImage) => void;
  /** What some work on the pixels of a field gives; nothing, and an entry in `skipped`, if they cannot be read in it. */
  readonly unlessLost: <T>(field: Field, work: () => Promise<T>) => Promise<T | undefined>;
  /** Fields that could not be read so far, each once, in the order of their image numbers. */
  readonly skipped: () => readonly SkippedField[];
}

/** Bytes of decoded pixels that a source keeps unless told otherwise: 1 GB. */
const CACHE_BYTES = 1e9;

export function createFieldSource(
  screen: Screen,
  {
    cacheBytes = CACHE_BYTES,
    leastSide = 1,
    check,
    onSkip,
    wholePixels,
  }: {
    cacheBytes?: number;
    /** Fields that are smaller, in pixels, count as unreadable. */
    leastSide?: number;
    /** Throws for a field that counts as unreadable whatever its images hold. */
    check?: ((field: Field) => void) | undefined;
    onSkip?: (skipped: SkippedField) => void;
    /** Fields of up to so many pixels are opened whole; as `openWindows` has it unless given. */
    wholePixels?: number | undefined;
  },
  access: ScreenAccess,
): FieldSource {
  const cache = new Map<Field, Image>();
  const skipped = new Map<Field, SkippedField>();
  let bytes = 0;
  const unlessLost = async <T>(field: Field, work: () => Promise<T>): Promise<T | undefined> => {
    if (skipped.has(field)) return undefined;
    try {
      return await work();
    } catch (error) {
      if (!isMilscopeError(error) || error.tag === 'Interrupted') throw error;
      const entry = skippedField(field, error);
      if (!skipped.has(field)) onSkip?.(entry);
      skipped.set(field, entry);
      return undefined;
    }
  };
  const keep = (field: Field, image: Image): Image => {
    if (bytes + image.data.byteLength > cacheBytes || cache.has(field)) return image;
    const kept = shared(image);
    freeArrays([image.data], kept.data);
    cache.set(field, kept);
    bytes += image.data.byteLength;
    return kept;
  };
  const requireUsable = (field: Field, size: Pick<Image, 'height' | 'width'>) => {
    check?.(field);
    requireSide(size, { field, leastSide });
  };
  return {
    async read(field) {
      const known = cache.get(field);
      if (known) return known;
      return unlessLost(field, async () => {
        const image = await readField(screen, field, access);
        requireUsable(field, image);
        return keep(field, image);
      });
    },
    async open(field) {
      const known = cache.get(field);
      if (known) return windowsOf(known);
      return unlessLost(field, async () => {
        const windows = await openWindows(screen, field, access, { wholePixels });
        requireUsable(field, windows);
        return windows.whole ? windowsOf(keep(field, windows.whole)) : windows;
      });
    },
    free(pixels) {
      const image = isWindowed(pixels) ? pixels.whole : pixels;
      if (image && ![...cache.values()].some(({ data }) => data === image.data)) freeArrays([image.data]);
    },
    unlessLost,
    skipped: () => [...skipped].sort(([a], [b]) => a.imageNumber - b.imageNumber).map(([, entry]) => entry),
  };
}

/** Lets a field pass that the network sees something in. @throws TooSmall */
export function requireSide(
  { height, width }: Pick<Image, 'height' | 'width'>,
  { field, leastSide }: { field: Field; leastSide: number },
): void {
  if (Math.min(height, width) >= leastSide) return;
  throw new MilscopeError('TooSmall', {
    file: field.sources[0]?.file,
    problem: 'the field is too small for the network',
    found: `${width} × ${height} pixels`,
    expected: `at least ${leastSide} × ${leastSide}`,
    remedy: 'leave the field out, or give larger ones',
  });
}
