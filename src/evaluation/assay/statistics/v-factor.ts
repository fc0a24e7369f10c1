import { meanAndDeviation } from '../../../profiling/moments.ts';

/**
 * The V factor of a series of doses, 1 - 6 · mean deviation / range (Ravkin 2004), as CellProfiler's CalculateStatistics has
 * it: the mean over doses of the deviation (of the population) among the wells of a dose, and the range of the means of
 * doses. A dose with one well counts with a deviation of 0. Null with one dose, or where the means of all doses are equal.
 *
 * @param doses the scores of the wells of each dose
 */
export function vFactor(doses: readonly (readonly number[])[]): number | null {
  const described = doses.filter((scores) => scores.length > 0).map(meanAndDeviation);
  const means = described.map(({ mean }) => mean);
  const range = Math.max(...means) - Math.min(...means);
  if (described.length < 2 || range === 0) return null;
  const deviation = described.reduce((sum, each) => sum + each.deviation, 0) / described.length;
  return 1 - (6 * deviation) / range;
}
