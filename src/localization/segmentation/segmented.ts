import type { Beliefs } from '../belief/propagate-beliefs.ts';
import type { Mask, Plane } from '../plane.ts';

/** The mask of a map, and how it was found. */
export interface SegmentedMap {
  readonly mask: Mask;
  /** Threshold of the square root of the map: pixels not above it are background. */
  readonly threshold: number;
  /** Where between background (0) and foreground (1) of the image cells end; only if the image is used. */
  readonly edge?: number;
  /** How belief propagation ended. */
  readonly beliefs: Pick<Beliefs, 'iterations' | 'change' | 'converged'>;
}

/**
 * Makes a mask of the Jacobian map of a field.
 *
 * @param map finite and not negative, `[height, width]`
 * @param channels what the field shows, of the same size
 */
export type SegmentMap = (map: Plane, channels: readonly Plane[]) => SegmentedMap;

/** How strongly neighbouring pixels are coupled. */
export interface BeliefChoice {
  /** Log weight J ≥ 0 of two neighbours being in the same class; with 0, pixels are independent. */
  readonly coupling: number;
  /** Maximum number of sweeps. */
  readonly iterations: number;
}
