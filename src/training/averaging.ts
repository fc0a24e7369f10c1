import type { Parameters } from '../network/parameters.ts';

/**
 * Exponential moving average of the weights: the share `keep` of the average, and the rest of the newest weights.
 * During the first steps it is a plain mean, so that it does not depend on the initial values. `steps` counts from 1.
 * The result is written into `into`, which may be `average`.
 */
export function averageParameters(
  average: Parameters,
  newest: Parameters,
  { keep, steps, into }: { keep: number; steps: number; into: Parameters },
): Parameters {
  const share = Math.max(1 - keep, 1 / steps);
  for (const name of Object.keys(newest)) {
    const of = (parameters: Parameters) => parameters[name]!.data as Float32Array;
    const [before, latest, after] = [of(average), of(newest), of(into)];
    for (let i = 0; i < latest.length; i++) after[i] = before[i]! + share * (latest[i]! - before[i]!);
  }
  return into;
}
