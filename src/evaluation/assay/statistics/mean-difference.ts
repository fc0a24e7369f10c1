import { quantileOfT } from './distributions.ts';
import type { Stratum } from './permutation.ts';

/** How much higher a treatment scores than the negative controls of its plates. */
export interface MeanDifference {
  readonly effect: number;
  /** 95 % interval; null where wells are too few, or do not differ at all. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The mean of the scores of a treatment, each less the mean of the negative controls of its plate, with Welch's (1947) 95 %
 * interval. The effect is
 *
 *     d = mean of x_j,   x_j = score_j - mean of the controls on the plate of well j,
 *
 * and its variance is A + B, where A = s²(x) / n is that of the wells of the treatment, over all plates, so that plates on
 * which a treatment works differently widen the interval; and B = s_c² Σ_p (n_p / n)² / m_p is that of the means of the
 * controls, with n_p wells and m_p controls on plate p, and s_c² pooled within plates with f = Σ (m_p - 1). The degrees of
 * freedom are (A + B)² / (A² / (n - 1) + B² / f). Deviations are not pooled between treatment and controls, since a score of
 * wells that respond may differ more, or, at the end of its scale, less.
 *
 * The interval is null with one well of the treatment, or no plate with two controls. Plates without wells of both kinds
 * are left out.
 *
 * @returns null where no plate has wells of both kinds
 */
export function meanDifference(strata: readonly Stratum[]): MeanDifference | null {
  const used = strata
    .filter(({ treated, controls }) => treated.length > 0 && controls.length > 0)
    .map(({ treated, controls }) => ({ treated, controls, mean: meanOf(controls) }));
  if (used.length === 0) return null;
  const differences = used.flatMap(({ treated, mean }) => treated.map((score) => score - mean));
  const n = differences.length;
  const effect = meanOf(differences);
  const free = used.reduce((sum, { controls }) => sum + controls.length - 1, 0);
  if (n < 2 || free < 1) return { effect, low: null, high: null };
  const ofTreatment = squaresAbout(differences, effect) / (n - 1) / n;
  const variance = used.reduce((sum, { controls, mean }) => sum + squaresAbout(controls, mean), 0) / free;
  const ofControls = used.reduce(
    (sum, { treated, controls }) => sum + ((treated.length / n) ** 2 * variance) / controls.length,
    0,
  );
  const both = ofTreatment + ofControls;
  if (both === 0) return { effect, low: null, high: null };
  const degrees = both ** 2 / (ofTreatment ** 2 / (n - 1) + ofControls ** 2 / free);
  const half = quantileOfT(0.975, degrees) * Math.sqrt(both);
  return { effect, low: effect - half, high: effect + half };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squaresAbout(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
