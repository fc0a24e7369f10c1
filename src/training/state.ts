import type { Parameters } from '../network/parameters.ts';
import { type AdamState, initialAdamState } from './adam.ts';

/** Sums over the fields that an epoch has seen so far. */
export interface Tally {
  readonly loss: number;
  /** Fields whose class is the most probable one; with sigmoids, whose exact set of labels is that above 0.5. */
  readonly correct: number;
  readonly fields: number;
}

/**
 * Everything that a training needs to go on exactly as if it had never stopped. What an event tells is good until the
 * next but one: who wants to keep it longer has to copy its numbers.
 */
export interface TrainingState {
  /** The epoch under way, from 1, and how many of its batches are done. */
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

/** Of no field. */
export const NOTHING: Tally = { loss: 0, correct: 0, fields: 0 };

/** The state of a training that begins with these values of the parameters. */
export function firstState(parameters: Parameters): TrainingState {
  const adam = initialAdamState(parameters);
  return { epoch: 1, batches: 0, tally: NOTHING, adam, average: parameters, best: undefined };
}
