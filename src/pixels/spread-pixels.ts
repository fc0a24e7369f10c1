import type { Image } from './pixels.ts';
import type { StripMeasure } from './windows/strips.ts';

/** At most so many pixels of each channel of a field, evenly spread over it, as float32 in the order of the field. */
export function spreadPixels(
  { channels, height, width }: Omit<Image, 'data'>,
  most: number,
): StripMeasure<readonly Float32Array[]> {
  const pixels = height * width;
  const count = Math.min(pixels, most);
  const some = Array.from({ length: channels }, () => new Float32Array(count));
  const placeOf = (i: number) => Math.floor((i * pixels) / count);
  let next = 0;
  return {
    add({ top, image: { data, height: rows } }) {
      const [first, end] = [top * width, (top + rows) * width];
      for (; next < count && placeOf(next) < end; next++) {
        const at = placeOf(next) - first;
        for (const [channel, own] of some.entries()) own[next] = data[channel * rows * width + at]!;
      }
    },
    result: () => some,
  };
}
