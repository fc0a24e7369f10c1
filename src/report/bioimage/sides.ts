import { smallestField, TOTAL_STRIDE } from '../../network/architecture.ts';

/**
 * The sides of fields (pixels) that a package declares: `min`, `min + step`, `min + 2·step` and so on. The network takes
 * any side from `smallestField` on, but only for these is the side of its map a linear function of theirs, which is all
 * that the specification can say: `side / pixels + offset`.
 */
export interface DeclaredSides {
  readonly min: number;
  readonly step: number;
  /** From one place of the map to the next, in pixels of the field. */
  readonly pixels: number;
  readonly offset: number;
}

/** The sides for a network that enlarges fields so many times. */
export function declaredSides(enlarge = 1): DeclaredSides {
  const step = TOTAL_STRIDE / greatestCommonDivisor(TOTAL_STRIDE, enlarge);
  const min = Math.ceil(smallestField(enlarge) / step) * step;
  return { min, step, pixels: TOTAL_STRIDE / enlarge, offset: -1 };
}

/** The largest declared side of at most `most` pixels, but never less than the smallest one. */
export function largestSide(most: number, { min, step }: DeclaredSides): number {
  return min + Math.max(0, Math.floor((most - min) / step)) * step;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
