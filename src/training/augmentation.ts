import type { Exposure } from '../pixels/exposure.ts';
import type { Image } from '../pixels/pixels.ts';
import { type Symmetry, walk } from '../pixels/symmetry.ts';
import type { Random } from '../random.ts';

/** The position of a crop, and its symmetry (one of the eight of the square). */
export interface Crop extends Symmetry {
  readonly top: number;
  readonly left: number;
  /** Side in pixels. */
  readonly side: number;
}

/** A random crop of `side` pixels, turned and reflected at random: every place and symmetry equally likely. */
export function drawCrop(field: Image, { side, random }: { side: number; random: Random }): Crop {
  return {
    top: random.integer(field.height - side + 1),
    left: random.integer(field.width - side + 1),
    side,
    turns: random.integer(4),
    reflected: random.integer(2) === 1,
  };
}

/**
 * Writes the crop of every channel, with its exposure applied, into `target` from `offset` on, `[channels, side,
 * side]`.
 */
export function writeCrop(
  field: Image,
  { crop, exposures }: { crop: Crop; exposures?: readonly Exposure[] },
  target: Float32Array,
  offset: number,
): void {
  const { data, channels, height, width } = field;
  const { top, left, side } = crop;
  const { start, down, right } = walk({ top, left, height: side, width: side }, crop, width);
  let to = offset;
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * height * width + start;
    const { gain, shift } = exposures?.[channel] ?? { gain: 1, shift: 0 };
    for (let row = 0; row < side; row++) {
      let from = plane + row * down;
      for (let column = 0; column < side; column++) {
        target[to++] = data[from]! * gain + shift;
        from += right;
      }
    }
  }
}
