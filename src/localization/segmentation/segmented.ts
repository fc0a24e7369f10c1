import type { Beliefs } from '../belief/propagate-beliefs.ts';
import type { Mask, Plane } from '../plane.ts';

/** What became of a map: the pixels that belong to what it shows, and how they were found. */
export interface SegmentedMap {
  readonly mask: Mask;
  /** Of the square root of the map: what is not above it is background. */
  readonly threshold: number;
  /** Where between background (0) and foreground (1) of the image cells end; only where the image has a say. */
  readonly edge?: number;
  /** How the beliefs came to rest. */
  readonly beliefs: Pick<Beliefs, 'iterations' | 'change' | 'converged'>;
}

/**
 * Makes a mask of the Jacobian map of a field.
 *
 * @param map finite and not negative, `[height, width]`
 * @param channels what the field shows, of the same size
 */
export type SegmentMap = (map: Plane, channels: readonly Plane[]) => SegmentedMap;

/** How strongly neighbouring pixels hold together. */
export interface BeliefChoice {
  /** Log weight J ≥ 0 of two neighbours being in the same class; with 0 every pixel stands for itself. */
  readonly coupling: number;
  /** Sweeps at most. */
  readonly iterations: number;
}
