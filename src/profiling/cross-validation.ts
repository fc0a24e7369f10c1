/**
 * The candidate with the smallest loss in cross-validation; among equals the first, so put the simplest first.
 *
 * @param folds the fold of every sample; whole wells, so that no well is used for both training and test
 * @param loss the summed loss on the samples `tested` after training on the samples `trained`
 */
export function chooseByCrossValidation<T>(
  candidates: readonly T[],
  folds: ArrayLike<number>,
  loss: (candidate: T, trained: readonly number[], tested: readonly number[]) => number,
): T {
  const samples = Array.from(folds, (_, i) => i);
  const parts = [...new Set(Array.from(folds))].map((fold) => ({
    trained: samples.filter((i) => folds[i] !== fold),
    tested: samples.filter((i) => folds[i] === fold),
  }));
  const usable = parts.filter(({ trained }) => trained.length > 0);
  let [best, least] = [candidates[0] as T, Number.POSITIVE_INFINITY];
  for (const candidate of candidates) {
    const total = usable.reduce((sum, { trained, tested }) => sum + loss(candidate, trained, tested), 0);
    if (total < least) [best, least] = [candidate, total];
  }
  return best;
}
