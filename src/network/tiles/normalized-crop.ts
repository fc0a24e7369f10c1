import type { Pictures } from '../../onnx/session-pool.ts';
import type { Normalization } from '../../pixels/normalization.ts';
import type { Image } from '../../pixels/pixels.ts';
import type { Box } from '../../pixels/symmetry.ts';
import { shapeOfView } from '../../pixels/view.ts';
import { LEAST_DEVIATION } from '../forward.ts';

/** What the channels of a field are measured against, in counts. */
export interface ChannelScale {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
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

/** What is fed of a part of a field: its pixels, normalized by the worker and rounded to float32 as in a graph. */
export function normalizedCrop(image: Image, scale: ChannelScale, box: Box): Pictures {
  const view = { image, box, normalization: scale };
  return { views: [view], shape: [1, ...shapeOfView(view)] };
}
