import { createRandom } from '../../../../random.ts';
import { type DosedScore, type LogisticCurve, responseAt } from '../logistic-curve.ts';

/** Wells at each dose whose scores lie about a curve with a normal deviation. */
export function simulateDoses(
  curve: LogisticCurve,
  { doses, wells, deviation, seed }: { doses: readonly number[]; wells: number; deviation: number; seed: number },
): readonly DosedScore[] {
  const random = createRandom(seed, 'doses');
  return doses.flatMap((dose) =>
    Array.from({ length: wells }, () => ({ dose, score: responseAt(curve, dose) + deviation * random.normal() })),
  );
}

/** Root lengths of ryegrass (cm) by concentration of ferulic acid (mM), from Inderjit, Streibig & Olofsdotter (2002). */
export const ryegrass: readonly DosedScore[] = (
  [
    [0, [7.58, 8.0, 8.3285714, 7.25, 7.375, 7.9625]],
    [0.94, [8.3555556, 6.9142857, 7.75]],
    [1.88, [6.8714286, 6.45, 5.9222222]],
    [3.75, [1.925, 2.8857143, 4.2333333]],
    [7.5, [1.1875, 0.8571429, 1.0571429]],
    [15, [0.6875, 0.525, 0.825]],
    [30, [0.25, 0.22, 0.44]],
  ] as const
).flatMap(([dose, lengths]) => lengths.map((score) => ({ dose, score })));
