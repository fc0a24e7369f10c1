import type { Parameters } from '../network/parameters.ts';
import { float32 } from '../onnx/tensor.ts';
import { CAN_SHARE, sharedFloats } from '../pixels/shared-memory.ts';
import { type AdamState, zerosLike } from './adam.ts';
import type { TrainingState } from './state.ts';

/**
 * Arrays for the numbers of a state. Steps write into two of these in turn: a network has half a million weights with
 * two moments and an average each, and garbage collection of new arrays took a third of the time of a small step.
 */
export interface Room {
  readonly adam: Omit<AdamState, 'steps'>;
  readonly average: Parameters;
  /** Arrays for the gradient of the i-th micro-batch, in memory that workers write to; undefined for more than some of them. */
  readonly slopes: (part: number) => Parameters | undefined;
}

/** Micro-batches whose gradients have arrays. */
const MOST_SLOPES = 8;

/** Arrays for states of the same network. What workers read, the parameters and their average, is shared with them. */
export function makeRoom({ average }: Pick<TrainingState, 'average'>): Room {
  const [parameters, first, second] = [sharedLike(average), zerosLike(average), zerosLike(average)];
  const slopes: Parameters[] = [];
  return {
    ...{ adam: { parameters, first, second }, average: sharedLike(average) },
    slopes(part) {
      if (!CAN_SHARE || part >= MOST_SLOPES) return undefined;
      slopes[part] ??= sharedLike(average);
      return slopes[part];
    },
  };
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
