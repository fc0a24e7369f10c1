import type { Parameters } from '../network/parameters.ts';
import { float32 } from '../onnx/tensor.ts';
import { type AdamState, zerosLike } from './adam.ts';
import type { TrainingState } from './state.ts';

/**
 * Room for the numbers of a state. Steps write into two of these in turn: a network has half a million weights with two
 * moments and an average each, and collecting as many new arrays at every step took a third of the time of a small one.
 */
export interface Room {
  readonly adam: Omit<AdamState, 'steps'>;
  readonly average: Parameters;
}

/** Room for states of the same network. */
export function makeRoom({ average }: Pick<TrainingState, 'average'>): Room {
  const [parameters, first, second] = [zerosLike(average), zerosLike(average), zerosLike(average)];
  return { adam: { parameters, first, second }, average: zerosLike(average) };
}

/** Numbers of their own, that no later step writes over. */
export function copyOf(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [name, float32((data as Float32Array).slice(), shape)]),
  );
}
