import { MilscopeError } from '../../errors.ts';
import { counted } from '../../words.ts';
import type { TiffDirectory } from './directory.ts';
import { none, tags } from './tags.ts';

/** What the description that ImageJ writes says of a stack. */
export interface ImageJStack {
  /** Planes in all, as far as it says. */
  readonly images?: number | undefined;
  /** Of a hyperstack, or of a stack whose planes are some distance apart. */
  readonly hyperstack?: Hyperstack | undefined;
}

/** Planes in their order: channels change fastest, then planes of depth (`slices`), then points in time (`frames`). */
export interface Hyperstack {
  readonly channels: number;
  readonly slices: number;
  readonly frames: number;
}

/**
 * Reads the description of the first page where ImageJ wrote it (`ImageJ=1.53t`, then a line for each property). A stack
 * that says neither `hyperstack=true` nor `channels=` has no channels of its own, and its pages may be anything: ImageJ calls
 * those of every stack slices. Only where it also says how far apart they are (`spacing=`) are they planes of depth.
 */
export function parseImageJ(description: string): ImageJStack | undefined {
  if (!description.startsWith('ImageJ=')) return undefined;
  const value = (key: string): number | undefined => {
    const text = new RegExp(`^${key}=(\\d{1,9})\\s*$`, 'm').exec(description)?.[1];
    return text === undefined ? undefined : Number(text);
  };
  const [channels, slices, frames] = [value('channels'), value('slices') ?? 1, value('frames') ?? 1];
  const isApart = slices > 1 && value('images') === slices && /^spacing=[-+\d.eE]+\s*$/m.test(description);
  const hyper = channels !== undefined || isApart || /^hyperstack=true\s*$/m.test(description);
  return { images: value('images'), hyperstack: hyper ? { channels: channels ?? 1, slices, frames } : undefined };
}

/**
 * The directories of a stack, with those that it leaves out: ImageJ lists of more than 4 GB the first plane alone, and
 * MetaMorph always does; the others follow that one in the file, as they are.
 *
 * @throws BadImage when planes are left out that do not follow so, or are not in the file.
 */
export function completeStack(
  directories: readonly TiffDirectory[],
  { images = 0, file, size }: { images: number | undefined; file: string; size: number },
): readonly TiffDirectory[] {
  if (images <= directories.length) return directories;
  const [first] = directories;
  const numbers = first?.numbers ?? new Map<number, readonly number[]>();
  const value = (tag: number): number => numbers.get(tag)?.[0] ?? 1;
  const [width, height, bits] = [value(tags.imageWidth), value(tags.imageLength), value(tags.bitsPerSample)];
  const plane = (width * height * value(tags.samplesPerPixel) * bits) / 8;
  const offsets = numbers.get(tags.stripOffsets) ?? [];
  const counts = numbers.get(tags.stripByteCounts) ?? [];
  const ends = offsets.map((offset, i) => offset + (counts[i] ?? plane));
  const together =
    offsets.every((offset, i) => i === 0 || offset === ends[i - 1]) && ends.at(-1)! >= offsets[0]! + plane;
  const there = offsets.length > 0 ? (size - offsets[0]!) / plane : 0;
  if (directories.length !== 1 || bits % 8 !== 0 || value(tags.compression) !== none || !together || there < images) {
    throw new MilscopeError('BadImage', {
      file,
      problem: 'the stack has planes that its directory does not list',
      found: `${directories.length} of ${counted(images, 'plane')}`,
      expected: 'a directory for each, or all planes one after the other behind the first and not compressed',
      remedy: 'copy the file again, or save it as a stack of less than 4 GB, or as a file a plane',
    });
  }
  return Array.from({ length: images }, (_, k) => {
    const moved = offsets.map((offset) => offset + k * plane);
    return { ...first!, numbers: new Map(numbers).set(tags.stripOffsets, moved) };
  });
}
