/** The last layer in plain numbers, as `buildLastLayer` has it in a graph. */
import type { Head } from './forward.ts';
import type { NetworkModel } from './read-model.ts';

/** The input of the last softmax or sigmoid, `[K]`, for an output of the pooling layer `[K]`. */
export function lastLayerScores({ parameters }: Pick<NetworkModel, 'parameters'>, bag: ArrayLike<number>): number[] {
  const weights = parameters['fc.weight']!.data as Float32Array;
  const bias = parameters['fc.bias']!.data as Float32Array;
  const inputs = bag.length;
  return Array.from(bias, (score, k) => {
    let sum = score;
    for (let j = 0; j < inputs; j++) sum += weights[k * inputs + j]! * bag[j]!;
    return sum;
  });
}

/** The probabilities `[K]` of scores `[K]`, which are divided by the temperature first. */
export function probabilityOfScores(
  scores: readonly number[],
  { head, temperature = 1 }: { readonly head: Head; readonly temperature?: number | undefined },
): number[] {
  const divided = scores.map((score) => score / temperature);
  if (head === 'sigmoid') return divided.map((score) => 1 / (1 + Math.exp(-score)));
  const most = Math.max(...divided);
  const weights = divided.map((score) => Math.exp(score - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
