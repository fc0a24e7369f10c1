import jStat from 'jstat';

/** The share of a standard normal distribution that lies below `z`. */
export function normalProbability(z: number): number {
  return jStat.normal.cdf(z, 0, 1);
}

/** The probability that F with these degrees of freedom exceeds `f`. It keeps its digits where it is small. */
export function exceedanceOfF(f: number, [above, below]: readonly [number, number]): number {
  if (f === Number.POSITIVE_INFINITY) return 0;
  return f <= 0 ? 1 : jStat.ibeta(below / (below + above * f), below / 2, above / 2);
}

/** The value that Student's t stays below with probability `p`. Degrees of freedom need not be whole. */
export function quantileOfT(p: number, degrees: number): number {
  return jStat.studentt.inv(p, degrees);
}

/** The value that χ² stays below with probability `p`. */
export function quantileOfChiSquare(p: number, degrees: number): number {
  return jStat.chisquare.inv(p, degrees);
}
