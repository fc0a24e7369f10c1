import type { Colour } from '../../pixels/palette.ts';
import { coloured } from '../gallery/tiles.ts';

/** A field at a glance: its first channels, made small. */
export interface Thumbnail {
  readonly height: number;
  readonly width: number;
  /** Mean intensities (counts), `[height, width]` each. */
  readonly planes: readonly Float32Array[];
}

/** What a plane is drawn between, in counts: black and full light. */
export interface Stretch {
  readonly black: number;
  readonly white: number;
}

/** Channels beyond these are left out of pictures, since nobody could tell their colours apart. */
export const MOST_CHANNELS = 4;

/** Share of the pixels of a plate that are black, and that have full light. */
const [DARK, BRIGHT] = [0.02, 0.002];

/** What the intensities of several pictures of a channel are drawn between, so that a dim one looks dim beside the others. */
export function stretchOf(pictures: readonly Float32Array[]): Stretch {
  const values = new Float32Array(pictures.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const picture of pictures) {
    values.set(picture, at);
    at += picture.length;
  }
  values.sort();
  const last = values.length - 1;
  return { black: values[Math.floor(DARK * last)] ?? 0, white: values[Math.ceil((1 - BRIGHT) * last)] ?? 0 };
}

/** Lifts what is dim. */
const GAMMA = 0.8;

/** Shrinks the first planes of a field by whole blocks of pixels, whose means are kept, to at most `side` pixels a side. */
export function createThumbnail(
  planes: readonly { readonly data: ArrayLike<number>; readonly height: number; readonly width: number }[],
  { side }: { side: number },
): Thumbnail {
  const { height, width } = planes[0]!;
  const step = Math.max(1, Math.ceil(Math.max(height, width) / side));
  const [rows, columns] = [Math.max(1, Math.floor(height / step)), Math.max(1, Math.floor(width / step))];
  return {
    height: rows,
    width: columns,
    planes: planes.slice(0, MOST_CHANNELS).map(({ data }) => {
      const small = new Float32Array(rows * columns);
      for (let y = 0; y < Math.min(height, rows * step); y++) {
        const row = Math.floor(y / step) * columns;
        for (let x = 0; x < Math.min(width, columns * step); x++)
          small[row + Math.floor(x / step)]! += data[y * width + x]!;
      }
      const area = Math.min(step, height) * Math.min(step, width);
      return small.map((sum) => sum / area);
    }),
  };
}

/** A thumbnail in colour, `[height, width, 3]`; channels are drawn between `stretches` in their `colours`. */
export function paintThumbnail(
  { planes }: Thumbnail,
  { stretches, colours }: { stretches: readonly Stretch[]; colours: readonly Colour[] },
): Uint8Array {
  const light = planes.map((plane, c) => {
    const { black, white } = stretches[c]!;
    return plane.map((value) => Math.max(0, Math.min(1, (value - black) / Math.max(white - black, 1e-9))) ** GAMMA);
  });
  return coloured(light, colours);
}
