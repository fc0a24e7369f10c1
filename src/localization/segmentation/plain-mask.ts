import { propagateBeliefs } from '../belief/propagate-beliefs.ts';
import type { Plane } from '../plane.ts';
import { maskAbove, type ThresholdChoice, thresholdOf } from '../threshold/threshold.ts';
import { squareRoot, thresholdLogOdds } from '../threshold/unary.ts';
import type { BeliefChoice, SegmentedMap } from './segmented.ts';

export interface PlainMaskOptions extends BeliefChoice {
  readonly threshold: ThresholdChoice;
}

/**
 * The mask of a Jacobian map as Kraus, Ba & Frey (2016, section 3.3) make it: a threshold, and loopy belief propagation
 * that lets neighbouring pixels agree. Both use the square root of the map, since otherwise its few large values would
 * hide the rest. A constant map has an empty mask.
 *
 * @param map finite, `[height, width]`
 */
export function plainMask(map: Plane, { threshold: choice, coupling, iterations }: PlainMaskOptions): SegmentedMap {
  const { height, width } = map;
  const root = squareRoot(map);
  const threshold = thresholdOf(root, choice);
  const theta = thresholdLogOdds(root, { threshold });
  const { probability, ...beliefs } = propagateBeliefs({ theta, height, width, coupling, iterations });
  return { mask: maskAbove({ data: probability, height, width }, 0.5), threshold, beliefs };
}
