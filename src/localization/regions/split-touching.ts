import { depthInside } from '../depth.ts';
import { nuclearDiameter } from '../nuclei/nuclear-diameter.ts';
import type { Labels, Mask } from '../plane.ts';
import { connectedComponents } from './connected-components.ts';
import { watershed } from './watershed.ts';

/** In diameters of a cell; chosen on hand-drawn masks of nuclei that were merged and had to be divided again. */
export const SMOOTHING = 0.03;
/** How far the distance to the background must fall between two cells. */
export const DEPTH = 0.035;

/**
 * Divides a mask of cells that touch: a watershed from the peaks of the distance to the background. Only the outline is
 * used, so a cell with a waist as deep as that between two round cells is divided too.
 *
 * @param options.diameter of a typical cell (pixels); estimated from the mask if left out
 */
export function splitTouching(mask: Mask, { diameter: given }: { diameter?: number | undefined } = {}): Labels {
  const diameter = given ?? nuclearDiameter(mask);
  if (diameter === undefined) return connectedComponents(mask);
  const depth = depthInside(mask, { sigma: SMOOTHING * diameter });
  return watershed(depth, mask, { depth: DEPTH * diameter });
}
