import type { Parameters } from '../network/parameters.ts';
import { float32 } from '../onnx/tensor.ts';
import { sharedFloats } from '../pixels/shared-memory.ts';
import { type AdamState, zerosLike } from './adam.ts';
import type { TrainingState } from './state.ts';

/**
 * Arrays for the numbers of a state. Steps write into two of these in turn: a network has half a million weights with
 * two moments and an average each, and garbage collection of new arrays took a third of the time of a small step.
 */
export interface Room {
  readonly adam: Omit<AdamState, 'steps'>;
  readonly average: Parameters;
}

/** Arrays for states of the same network. What workers read, the parameters and their average, is shared with them. */
export function makeRoom({ average }: Pick<TrainingState, 'average'>): Room {
  const [parameters, first, second] = [sharedLike(average), zerosLike(average), zerosLike(average)];
  return { adam: { parameters, first, second }, average: sharedLike(average) };
}

function sharedLike(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [name, float32(sharedFloats(data.length), shape)]),
  );
}

/** Writes numbers over those of other arrays of the same names, which it returns. */
export function writeInto(into: Parameters, parameters: Parameters): Parameters {
  for (const [name, { data }] of Object.entries(into)) {
    (data as Float32Array).set(parameters[name]!.data as Float32Array);
  }
  return into;
}

/** Copies that no later step overwrites. */
export function copyOf(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [name, float32((data as Float32Array).slice(), shape)]),
  );
}
