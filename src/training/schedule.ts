/** How the learning rate goes over the steps of a training. */
export type Schedule = 'constant' | 'one-cycle';

/** Share of the steps in which the one-cycle schedule rises. */
const RISE = 0.25;
/** The one-cycle schedule begins at this share of the highest rate, and ends at this share of that. */
const FIRST = 1 / 25;
const LAST = 1 / 1000;

/**
 * Learning rate of step `step` (from 0) of `total`. `constant` is `rate` throughout; `one-cycle` rises to `rate` and
 * falls again, both along half a cosine (Smith & Topin 2018).
 */
export function learningRate(schedule: Schedule, { step, total, rate }: { step: number; total: number; rate: number }) {
  if (schedule === 'constant') return rate;
  const place = (step + 0.5) / total;
  const between = (from: number, to: number, share: number) => to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
  if (place < RISE) return between(rate * FIRST, rate, place / RISE);
  return between(rate, rate * LAST, Math.min(1, (place - RISE) / (1 - RISE)));
}
