import { mapSide, smallestField, totalStride } from '../../network/architecture.ts';
import { layersOf, type ModelDescription } from '../../network/model-file.ts';

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

/** The sides for a model. */
export function declaredSides({
  enlarge = 1,
  layers: own,
}: Pick<ModelDescription, 'enlarge' | 'layers'>): DeclaredSides {
  const layers = layersOf({ layers: own });
  const stride = totalStride(layers);
  const step = stride / greatestCommonDivisor(stride, enlarge);
  const min = Math.ceil(smallestField(layers, enlarge) / step) * step;
  const pixels = stride / enlarge;
  return { min, step, pixels, offset: mapSide(min * enlarge, layers) - min / pixels };
}

/** The largest declared side of at most `most` pixels, but never less than the smallest one. */
export function largestSide(most: number, { min, step }: DeclaredSides): number {
  return min + Math.max(0, Math.floor((most - min) / step)) * step;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
