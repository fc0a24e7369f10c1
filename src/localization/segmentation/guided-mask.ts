import { blur } from '../../pixels/gaussian.ts';
import { edgeCouplings } from '../belief/edge-couplings.ts';
import { propagateBeliefs } from '../belief/propagate-beliefs.ts';
import type { Plane } from '../plane.ts';
import { maskAbove, thresholdOf } from '../threshold/threshold.ts';
import { MOST_LOG_ODDS, squareRoot } from '../threshold/unary.ts';
import { discriminantPlane } from './discriminant.ts';
import { edgeShare } from './edge-share.ts';
import { localMean } from './local-levels.ts';
import type { BeliefChoice, SegmentedMap } from './segmented.ts';
import { emptyMask } from './silent.ts';

export interface GuidedMaskOptions extends BeliefChoice {
  /** Where between background (0) and foreground (1) cells end; by default estimated for each field. */
  readonly edge?: number | undefined;
}

/** All lengths in pixels; all but the gate were chosen on the training fields of the Data Science Bowl 2018. */
const MAP_SMOOTHING = 2;
const IMAGE_SMOOTHING = 0.5;
const WINDOW = 30;
/** The map is taken to be saturated above this quantile of its pixels. */
const LARGEST = 0.995;
/** How fast a pixel stops counting as background as the map rises. */
const BACKGROUND = 0.02;
/** Difference from the edge that counts for log odds of 1. */
const SLOPE = 0.15;
/**
 * Share of Otsu's threshold of the map's square root above which a pixel may be foreground: the map is weak on some
 * cells.
 */
const GATE = 0.05;
/** Share of the coupling that no edge takes away. */
const FLOOR = 0.1;

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
  const spoken = shareOfLargest(smoothed(map, MAP_SMOOTHING));
  const root = squareRoot(spoken);
  const threshold = GATE * thresholdOf(root, { kind: 'otsu' });
  const planes = channels.map((plane) => smoothed(plane, IMAGE_SMOOTHING));
  const foreground = spoken.data.map((value) => value ** 2);
  const background = spoken.data.map((value) => Math.exp(-value / BACKGROUND));
  const light = discriminantPlane(planes, { foreground, background });
  if (!light) return emptyMask(size, threshold);
  const plane = { data: light, ...size };
  const above = localMean(plane, foreground, { sigma: WINDOW });
  const below = localMean(plane, background, { sigma: WINDOW });
  const edge = given ?? edgeShare(light, foreground);
  const theta = light.map((value, i) => {
    const cut = below[i]! + edge * (above[i]! - below[i]!);
    const odds = root.data[i]! > threshold ? (value - cut) / SLOPE : -MOST_LOG_ODDS;
    return Math.max(-MOST_LOG_ODDS, Math.min(MOST_LOG_ODDS, odds));
  });
  const couplings = edgeCouplings([plane], { coupling, floor: FLOOR });
  const { probability, ...beliefs } = propagateBeliefs({ theta, ...size, coupling: couplings, iterations });
  return { mask: maskAbove({ data: probability, ...size }, 0.5), threshold, edge, beliefs };
}

function smoothed({ data, height, width }: Plane, sigma: number): Plane & { readonly data: Float32Array } {
  const plane = new Float32Array(data);
  blur(plane, { height, width, sigma });
  return { data: plane, height, width };
}

/** The map scaled to 0 to 1, where 1 is a value that few pixels exceed; 0 throughout for an empty map. */
function shareOfLargest(map: Plane & { readonly data: Float32Array }): Plane & { readonly data: Float32Array } {
  const largest = thresholdOf(map, { kind: 'quantile', share: LARGEST });
  return { ...map, data: map.data.map((value) => (largest > 0 ? Math.max(0, Math.min(1, value / largest)) : 0)) };
}
