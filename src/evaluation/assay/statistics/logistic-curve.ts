import { levenbergMarquardt } from 'ml-levenberg-marquardt';

/** A well with its dose, 0 or more. */
export interface DosedScore {
  readonly dose: number;
  readonly score: number;
}

/** A four-parameter logistic curve of the logarithm of dose. */
export interface LogisticCurve {
  /** The response at dose 0, and at endless dose. */
  readonly bottom: number;
  readonly top: number;
  /** The dose at which half of the way from `bottom` to `top` is gone. */
  readonly ec50: number;
  /** Hill slope: positive for a response that rises with dose, negative for one that falls. */
  readonly slope: number;
}

/** The response to a dose: bottom + (top - bottom) / (1 + (ec50 / dose)^|slope|), which is `bottom` at dose 0. */
export function responseAt({ bottom, top, ec50, slope }: LogisticCurve, dose: number): number {
  return bottom + (top - bottom) * shareAt(dose, Math.log(ec50), Math.abs(slope));
}

/** The share of the response that is reached at a dose. */
export function shareAt(dose: number, logEc50: number, hill: number): number {
  return dose === 0 ? 0 : 1 / (1 + Math.exp(hill * (logEc50 - Math.log(dose))));
}

/** Doses with their wells, and where the parameters of a curve may lie. */
export interface DoseSeries {
  /** In order. */
  readonly doses: readonly { readonly dose: number; readonly wells: number; readonly mean: number }[];
  readonly points: readonly DosedScore[];
  /** The sum of squares among wells of the same dose: what no curve can explain. */
  readonly pureError: number;
  /** `plateau` for bottom and top: the range of scores, and as much beyond it on both sides. */
  readonly bounds: { readonly plateau: Range; readonly logEc50: Range; readonly hill: Range };
}

type Range = readonly [low: number, high: number];

/** A slope of 20 is a step from nothing to all within a factor of 1.25; a slope of 0.1 needs 19 decades from 10 to 90 %. */
const HILL: Range = [0.1, 20];

/**
 * Sorts wells by dose.
 *
 * @param beyond how far EC50 may lie outside of the doses above 0, as a factor
 */
export function doseSeries(points: readonly DosedScore[], beyond: number): DoseSeries {
  const doses = [...new Set(points.map(({ dose }) => dose))]
    .sort((a, b) => a - b)
    .map((dose) => {
      const scores = points.filter((point) => point.dose === dose).map(({ score }) => score);
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      return { dose, wells: scores.length, mean, error: scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) };
    });
  const scores = points.map(({ score }) => score);
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  const above = doses.filter(({ dose }) => dose > 0);
  return {
    doses,
    points,
    pureError: doses.reduce((sum, { error }) => sum + error, 0),
    bounds: {
      plateau: [2 * least - most, 2 * most - least],
      logEc50: [
        Math.log((above[0]?.dose ?? Number.NaN) / beyond),
        Math.log((above.at(-1)?.dose ?? Number.NaN) * beyond),
      ],
      hill: HILL,
    },
  };
}

/** The best `bottom` and `top` for an EC50 and a slope, and what they leave of the squares. */
export interface Plateaus {
  readonly bottom: number;
  readonly top: number;
  readonly squares: number;
}

/** The curve is linear in bottom and top, so their least squares within bounds are solved directly. */
export function bestPlateaus(series: DoseSeries, logEc50: number, hill: number): Plateaus {
  const { doses, pureError, bounds } = series;
  const [low, high] = bounds.plateau;
  let [uu, uv, vv, um, vm, mm] = [0, 0, 0, 0, 0, 0];
  for (const { dose, wells, mean } of doses) {
    const v = shareAt(dose, logEc50, hill);
    const u = 1 - v;
    uu += wells * u * u;
    uv += wells * u * v;
    vv += wells * v * v;
    um += wells * u * mean;
    vm += wells * v * mean;
    mm += wells * mean * mean;
  }
  const squares = (a: number, b: number) =>
    pureError + Math.max(0, mm - 2 * (a * um + b * vm) + a * a * uu + 2 * a * b * uv + b * b * vv);
  const clamp = (value: number) => Math.min(high, Math.max(low, value));
  const determinant = uu * vv - uv * uv;
  if (determinant > 1e-12 * uu * vv) {
    const bottom = (vv * um - uv * vm) / determinant;
    const top = (uu * vm - uv * um) / determinant;
    if (clamp(bottom) === bottom && clamp(top) === top) return { bottom, top, squares: squares(bottom, top) };
  }
  // The problem is convex, so the best values lie on a bound if the free ones lie outside.
  const onBounds = [low, high].flatMap((bound) => [
    [bound, vv > 0 ? clamp((vm - bound * uv) / vv) : bound] as const,
    [uu > 0 ? clamp((um - bound * uv) / uu) : bound, bound] as const,
  ]);
  return onBounds
    .map(([bottom, top]) => ({ bottom, top, squares: squares(bottom, top) }))
    .reduce((best, each) => (each.squares < best.squares ? each : best));
}

/** A curve and the sum of squared residuals that it leaves. */
export interface FittedCurve {
  readonly curve: LogisticCurve;
  readonly squares: number;
}

/** Slopes that the search begins with, EC50s that are tried with each, evenly on the logarithm, and the best that are kept. */
const [SLOPES, TRIED, STARTS] = [[0.5, 1, 2, 4, 10], 40, 3];

/**
 * The curve with the least squares within the bounds: Levenberg and Marquardt's method from several starts, and a search by
 * ever smaller steps around the best of them, since the former ends too early where a plateau lies on its bound.
 */
export function fitLogisticCurve(series: DoseSeries): FittedCurve {
  const [from, to] = series.bounds.logEc50;
  const starts = SLOPES.map((hill) => {
    const tried = Array.from({ length: TRIED }, (_, i) =>
      placedAt(series, from + ((i + 0.5) * (to - from)) / TRIED, Math.log(hill)),
    );
    return best(tried);
  }).sort((a, b) => a.squares - b.squares);
  const { bottom, top, logEc50, logHill, squares } = search(
    series,
    best(starts.slice(0, STARTS).map((start) => best([start, improve(series, start)]))),
  );
  const hill = Math.exp(logHill);
  return { curve: { bottom, top, ec50: Math.exp(logEc50), slope: top < bottom ? -hill : hill }, squares };
}

/** An EC50 and a slope, with the best plateaus for them. */
interface Candidate extends Plateaus {
  readonly logEc50: number;
  readonly logHill: number;
}

/** The candidate nearest to these values within the bounds. */
function placedAt(series: DoseSeries, logEc50: number, logHill: number): Candidate {
  const { bounds } = series;
  const a = Math.min(bounds.logEc50[1], Math.max(bounds.logEc50[0], logEc50));
  const b = Math.min(Math.log(bounds.hill[1]), Math.max(Math.log(bounds.hill[0]), logHill));
  return { logEc50: a, logHill: b, ...bestPlateaus(series, a, Math.exp(b)) };
}

function best(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((least, each) => (each.squares < least.squares ? each : least));
}

/** Levenberg and Marquardt's method on all four parameters, with scores between 0 and 1. */
function improve(series: DoseSeries, { bottom, top, logEc50, logHill }: Candidate): Candidate {
  const { bounds, points } = series;
  const [origin, end] = bounds.plateau;
  const scaled = (score: number) => (score - origin) / (end - origin);
  const { parameterValues } = levenbergMarquardt(
    { x: points.map(({ dose }) => dose), y: points.map(({ score }) => scaled(score)) },
    curveOf,
    {
      initialValues: [scaled(bottom), scaled(top), logEc50, logHill],
      minValues: [0, 0, bounds.logEc50[0], Math.log(bounds.hill[0])],
      maxValues: [1, 1, bounds.logEc50[1], Math.log(bounds.hill[1])],
      jacobianFunction: gradientOf,
      maxIterations: 60,
      errorTolerance: 0,
    },
  );
  return placedAt(series, parameterValues[2]!, parameterValues[3]!);
}

/** Steps of EC50 and slope in eight directions, halved where none is better. */
function search(series: DoseSeries, start: Candidate): Candidate {
  let at = start;
  for (let step = 0.1; step > 1e-7; ) {
    const around = DIRECTIONS.map(([a, b]) => placedAt(series, at.logEc50 + a * step, at.logHill + b * step));
    const next = best([at, ...around]);
    if (next.squares < at.squares * (1 - 1e-12)) at = next;
    else step /= 2;
  }
  return at;
}

const DIRECTIONS = [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b] as const));

type Parameters = readonly number[];

function curveOf([bottom, top, logEc50, logHill]: Parameters) {
  return (dose: number) => bottom! + (top! - bottom!) * shareAt(dose, logEc50!, Math.exp(logHill!));
}

/** The derivatives of the curve by its parameters. */
function gradientOf([bottom, top, logEc50, logHill]: Parameters) {
  const hill = Math.exp(logHill!);
  return (dose: number) => {
    const share = shareAt(dose, logEc50!, hill);
    const steep = (top! - bottom!) * share * (1 - share);
    return [1 - share, share, -steep * hill, dose === 0 ? 0 : steep * hill * (Math.log(dose) - logEc50!)];
  };
}
