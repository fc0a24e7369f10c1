import type { ReplicateAgreement } from '../assay.ts';

/**
 * How well the wells of a treatment agree: Pearson's and Spearman's correlation over all ordered pairs of wells of the same
 * treatment, (a, b) as well as (b, a), so that it does not depend on the order of the wells. It is that of Fisher's (1925)
 * intraclass correlation. A treatment with k wells adds k (k - 1) ordered pairs, so leave out controls, which have many.
 *
 * A correlation is null with fewer than three pairs, or where all scores are equal.
 */
export function replicateAgreement(
  wells: readonly { readonly treatment: string; readonly score: number }[],
): ReplicateAgreement {
  const treatments = new Map<string, number[]>();
  for (const { treatment, score } of wells) {
    const scores = treatments.get(treatment);
    if (scores === undefined) treatments.set(treatment, [score]);
    else scores.push(score);
  }
  const groups = [...treatments.values()].filter((scores) => scores.length > 1);
  const pairs = groups.reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
  return {
    pairs,
    treatments: groups.length,
    pearson: pairs < 3 ? null : pairCorrelation(groups),
    spearman: pairs < 3 ? null : pairCorrelation(pairRanks(groups)),
  };
}

/** Pearson's correlation of all ordered pairs within groups, from sums over the groups. */
function pairCorrelation(groups: readonly (readonly number[])[]): number | null {
  const count = groups.reduce((sum, { length }) => sum + length * (length - 1), 0);
  const mean = groups.reduce((sum, values) => sum + (values.length - 1) * total(values), 0) / count;
  let [variance, covariance] = [0, 0];
  for (const values of groups) {
    const away = values.map((value) => value - mean);
    const squares = total(away.map((value) => value * value));
    variance += (values.length - 1) * squares;
    covariance += total(away) ** 2 - squares;
  }
  const size = Math.max(...groups.flat().map(Math.abs));
  return variance <= count * (1e-12 * size) ** 2 ? null : covariance / variance;
}

/** The ranks of values in the list of all ordered pairs, where a value of a group of k stands k - 1 times. */
function pairRanks(groups: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const weights = new Map<number, number>();
  for (const values of groups)
    for (const value of values) weights.set(value, (weights.get(value) ?? 0) + values.length - 1);
  const ranks = new Map<number, number>();
  let before = 0;
  for (const [value, weight] of [...weights].sort(([a], [b]) => a - b)) {
    ranks.set(value, before + (weight + 1) / 2);
    before += weight;
  }
  return groups.map((values) => values.map((value) => ranks.get(value)!));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
