import type { Box } from '../../pixels/symmetry.ts';

/** Arrays of the numbers that planes hold. */
export interface NumbersOf {
  readonly uint8: Uint8Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
}

export type NumberKind = keyof NumbersOf;

export const ARRAYS = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array } as const;

/** A plane of numbers, `[height, width]`, that may be larger than memory: it is read and written in boxes. */
export interface StoredPlane<Kind extends NumberKind = NumberKind> {
  readonly kind: Kind;
  readonly height: number;
  readonly width: number;
  /** The numbers of a box, which lies in the plane. They may be those of the plane itself, so they are not to be changed. */
  readonly read: (box: Box) => Promise<NumbersOf[Kind]>;
  readonly write: (box: Box, numbers: NumbersOf[Kind]) => Promise<void>;
  /** Gives back the place that it takes; nothing can be read after that. */
  readonly remove: () => Promise<void>;
}

/** Makes planes, of zeros at first. */
export interface PlaneStore {
  readonly create: <Kind extends NumberKind>(
    kind: Kind,
    size: { readonly height: number; readonly width: number },
  ) => Promise<StoredPlane<Kind>>;
  /** Pixels that a strip of rows has, about, when a plane is read from top to bottom. */
  readonly stripPixels: number;
}

/** Pixels of a strip, unless told otherwise. */
export const STRIP_PIXELS = 2 ** 20;

/** Planes in memory. */
export function memoryPlanes({ stripPixels = STRIP_PIXELS }: { stripPixels?: number } = {}): PlaneStore {
  return {
    stripPixels,
    create: async (kind, { height, width }) =>
      inMemory(kind, new ARRAYS[kind](height * width) as NumbersOf[typeof kind], { height, width }),
  };
}

/** Numbers that are in memory already as a plane. */
export function inMemory<Kind extends NumberKind>(
  kind: Kind,
  numbers: NumbersOf[Kind],
  { height, width }: { readonly height: number; readonly width: number },
): StoredPlane<Kind> {
  return {
    ...{ kind, height, width },
    async read(box) {
      if (box.width === width) {
        return numbers.subarray(box.top * width, (box.top + box.height) * width) as NumbersOf[Kind];
      }
      const out = new ARRAYS[kind](box.height * box.width);
      for (let y = 0; y < box.height; y++) {
        const from = (box.top + y) * width + box.left;
        out.set(numbers.subarray(from, from + box.width), y * box.width);
      }
      return out as NumbersOf[Kind];
    },
    async write(box, given) {
      for (let y = 0; y < box.height; y++) {
        numbers.set(given.subarray(y * box.width, (y + 1) * box.width), (box.top + y) * width + box.left);
      }
    },
    remove: async () => {},
  };
}

/** A plane in strips of rows over its whole width, from top to bottom; the last may be lower. */
export function stripsOfPlane(
  { height, width }: { readonly height: number; readonly width: number },
  { stripPixels }: Pick<PlaneStore, 'stripPixels'>,
): readonly Box[] {
  const rows = Math.max(1, Math.floor(stripPixels / width));
  return Array.from({ length: Math.ceil(height / rows) }, (_, i) => ({
    ...{ top: i * rows, left: 0, width },
    height: Math.min(rows, height - i * rows),
  }));
}

/** A box with up to `margin` pixels more on every side, as far as the plane has them. */
export function widen(
  { top, left, height, width }: Box,
  { margin, within }: { readonly margin: number; readonly within: { readonly height: number; readonly width: number } },
): Box {
  const [first, start] = [Math.max(0, top - margin), Math.max(0, left - margin)];
  const [last, end] = [Math.min(within.height, top + height + margin), Math.min(within.width, left + width + margin)];
  return { top: first, left: start, height: last - first, width: end - start };
}

/** What the numbers of a box have of another box in it. */
export function cutOut<Numbers extends NumbersOf[NumberKind]>(
  numbers: Numbers,
  { from, wanted }: { readonly from: Box; readonly wanted: Box },
): Numbers {
  const [down, across] = [wanted.top - from.top, wanted.left - from.left];
  if (wanted.width === from.width) {
    return numbers.subarray(down * from.width, (down + wanted.height) * from.width) as Numbers;
  }
  const out = numbers.slice(0, wanted.height * wanted.width) as Numbers;
  for (let y = 0; y < wanted.height; y++) {
    const start = (down + y) * from.width + across;
    out.set(numbers.subarray(start, start + wanted.width), y * wanted.width);
  }
  return out;
}

/** Squares that cover a plane, row by row; those at the right and lower borders may be smaller. */
export function tilesOf({ height, width }: { readonly height: number; readonly width: number }, side: number): Box[] {
  const tiles: Box[] = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      tiles.push({ top, left, height: Math.min(side, height - top), width: Math.min(side, width - left) });
    }
  }
  return tiles;
}
