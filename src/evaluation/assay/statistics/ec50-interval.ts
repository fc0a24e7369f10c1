import { quantileOfT } from './distributions.ts';
import { bestPlateaus, type DoseSeries, type FittedCurve } from './logistic-curve.ts';

/** Slopes tried for an EC50, evenly on the logarithm, before the best is sought between its neighbours. */
const SLOPES = 16;
/** Steps in which the range of EC50 is searched for the ends of the interval. */
const STEPS = 120;

/**
 * The profile-likelihood interval of EC50, 95 %: all values for which the best curve through them leaves no more than
 *
 *     S (1 + t² / (n - 4)),   t = t_{0.975}(n - 4)
 *
 * of the squares, where S are those of the best curve of all and n the wells (Bates & Watts 1988, section 6.1). It is not
 * symmetric, and a side that does not close within the bounds of EC50 is null. Both are null with no more than four wells.
 */
export function ec50Interval(
  series: DoseSeries,
  { curve, squares }: FittedCurve,
): { readonly low: number | null; readonly high: number | null } {
  const degrees = series.points.length - 4;
  if (degrees < 1) return { low: null, high: null };
  const most = squares * (1 + quantileOfT(0.975, degrees) ** 2 / degrees);
  const [from, to] = series.bounds.logEc50;
  const excess = (logEc50: number) => leastSquaresAt(series, logEc50) - most;
  const end = (direction: 1 | -1): number | null => {
    const step = (direction * (to - from)) / STEPS;
    for (let inside = Math.log(curve.ec50); ; inside += step) {
      const outside = Math.min(to, Math.max(from, inside + step));
      if (excess(outside) > 0) return Math.exp(boundary(excess, inside, outside));
      if (outside === to || outside === from) return null;
    }
  };
  return { low: end(-1), high: end(1) };
}

/** Where a function passes 0, between a place where it is below and one where it is above. */
function boundary(excess: (at: number) => number, below: number, above: number): number {
  let [inside, outside] = [below, above];
  while (Math.abs(outside - inside) > 1e-7) {
    const middle = (inside + outside) / 2;
    if (excess(middle) > 0) outside = middle;
    else inside = middle;
  }
  return inside;
}

/** The least squares of all curves with an EC50. */
function leastSquaresAt(series: DoseSeries, logEc50: number): number {
  const [from, to] = [Math.log(series.bounds.hill[0]), Math.log(series.bounds.hill[1])];
  const at = (logHill: number) => bestPlateaus(series, logEc50, Math.exp(logHill)).squares;
  const step = (to - from) / (SLOPES - 1);
  const tried = Array.from({ length: SLOPES }, (_, i) => at(from + i * step));
  const best = tried.indexOf(Math.min(...tried));
  return Math.min(
    tried[best]!,
    leastBetween(at, from + Math.max(0, best - 1) * step, from + Math.min(SLOPES - 1, best + 1) * step),
  );
}

/** The least value of a function with one valley, by golden sections (Kiefer 1953). */
function leastBetween(at: (place: number) => number, from: number, to: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
  let [valueLeft, valueRight] = [at(left), at(right)];
  while (high - low > 1e-5) {
    if (valueLeft < valueRight) {
      [high, right, valueRight] = [right, left, valueLeft];
      left = high - golden * (high - low);
      valueLeft = at(left);
    } else {
      [low, left, valueLeft] = [left, right, valueRight];
      right = low + golden * (high - low);
      valueRight = at(right);
    }
  }
  return Math.min(valueLeft, valueRight);
}
