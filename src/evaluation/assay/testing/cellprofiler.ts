/** The formulas of CellProfiler's CalculateStatistics, word for word, to compare with. */

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const std = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

function byGroup(groups: readonly number[], y: readonly number[]) {
  const labels = [...new Set(groups)].sort((a, b) => a - b);
  return labels.map((label) => y.filter((_, i) => groups[i] === label));
}

export function zFactors(groups: readonly number[], y: readonly number[]) {
  const parts = byGroup(groups, y);
  const [first, last] = [parts[0]!, parts.at(-1)!];
  let range = Math.abs(mean(first) - mean(last));
  if (range === 0) range = 0.000001;
  const z = 1 - 3 * ((std(first) + std(last)) / range);
  const sorted = [mean(first), mean(last)].sort((a, b) => a - b) as [number, number];
  const inside = (values: readonly number[]) => values.filter((v) => v >= sorted[0] && v <= sorted[1]);
  const rootMeanSquare = (values: readonly number[], from: number) =>
    Math.sqrt(values.reduce((sum, v) => sum + (v - from) ** 2, 0) / values.length);
  const sum = rootMeanSquare(inside(first), sorted[0]) + rootMeanSquare(inside(last), sorted[1]);
  return { z, oneTailed: Number.isFinite(sum) ? 1 - 3 * (sum / (sorted[1] - sorted[0])) : -1e5 };
}

export function vFactors(doses: readonly number[], y: readonly number[]): number {
  const parts = byGroup(doses, y);
  const means = parts.map(mean);
  const range = Math.max(...means) - Math.min(...means);
  return range === 0 ? 1 - 6 / 0.000001 : 1 - (6 * mean(parts.map(std))) / range;
}
