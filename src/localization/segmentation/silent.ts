import type { InstanceMap } from '../class-probability-map.ts';
import type { SegmentedMap } from './segmented.ts';

/** An instance that is less probable than this is not of the class. */
const LEAST_PROBABILITY = 0.5;

/**
 * Whether no instance of a field is of any of some classes. The map of such a field still has a largest value, somewhere;
 * a mask of it would be one of noise.
 *
 * @param classes places among the classes of the model
 */
export function isSilent({ map, rows, columns }: InstanceMap, classes: readonly number[]): boolean {
  const size = rows * columns;
  return classes.every((k) => map.subarray(k * size, (k + 1) * size).every((p) => p < LEAST_PROBABILITY));
}

/** A mask of nothing. */
export function emptyMask({ height, width }: { height: number; width: number }, threshold = 0): SegmentedMap {
  const mask = { data: new Uint8Array(height * width), height, width };
  return { mask, threshold, beliefs: { iterations: 0, change: 0, converged: true } };
}
