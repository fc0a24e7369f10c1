import type { Parameters } from '../network/parameters.ts';

/** What a unit of a threshold adds to the loss of bags of cells, see {@link pullOf}. */
const PULL = 0.1;

/**
 * What is added to the gradient of a parameter of bags of cells: it pulls Noisy-AND's thresholds to 0.
 *
 * Without, nearly the same loss is had with any threshold: equation 3 knows a mean of instances only by its difference from the
 * threshold, so that cells that do not respond may have any probability of a class, if its threshold is as much higher. Only the
 * gap between what the bags of a class hold and what others hold tells the states apart: it is widest where such cells have
 * none. Pulled, the thresholds and these probabilities go there together.
 */
export function pullOf(name: string): number {
  return name === 'b' ? PULL : 0;
}

/** Noisy-AND's thresholds after a step, changed in place: shares of the instances, from 0 to 1 (equation 3 of the paper). */
export function boundThresholds(parameters: Parameters): void {
  const b = parameters.b?.data as Float32Array | undefined;
  b?.forEach((value, i) => {
    b[i] = Math.min(1, Math.max(0, value));
  });
}
