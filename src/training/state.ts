import type { Parameters } from '../network/parameters.ts';
import { type AdamState, initialAdamState } from './adam.ts';

/** Sums over the fields that an epoch has seen so far. */
export interface Tally {
  readonly loss: number;
  /**
   * Fields whose class is the most probable one; with sigmoids, fields whose labels are exactly those with
   * probabilities above 0.5.
   */
  readonly correct: number;
  readonly fields: number;
}

/**
 * Everything that a training needs to continue exactly as if it had never stopped. The numbers in an event are valid
 * until the event after the next; to keep them longer, copy them.
 */
export interface TrainingState {
  /** The current epoch, from 1, and how many of its batches are done. */
  readonly epoch: number;
  readonly batches: number;
  readonly tally: Tally;
  readonly adam: AdamState;
  /** Running average of the weights: what is validated and kept. */
  readonly average: Parameters;
  readonly best: BestEpoch | undefined;
}

/** The epoch whose weights are kept. */
export interface BestEpoch {
  readonly epoch: number;
  readonly validation: Tally;
  readonly parameters: Parameters;
}

/** Sums over no field. */
export const NOTHING: Tally = { loss: 0, correct: 0, fields: 0 };

/** The state at the start of a training with these initial parameters. */
export function firstState(parameters: Parameters): TrainingState {
  const adam = initialAdamState(parameters);
  return { epoch: 1, batches: 0, tally: NOTHING, adam, average: parameters, best: undefined };
}
