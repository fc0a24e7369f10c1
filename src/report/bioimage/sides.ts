import { mapSide, smallestField, totalStride } from '../../network/architecture.ts';
import { layersOf, type ModelDescription } from '../../network/model-file.ts';

/**
 * The sides of fields (pixels) that a package declares: `min`, `min + step`, `min + 2·step` and so on. The network takes
 * any side from `smallestField` on, but only for these is the side of its map a linear function of theirs, which is all
 * that the specification can say: `side / pixels + offset`. Cells that are seen through a window have one side: then `step` is 0.
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
  window,
  cellSize,
}: Pick<ModelDescription, 'enlarge' | 'layers' | 'window' | 'cellSize'>): DeclaredSides {
  const layers = layersOf({ layers: own });
  const stride = totalStride(layers);
  const pixels = stride / enlarge;
  const step = stride / greatestCommonDivisor(stride, enlarge);
  const min = window ? cellSize! : Math.ceil(smallestField(layers, enlarge) / step) * step;
  return { min, step: window ? 0 : step, pixels, offset: mapSide(min * enlarge, layers) - min / pixels };
}

/** The largest declared side of at most `most` pixels, but never less than the smallest one. */
export function largestSide(most: number, { min, step }: DeclaredSides): number {
  return step === 0 ? min : min + Math.max(0, Math.floor((most - min) / step)) * step;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
