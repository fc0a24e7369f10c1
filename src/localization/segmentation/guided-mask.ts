import { blur } from '../../pixels/gaussian.ts';
import { edgeCouplings } from '../belief/edge-couplings.ts';
import { propagateBeliefs } from '../belief/propagate-beliefs.ts';
import type { Plane } from '../plane.ts';
import { maskAbove, thresholdOf } from '../threshold/threshold.ts';
import { squareRoot } from '../threshold/unary.ts';
import { discriminantPlane } from './discriminant.ts';
import { edgeShare } from './edge-share.ts';
import {
  classWeights,
  evidenceOf,
  FLOOR,
  GATE,
  IMAGE_SMOOTHING,
  LARGEST,
  MAP_SMOOTHING,
  shareOfLargest,
  WINDOW,
} from './guided-evidence.ts';
import { localMean } from './local-levels.ts';
import type { BeliefChoice, SegmentedMap } from './segmented.ts';
import { emptyMask } from './silent.ts';

export interface GuidedMaskOptions extends BeliefChoice {
  /** Where between background (0) and foreground (1) cells end; by default estimated for each field. */
  readonly edge?: number | undefined;
}

/**
 * A mask from the map and the image together. The map knows where cells are, but not where they end; the image has
 * edges, but not only those of cells. Pixels with and without support in the map show which weighted sum of the
 * channels separates them (`discriminantPlane`). An edge is where that sum passes from the local level of the
 * background to that of the foreground (`edgeShare` says where between them). Belief propagation then lets neighbours
 * agree, less so across edges of the image. An empty map, or a constant image, has an empty mask.
 *
 * @param map finite and not negative, `[height, width]`
 * @param channels of the same size, all intensities finite
 */
export function guidedMask(
  map: Plane,
  channels: readonly Plane[],
  { coupling, iterations, edge: given }: GuidedMaskOptions,
): SegmentedMap {
  const { height, width } = map;
  const size = { height, width };
  const smooth = smoothed(map, MAP_SMOOTHING);
  const spoken = shareOfLargest(smooth.data, thresholdOf(smooth, LARGEST));
  const root = squareRoot({ data: spoken, ...size });
  const threshold = GATE * thresholdOf(root, { kind: 'otsu' });
  const planes = channels.map((plane) => smoothed(plane, IMAGE_SMOOTHING));
  const weights = classWeights(spoken);
  const light = discriminantPlane(planes, weights);
  if (!light) return emptyMask(size, threshold);
  const plane = { data: light, ...size };
  const above = localMean(plane, weights.foreground, { sigma: WINDOW });
  const below = localMean(plane, weights.background, { sigma: WINDOW });
  const edge = given ?? edgeShare(light, weights.foreground);
  const theta = evidenceOf(light, { root: root.data, above, below }, { edge, threshold });
  const couplings = edgeCouplings([plane], { coupling, floor: FLOOR });
  const { probability, ...beliefs } = propagateBeliefs({ theta, ...size, coupling: couplings, iterations });
  return { mask: maskAbove({ data: probability, ...size }, 0.5), threshold, edge, beliefs };
}

function smoothed({ data, height, width }: Plane, sigma: number): Plane & { readonly data: Float32Array } {
  const plane = new Float32Array(data);
  blur(plane, { height, width, sigma });
  return { data: plane, height, width };
}
