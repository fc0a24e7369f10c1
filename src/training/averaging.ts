import type { Parameters } from '../network/parameters.ts';
import { float32 } from '../onnx/tensor.ts';

/**
 * Exponential moving average of the weights: `keep` of the average and the rest of the newest, the average of the first
 * steps being a plain mean, so that it does not remember the initial values. `steps` counts from 1.
 */
export function averageParameters(
  average: Parameters,
  newest: Parameters,
  { keep, steps }: { keep: number; steps: number },
): Parameters {
  const share = Math.max(1 - keep, 1 / steps);
  if (share >= 1) return newest;
  return Object.fromEntries(
    Object.entries(newest).map(([name, { shape, data }]) => {
      const before = average[name]!.data as Float32Array;
      const after = (data as Float32Array).map((value, i) => before[i]! + share * (value - before[i]!));
      return [name, float32(after, shape)];
    }),
  );
}
