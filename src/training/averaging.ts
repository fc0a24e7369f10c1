import type { Parameters } from '../network/parameters.ts';
import { weightLoops } from './weight-loops.ts';

/**
 * Exponential moving average of the weights: the share `keep` of the average, and the rest of the newest weights.
 * During the first steps it is a plain mean, so that it does not depend on the initial values. `steps` counts from 1.
 * The result is written into `into`, which may be `average`.
 */
export async function averageParameters(
  average: Parameters,
  newest: Parameters,
  { keep, steps, into }: { keep: number; steps: number; into: Parameters },
): Promise<Parameters> {
  const loops = await weightLoops();
  const share = Math.max(1 - keep, 1 / steps);
  for (const name of Object.keys(newest)) {
    const of = (parameters: Parameters) => parameters[name]!.data as Float32Array;
    // All of the way would not arrive: it is rounded.
    if (share === 1) of(into).set(of(newest));
    else loops.approach({ from: of(average), to: of(newest), share }, of(into));
  }
  return into;
}
