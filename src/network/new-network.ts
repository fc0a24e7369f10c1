/** What is known before there is a model: a network that is trained anew has the layers of the paper. */
import { PAPER_LAYERS, smallestField, totalStride } from './architecture.ts';

/** Smallest side of a field that leaves an instance when it is enlarged by this factor. */
export function smallestNewField(enlarge = 1): number {
  return smallestField(PAPER_LAYERS, enlarge);
}

/** Smallest side of tiles, in pixels: from an instance to the next in the enlarged field. */
export const SMALLEST_NEW_TILE = totalStride(PAPER_LAYERS);
