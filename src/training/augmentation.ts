import type { Random } from '../random.ts';

/** Pixels of a field, `[channels, height, width]`, in intensity counts. */
export interface FieldPixels {
  readonly data: Uint8Array | Uint16Array | Float32Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Where a crop lies, and which of the eight symmetries of the square it is seen in. */
export interface Crop {
  readonly top: number;
  readonly left: number;
  /** Side in pixels. */
  readonly side: number;
  /** Quarter turns: 0 to 3. */
  readonly turns: number;
  /** Reflected left to right, before turning. */
  readonly reflected: boolean;
}

/** A random crop of `side` pixels, turned and reflected at random: every place and symmetry equally likely. */
export function drawCrop(field: FieldPixels, { side, random }: { side: number; random: Random }): Crop {
  return {
    top: random.integer(field.height - side + 1),
    left: random.integer(field.width - side + 1),
    side,
    turns: random.integer(4),
    reflected: random.integer(2) === 1,
  };
}

/** How a channel's intensities are seen: counts · `gain` + `shift`. */
export interface Exposure {
  readonly gain: number;
  readonly shift: number;
}

/**
 * An exposure for each channel, as if another plate had been stained and imaged: a log-normal gain and a normal shift,
 * both of spread `jitter`, the shift in standard deviations of the channel's intensity.
 */
export function drawExposures(
  deviation: readonly number[],
  { jitter, random }: { jitter: number; random: Random },
): Exposure[] {
  return deviation.map((counts) => ({
    gain: Math.exp(jitter * random.normal()),
    shift: jitter * counts * random.normal(),
  }));
}

/** Writes the crop of every channel, so exposed, into `target` from `offset` on, `[channels, side, side]`. */
export function writeCrop(
  field: FieldPixels,
  { crop, exposures }: { crop: Crop; exposures?: readonly Exposure[] },
  target: Float32Array,
  offset: number,
): void {
  const { data, channels, height, width } = field;
  const { side } = crop;
  const { start, down, right } = steps(crop, width);
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

/** The crop's first pixel in the field, and how far to go for one row down and one column right. */
function steps({ top, left, side, turns, reflected }: Crop, width: number) {
  const last = side - 1;
  const across = reflected ? -1 : 1;
  const x0 = reflected ? left + last : left;
  const origin = top * width + x0;
  switch (turns) {
    case 0:
      return { start: origin, down: width, right: across };
    case 1: // out[r, c] = in[c, last - r]
      return { start: origin + across * last, down: -across, right: width };
    case 2: // out[r, c] = in[last - r, last - c]
      return { start: origin + last * width + across * last, down: -width, right: -across };
    default: // out[r, c] = in[last - c, r]
      return { start: origin + last * width, down: across, right: -width };
  }
}
