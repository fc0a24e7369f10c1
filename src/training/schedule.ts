/** The learning rate over the steps of a training. */
export type Schedule = 'constant' | 'one-cycle';

/** Shares of the steps at which the one-cycle schedule has risen, and begins to fall. */
const RISEN = 0.1;
const FALLS = 0.6;
/** Where the one-cycle schedule begins, as a share of the highest rate, and where it ends, as a share of that. */
const FIRST = 1 / 25;
const LAST = 1 / 1000;

/**
 * Learning rate of step `step` (from 0) of `total`. `constant` is `rate` throughout; `one-cycle` rises to `rate`, stays
 * there and falls again, both along half a cosine (Smith & Topin 2018, except for the plateau, in which most is
 * learned).
 */
export function learningRate(schedule: Schedule, { step, total, rate }: { step: number; total: number; rate: number }) {
  if (schedule === 'constant') return rate;
  const place = (step + 0.5) / total;
  const between = (from: number, to: number, share: number) => to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
  if (place < RISEN) return between(rate * FIRST, rate, place / RISEN);
  if (place < FALLS) return rate;
  return between(rate, rate * LAST, Math.min(1, (place - FALLS) / (1 - FALLS)));
}

/** Share of the epochs that have small crops, where trainings begin so, the first: as long as the rate of the one-cycle schedule is high. */
export const FIRST_CROPS = FALLS;

/** The last of the epochs, from 1, in which crops are small; 0 where there is none. */
export function epochsOfFirstCrops(epochs: number): number {
  return Math.floor(FIRST_CROPS * epochs);
}

/**
 * Share of the epochs of bags of cells in which each cell is a bag by itself, the first. Most is learned in them: on the second of
 * three simulated screens, with 84 fields, 0.72 of the found cells and 35 of 48 fields were right with 0.4 of the epochs, in
 * steps on all cells of eight bags; with 0.7, in smaller steps on cells of many, 0.90 and 47, although neighbours were hidden less.
 */
export const ALONE = 0.7;
/** Shares of the epochs of bags of cells after which what follows the features is settled, beside the last. */
const SETTLED = [ALONE, (1 + ALONE) / 2];

/** The last of the epochs, from 1, in which each cell is a bag by itself; 0 where there is none. */
export function epochsAlone(epochs: number): number {
  return Math.floor(ALONE * epochs);
}

/** The epochs, from 1, after which what follows the features is settled: the last is one of them. */
export function settlingEpochs(epochs: number): readonly number[] {
  return [...new Set([...SETTLED.map((share) => Math.max(1, Math.floor(share * epochs))), epochs])];
}

/**
 * Whether the validation fields are predicted after an epoch: after each or, where `validations` is given, after so many at equal
 * distances, the last among them.
 */
export function validatesAfter(
  epoch: number,
  { epochs, validations = epochs }: { readonly epochs: number; readonly validations?: number | undefined },
): boolean {
  return (epochs - epoch) % Math.ceil(epochs / validations) === 0;
}
