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

/** EC50 of CellProfiler: SciPy's `fmin` (Nelder and Mead) on the squares of its sigmoid; [min, max, EC50, Hill coefficient]. */
export function ec50OfCellProfiler(x: readonly number[], y: readonly number[]): readonly number[] {
  const middle = (Math.min(...y) + Math.max(...y)) / 2;
  const distances = y.map((value) => Math.abs(value - middle));
  const nearest = x[distances.indexOf(Math.min(...distances))]!;
  const [least, most] = [Math.min(...x), Math.max(...x)];
  const ec50 = nearest === least || nearest === most ? (least + most) / 2 : nearest;
  const hill = y[x.indexOf(most)]! > y[x.indexOf(least)]! ? -1 : 1;
  const squares = ([low, high, e, h]: readonly number[]) =>
    x.reduce((sum, dose, i) => sum + (low! + (high! - low!) / (1 + (dose / e!) ** h!) - y[i]!) ** 2, 0);
  return fmin(squares, [Math.min(...y), Math.max(...y), ec50, hill]);
}

/** `scipy.optimize.fmin` with its defaults, but for the 1000 steps that CellProfiler allows. */
function fmin(of: (at: readonly number[]) => number, start: readonly number[]): readonly number[] {
  const value = (at: readonly number[]) => {
    const found = of(at);
    return Number.isNaN(found) ? Number.POSITIVE_INFINITY : found;
  };
  const n = start.length;
  let simplex = [start, ...start.map((_, k) => start.map((v, i) => (i !== k ? v : v === 0 ? 0.00025 : 1.05 * v)))]
    .map((at) => ({ at, f: value(at) }))
    .sort((a, b) => a.f - b.f);
  for (let step = 0; step < 1000; step++) {
    const [best, worst] = [simplex[0]!, simplex[n]!];
    const apart = Math.max(...simplex.flatMap(({ at }) => at.map((v, i) => Math.abs(v - best.at[i]!))));
    if (apart <= 1e-4 && Math.max(...simplex.map(({ f }) => Math.abs(f - best.f))) <= 1e-4) break;
    const centre = start.map((_, i) => simplex.slice(0, n).reduce((sum, { at }) => sum + at[i]!, 0) / n);
    const along = (t: number) => {
      const at = centre.map((c, i) => (1 + t) * c - t * worst.at[i]!);
      return { at, f: value(at) };
    };
    const reflected = along(1);
    let next: typeof reflected | undefined;
    if (reflected.f < best.f) {
      const expanded = along(2);
      next = expanded.f < reflected.f ? expanded : reflected;
    } else if (reflected.f < simplex[n - 1]!.f) {
      next = reflected;
    } else if (reflected.f < worst.f) {
      const contracted = along(0.5);
      if (contracted.f <= reflected.f) next = contracted;
    } else {
      const contracted = along(-0.5);
      if (contracted.f < worst.f) next = contracted;
    }
    simplex =
      next !== undefined
        ? [...simplex.slice(0, n), next]
        : [
            best,
            ...simplex
              .slice(1)
              .map(({ at }) => at.map((v, i) => best.at[i]! + 0.5 * (v - best.at[i]!)))
              .map((at) => ({ at, f: value(at) })),
          ];
    simplex.sort((a, b) => a.f - b.f);
  }
  return simplex[0]!.at;
}
