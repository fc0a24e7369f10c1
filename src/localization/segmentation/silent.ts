import type { InstanceMap } from '../class-probability-map.ts';
import type { SegmentedMap } from './segmented.ts';

/** Below this probability an instance does not have the class. */
const LEAST_PROBABILITY = 0.5;
/** From this probability on it may have it, where the threshold of the class is lower. */
const LEAST_OF_LOW = 0.1;

/**
 * Whether no instance of a field has any of the given classes. The map of such a field still has a maximum somewhere,
 * but a mask of it would be noise.
 *
 * @param classes indices among the classes of the model
 * @param thresholds of its classes, where these say what an instance has: Noisy-AND's of a model of cells, whose instance
 *   probabilities may all be low
 */
export function isSilent(
  { map, rows, columns }: InstanceMap,
  classes: readonly number[],
  thresholds?: ArrayLike<number>,
): boolean {
  const size = rows * columns;
  return classes.every((k) => {
    const least = Math.min(LEAST_PROBABILITY, Math.max(LEAST_OF_LOW, thresholds?.[k] ?? LEAST_PROBABILITY));
    return map.subarray(k * size, (k + 1) * size).every((p) => p < least);
  });
}

/** An empty mask. */
export function emptyMask({ height, width }: { height: number; width: number }, threshold = 0): SegmentedMap {
  const mask = { data: new Uint8Array(height * width), height, width };
  return { mask, threshold, beliefs: { iterations: 0, change: 0, converged: true } };
}
