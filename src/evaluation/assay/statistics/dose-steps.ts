import { counted } from '../../../words.ts';
import type { DoseResponse } from '../assay.ts';
import { quantileOfT } from './distributions.ts';
import type { DosedScore } from './logistic-curve.ts';

/** The mean score at each dose, and the doses at which it falls. */
export interface DoseSteps {
  /** In order of dose. */
  readonly doses: readonly { readonly dose: number; readonly wells: number; readonly mean: number }[];
  /** The deviation of wells of the same dose, pooled over doses; null without replicates. */
  readonly deviation: number | null;
  /** Doses whose mean is lower than that of the dose before by more than wells differ; null without replicates. */
  readonly drops: DoseResponse['drops'] | null;
  /** How much may be dropped, and how this was estimated, in a sentence. */
  readonly words: string;
}

/** Steps smaller than this share of the scores are rounding. */
const ROUNDING = 1e-12;

/**
 * Whether each dose scores at least as high as the one before. Wells of the same dose say how much wells differ among
 * themselves: s² is the sum of their squares about the means of the doses, over the degrees of freedom f = wells - doses. The
 * mean of n2 wells may be lower than that of n1 wells of the dose before by no more than
 *
 *     t_{0.975}(f) · s · √(1/n1 + 1/n2),
 *
 * the half width of a 95 % interval of a difference of two means. Dose 0 is the first dose.
 */
export function doseSteps(points: readonly DosedScore[]): DoseSteps {
  const doses = [...new Set(points.map(({ dose }) => dose))]
    .sort((a, b) => a - b)
    .map((dose) => {
      const scores = points.filter((point) => point.dose === dose).map(({ score }) => score);
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      return { dose, wells: scores.length, mean, squares: scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) };
    });
  const means = doses.map(({ dose, wells, mean }) => ({ dose, wells, mean }));
  const degrees = points.length - doses.length;
  if (degrees < 1) {
    return {
      doses: means,
      deviation: null,
      drops: null,
      words: 'No dose has two wells, so how much wells differ among themselves is not known.',
    };
  }
  const deviation = Math.sqrt(doses.reduce((sum, { squares }) => sum + squares, 0) / degrees);
  const t = quantileOfT(0.975, degrees);
  const rounding = ROUNDING * Math.max(...points.map(({ score }) => Math.abs(score)));
  const drops = means.slice(1).flatMap(({ dose, wells, mean }, i) => {
    const before = means[i]!;
    const allowed = t * deviation * Math.sqrt(1 / before.wells + 1 / wells);
    const drop = before.mean - mean;
    return drop > allowed + rounding ? [{ dose, drop, allowed }] : [];
  });
  return {
    doses: means,
    deviation,
    drops,
    words:
      `Wells of the same dose have a standard deviation of ${deviation.toPrecision(3)} ` +
      `(pooled over ${counted(doses.length, 'dose')}, ${counted(degrees, 'degree')} of freedom). The mean of n2 wells may be ` +
      `lower than that of n1 wells of the dose before by ${(t * deviation).toPrecision(3)} · √(1/n1 + 1/n2), a 95 % interval ` +
      'of such a difference.',
  };
}
