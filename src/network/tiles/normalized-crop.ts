import type { Normalization } from '../../pixels/normalization.ts';
import type { Image } from '../../pixels/pixels.ts';
import { LEAST_DEVIATION } from '../forward.ts';

/** What the channels of a field are measured against, in counts. */
export interface ChannelScale {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Where a crop lies in a field, in pixels. */
export interface Crop {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The scale of a field: with the scope `field`, that of all its own pixels, even if only a part is used. */
export function scaleOfField(
  { data, channels, height, width }: Image,
  { mean, deviation, scope }: Normalization,
): ChannelScale {
  if (scope !== 'field') return { mean, deviation };
  const size = height * width;
  const own = Array.from({ length: channels }, (_, channel) => {
    const plane = data.subarray(channel * size, (channel + 1) * size);
    let sum = 0;
    for (const value of plane) sum += value;
    const average = sum / size;
    let squares = 0;
    for (const value of plane) squares += (value - average) ** 2;
    return [average, Math.max(LEAST_DEVIATION, Math.sqrt(squares / size))] as const;
  });
  return { mean: own.map(([average]) => average), deviation: own.map(([, spread]) => spread) };
}

/** A part of a field, normalized: `[channels, height, width]` of the crop, rounded to float32 as in a graph. */
export function normalizedCrop(
  { data, channels, height, width }: Image,
  { mean, deviation }: ChannelScale,
  crop: Crop,
): Float32Array {
  const cut = new Float32Array(channels * crop.height * crop.width);
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    const [average, spread] = [Math.fround(mean[channel]!), Math.fround(deviation[channel]!)];
    for (let row = 0; row < crop.height; row++) {
      let from = (channel * height + crop.top + row) * width + crop.left;
      for (const end = from + crop.width; from < end; from++) cut[to++] = Math.fround(data[from]! - average) / spread;
    }
  }
  return cut;
}
