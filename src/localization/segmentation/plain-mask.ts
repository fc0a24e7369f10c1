import { propagateBeliefs } from '../belief/propagate-beliefs.ts';
import type { Plane } from '../plane.ts';
import { maskAbove, type ThresholdChoice, thresholdOf } from '../threshold.ts';
import { thresholdLogOdds } from '../unary.ts';
import type { BeliefChoice, SegmentedMap } from './segmented.ts';

export interface PlainMaskOptions extends BeliefChoice {
  readonly threshold: ThresholdChoice;
}

/**
 * The mask of a Jacobian map as Kraus, Ba & Frey (2016, section 3.3) make it: a threshold, and loopy belief propagation
 * that lets neighbouring pixels agree. A map of one value has an empty mask.
 *
 * @param map finite, `[height, width]`
 */
export function plainMask(map: Plane, { threshold: choice, coupling, iterations }: PlainMaskOptions): SegmentedMap {
  const { height, width } = map;
  const threshold = thresholdOf(map, choice);
  const theta = thresholdLogOdds(map, { threshold });
  const { probability, ...beliefs } = propagateBeliefs({ theta, height, width, coupling, iterations });
  return { mask: maskAbove({ data: probability, height, width }, 0.5), threshold, beliefs };
}
