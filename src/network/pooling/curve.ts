import type { PoolingName } from './poolings.ts';

/** The pooling functions that depend on the instance probabilities alone; the weights of attention do not. */
export type CurvePooling = Exclude<PoolingName, 'attention'>;

/** Whether the pooling function of this name has a curve. */
export function hasPoolingCurve(pooling: PoolingName): pooling is CurvePooling {
  return pooling !== 'attention';
}

/**
 * P of a bag in which a share x of the instances has p = 1 and all others p = 0, as a function of x in [0, 1] (figure 2
 * of the paper, left). For the mean and Noisy-AND, x stands for any instances with this mean p̄. For Noisy-OR, ISR and
 * max, one such instance has the same effect as all. `sharpness` is the paper's a or r, `threshold` the b of Noisy-AND.
 */
export function poolingCurve({
  pooling,
  sharpness = 10,
  threshold: b = 0.5,
}: {
  pooling: CurvePooling;
  sharpness?: number | undefined;
  threshold?: number;
}): (share: number) => number {
  const any = (share: number) => (share > 0 ? 1 : 0);
  const curves: Readonly<Record<CurvePooling, (share: number) => number>> = {
    'noisy-and': (share) =>
      (sigmoid(sharpness * (share - b)) - sigmoid(-sharpness * b)) /
      (sigmoid(sharpness * (1 - b)) - sigmoid(-sharpness * b)),
    mean: (share) => share,
    'generalized-mean': (share) => share ** (1 / sharpness),
    // (1/r) ln(1 - x + x eʳ), with eʳ taken out of the logarithm.
    'log-sum-exp': (share) => 1 + Math.log(share + (1 - share) * Math.exp(-sharpness)) / sharpness,
    max: any,
    'noisy-or': any,
    isr: any,
  };
  return curves[pooling];
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
