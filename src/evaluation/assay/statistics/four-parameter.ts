import { counted } from '../../../words.ts';
import { exceedanceOfF } from './distributions.ts';
import { ec50Interval } from './ec50-interval.ts';
import {
  type DosedScore,
  type DoseSeries,
  doseSeries,
  type FittedCurve,
  fitLogisticCurve,
  type LogisticCurve,
  shareAt,
} from './logistic-curve.ts';

/** What a compound's response to its dose comes to. */
export interface FourParameterFit {
  readonly status: 'fitted' | 'too few doses' | 'no response' | 'incomplete curve';
  /** A sentence that says why EC50 is not stated; null where it is. */
  readonly reason: string | null;
  /** Null where `reason` says why. */
  readonly ec50: number | null;
  /** Profile-likelihood interval, 95 %; null for a side that is not bounded. */
  readonly low: number | null;
  readonly high: number | null;
  readonly slope: number | null;
  readonly bottom: number | null;
  readonly top: number | null;
  /** To draw, also where the curve is incomplete and its numbers are not stated. */
  readonly curve: LogisticCurve | null;
  /** The deviation of wells from the curve, √(squares / (n - 4)). */
  readonly deviation: number | null;
  /** The curve against one value for all doses: F test of a response. */
  readonly response: FTest | null;
  /** What the means of doses leave unexplained by the curve, against wells of the same dose; null without replicates. */
  readonly lackOfFit: FTest | null;
  readonly wells: number;
  readonly doses: number;
}

export interface FTest {
  readonly f: number;
  readonly p: number;
}

export interface FourParameterOptions {
  /** A response with a larger p is none. */
  readonly level?: number;
  /** How far from the doses above 0 EC50 and the ends of its interval are sought, as a factor. */
  readonly beyond?: number;
  /** Writes a dose in a reason, where the doses that are fitted are not those of the table. */
  readonly nameDose?: (dose: number) => string;
}

const PARAMETERS = 4;
/** A response smaller than this many deviations of wells is none, however many wells there are. */
const LEAST_RANGE = 2;
/** The share of the response that must be seen at the highest dose, and left at the lowest where there is no dose 0. */
const SEEN = 0.8;

/**
 * Fits a four-parameter logistic curve to the scores of wells, by least squares on the logarithm of dose, and decides whether
 * EC50 can be stated. Wells of dose 0 are the baseline: there, the curve is exactly `bottom`.
 *
 * EC50 is not stated, and a sentence says why:
 *
 * - `too few doses`: fewer than four, or fewer than three above 0, or no more than four wells
 * - `no response`: F = ((S0 - S) / 3) / (S / (n - 4)) is not significant, with S the squares that the curve leaves, S0 those
 *   of one value for all doses, and n wells; or the range of the curve over the doses is below two deviations of wells
 * - `incomplete curve`: EC50 lies outside of the doses above 0; or less than 80 % of the response is reached at the highest
 *   dose; or more than 20 % at the lowest one where there is no dose 0
 *
 * Plateaus are sought within the range of scores and as much beyond it on both sides, the slope from 0.1 to 20.
 *
 * @throws RangeError for a dose below 0, and a dose or score that is not finite
 */
export function fitFourParameter(
  points: readonly DosedScore[],
  { level = 0.05, beyond = 10, nameDose = String }: FourParameterOptions = {},
): FourParameterFit {
  if (!points.every(({ dose, score }) => dose >= 0 && Number.isFinite(dose) && Number.isFinite(score)))
    throw new RangeError('a dose is negative, or a dose or score is not a finite number');
  const series = doseSeries(points, beyond);
  const few = tooFew(series);
  if (few !== null) return unfitted(series, 'too few doses', few);
  if (new Set(points.map(({ score }) => score)).size === 1)
    return unfitted(series, 'no response', 'no response: all scores are equal');
  const fit = fitLogisticCurve(series);
  const degrees = points.length - PARAMETERS;
  const deviation = Math.sqrt(fit.squares / degrees);
  const response = fTest([squaresOfMean(points) - fit.squares, PARAMETERS - 1], [fit.squares, degrees]);
  const tests = { deviation, response, lackOfFit: lackOfFit(series, fit.squares) };
  const none = noResponse(series, fit, { deviation, p: response.p, level });
  if (none !== null) return { ...unfitted(series, 'no response', none), ...tests };
  const open = incompleteness(series, fit.curve, nameDose);
  if (open !== null) return { ...unfitted(series, 'incomplete curve', open), ...tests, curve: fit.curve };
  const interval = ec50Interval(series, fit);
  if (interval.low === null && interval.high === null) {
    const unbounded = 'incomplete curve: the scores do not bound EC50 on either side, so it is not stated';
    return { ...unfitted(series, 'incomplete curve', unbounded), ...tests, curve: fit.curve };
  }
  return { ...unfitted(series, 'fitted', null), ...tests, ...fit.curve, ...interval, curve: fit.curve };
}

function unfitted(
  { points, doses }: DoseSeries,
  status: FourParameterFit['status'],
  reason: string | null,
): FourParameterFit {
  return {
    status,
    reason,
    ec50: null,
    low: null,
    high: null,
    slope: null,
    bottom: null,
    top: null,
    curve: null,
    deviation: null,
    response: null,
    lackOfFit: null,
    wells: points.length,
    doses: doses.length,
  };
}

function tooFew({ doses, points }: DoseSeries): string | null {
  const above = doses.filter(({ dose }) => dose > 0).length;
  if (doses.length >= PARAMETERS && above >= PARAMETERS - 1 && points.length > PARAMETERS) return null;
  return (
    `too few doses: a curve with four parameters needs 4 doses, 3 of them above 0, and 5 wells; there are ` +
    `${counted(doses.length, 'dose')}, ${above} above 0, and ${counted(points.length, 'well')}`
  );
}

function noResponse(
  { doses }: DoseSeries,
  { curve }: FittedCurve,
  { deviation, p, level }: { deviation: number; p: number; level: number },
): string | null {
  if (p > level)
    return `no response: a curve fits the scores no better than one value for all doses (F test, p = ${p.toPrecision(2)})`;
  const reached = [doses[0]!, doses.at(-1)!].map(({ dose }) => reachedAt(curve, dose));
  const range = Math.abs((reached[1]! - reached[0]!) * (curve.top - curve.bottom));
  if (range >= LEAST_RANGE * deviation) return null;
  return (
    `no response: over the doses the score changes by ${range.toPrecision(2)}, less than twice the deviation of wells from ` +
    `the curve, ${deviation.toPrecision(2)}`
  );
}

function incompleteness(
  { doses }: DoseSeries,
  curve: LogisticCurve,
  nameDose: (dose: number) => string,
): string | null {
  const least = doses.find(({ dose }) => dose > 0)!.dose;
  const most = doses.at(-1)!.dose;
  const because = (what: string) => `incomplete curve: ${what}, so EC50 is not stated`;
  if (curve.ec50 > most) return because(`half of the response is not reached at the highest dose, ${nameDose(most)}`);
  if (curve.ec50 < least)
    return because(`more than half of the response is reached at the lowest dose, ${nameDose(least)}`);
  const percent = (dose: number) => Math.round(100 * reachedAt(curve, dose));
  if (reachedAt(curve, most) < SEEN)
    return because(
      `${percent(most)} % of the response are reached at the highest dose, ${nameDose(most)}, and 80 % are needed`,
    );
  if (doses[0]!.dose > 0 && reachedAt(curve, least) > 1 - SEEN)
    return because(
      `${percent(least)} % of the response are reached at the lowest dose, ${nameDose(least)}, and without a dose of 0 there may be 20 %`,
    );
  return null;
}

function reachedAt({ ec50, slope }: LogisticCurve, dose: number): number {
  return shareAt(dose, Math.log(ec50), Math.abs(slope));
}

function squaresOfMean(points: readonly DosedScore[]): number {
  const mean = points.reduce((sum, { score }) => sum + score, 0) / points.length;
  return points.reduce((sum, { score }) => sum + (score - mean) ** 2, 0);
}

/** The F test of squares against others, each with its degrees of freedom. */
function fTest([above, n]: readonly [number, number], [below, m]: readonly [number, number]): FTest {
  const f = below > 0 ? Math.max(0, above) / n / (below / m) : Number.POSITIVE_INFINITY;
  return { f, p: exceedanceOfF(f, [n, m]) };
}

/** Draper & Smith (1998), section 2.1: needs more doses than parameters, and doses with several wells that differ. */
function lackOfFit({ doses, points, pureError }: DoseSeries, squares: number): FTest | null {
  const [more, replicates] = [doses.length - PARAMETERS, points.length - doses.length];
  if (more < 1 || replicates < 1 || pureError === 0) return null;
  return fTest([squares - pureError, more], [pureError, replicates]);
}
