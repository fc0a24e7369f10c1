import type { Value } from '../../onnx/graph.ts';

/**
 * A global pooling function: turns the instances of a class into the probability of the bag (section 2 of the paper).
 * It is a sum (or maximum) over instances, followed by a function of that one number, so that a field can be looked at
 * in parts.
 */
export interface Pooling {
  readonly name: string;
  /** Whether it learns a threshold b_i per class. */
  readonly learnsThresholds: boolean;
  /** What is kept of the logits `z [N, K, h, w]` of the instances: `[N, K]` each. */
  summary(z: Value): readonly Value[];
  /** Probability of the bag from the summary; `thresholds [K]` are the b_i where they are learned. */
  finish(summary: readonly Value[], options: { sharpness: number; thresholds?: Value }): BagProbability;
}

/** Probability of every class for every bag, `[N, K]`, with the logarithms that the loss needs, finite in float32. */
export interface BagProbability {
  readonly probability: Value;
  /** ln P. */
  readonly log: Value;
  /** ln(1 - P). */
  readonly logComplement: Value;
}
