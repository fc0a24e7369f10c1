import type { Pictures } from '../../onnx/session-pool.ts';
import { measureMoments } from '../../pixels/channel-moments.ts';
import type { Intensities, Normalization } from '../../pixels/normalization.ts';
import type { Box } from '../../pixels/symmetry.ts';
import { shapeOfView } from '../../pixels/view.ts';
import { showStrips } from '../../pixels/windows/walk.ts';
import { viewOfBox, type WindowedImage } from '../../pixels/windows/windowed-image.ts';
import { LEAST_DEVIATION } from '../forward.ts';

/** What the channels of a field are measured against, in counts. */
export interface ChannelScale {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** The scale of a field: with the scope `field`, that of all its own pixels, even if only a part is used. */
export async function scaleOfField(
  field: WindowedImage,
  { mean, deviation, scope }: Normalization,
): Promise<ChannelScale> {
  if (scope !== 'field') return { mean, deviation };
  const own = field.moments ?? (await momentsOf(field));
  return { mean: own.mean, deviation: own.deviation.map((spread) => Math.max(LEAST_DEVIATION, spread)) };
}

async function momentsOf(field: WindowedImage): Promise<Intensities> {
  const moments = measureMoments(field.channels);
  await showStrips(field, [moments]);
  return moments.result();
}

/** What is fed of a part of a field: its pixels, normalized by the worker and rounded to float32 as in a graph. */
export async function normalizedCrop(field: WindowedImage, scale: ChannelScale, box: Box): Promise<Pictures> {
  const view = { ...(await viewOfBox(field, box)), normalization: scale };
  return { views: [view], shape: [1, ...shapeOfView(view)] };
}
