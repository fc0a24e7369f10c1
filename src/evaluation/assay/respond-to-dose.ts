import { groupBy } from '../inspection/group.ts';
import { stratumOf } from './against-controls.ts';
import type { DoseResponse, ScoredWell } from './assay.ts';
import { type ComparedWell, comparable } from './find-hits.ts';
import { doseSteps } from './statistics/dose-steps.ts';
import { bringToOneUnit } from './statistics/dose-units.ts';
import { fitFourParameter } from './statistics/four-parameter.ts';
import { vFactor } from './statistics/v-factor.ts';

/** What a dose is: a concentration, fitted on its logarithm; a number on a linear scale; or its place in a series. */
export const DOSE_SCALES = ['log', 'linear', 'index'] as const;
export type DoseScale = (typeof DOSE_SCALES)[number];

/** Units of the natural logarithm that the doses of a linear scale are spread over. */
const SPREAD = 8;

/** Wells beyond the first of their dose that are needed to say how much wells of a dose differ. */
const LEAST_REPLICATES = 2;
const UNREPLICATED =
  'Too few doses have a second well, so how much wells of a dose differ is not known: neither falls nor a poor fit are tested.';

/** A slope close to the largest that is fitted. */
const STEEPEST = 19.5;
const STEEP = 'the response rises within one step of dose, so the slope is not known';

type Point = DoseResponse['points'][number];

/**
 * Fits the response of every compound to its dose, a curve for each group and unit (units of one kind are converted). Control
 * wells without a compound of their own are dose 0 of every compound on their plate and group.
 */
export function respondToDose(
  wells: readonly ScoredWell[],
  { scale }: { readonly scale: DoseScale },
): readonly DoseResponse[] {
  const compared = comparable(wells);
  const negatives = groupBy(
    compared.filter(({ role }) => role === 'negative'),
    stratumOf,
  );
  const dosed = compared.filter(
    ({ role, compound, dose }) => role !== 'negative' && compound !== null && dose !== null,
  );
  const series = groupBy(dosed, ({ compound, group }) => JSON.stringify([compound, group]));
  const responses = [...series.values()].flatMap((own) => {
    const { compound, group } = own[0]!;
    const dosed = own.map((well) => ({ well, dose: well.dose!, unit: scale === 'index' ? null : well.unit }));
    return bringToOneUnit(dosed).map(({ unit, doses }) => {
      const treated = doses.map(({ well, dose }) => pointOf(well, dose));
      const strata = new Set(doses.map(({ well }) => stratumOf(well)));
      const baseline = [...strata].flatMap((key) => negatives.get(key) ?? []).map((well) => pointOf(well, 0));
      return responseOf([...baseline, ...treated], { compound: compound!, group, unit: spelled(unit, doses), scale });
    });
  });
  // Those that say something come first.
  return responses.sort((a, b) => Number(a.ec50 === null) - Number(b.ec50 === null));
}

/** A unit as the table spells it, where all doses above 0 were in it. */
function spelled(unit: string | null, doses: readonly { readonly well: ScoredWell }[]): string | null {
  const [first, ...others] = new Set(doses.flatMap(({ well }) => (well.dose! > 0 ? [well.unit] : [])));
  return unit === null || first === undefined || others.length > 0 ? unit : first;
}

function pointOf(well: ComparedWell, dose: number): Point {
  return {
    plate: well.plate,
    well: well.well,
    dose,
    score: well.normalized,
    negative: well.role === 'negative',
    positive: well.role === 'positive',
  };
}

function responseOf(
  points: readonly Point[],
  { scale, ...of }: Pick<DoseResponse, 'compound' | 'group' | 'unit'> & { readonly scale: DoseScale },
): DoseResponse {
  const { forward, back, slopeFactor } = scaleOf(points, scale);
  const scaled = points.map(({ dose, score }) => ({ dose: forward(dose), score }));
  const fit = fitFourParameter(scaled, { nameDose: (dose) => String(Number(back(dose).toPrecision(4))) });
  const told = isReplicated(points);
  const steps = doseSteps(points);
  const steep = fit.slope !== null && Math.abs(fit.slope) > STEEPEST;
  const undo = (value: number | null) => (value === null ? null : back(value));
  return {
    ...of,
    ...{ ec50: undo(fit.ec50), low: undo(fit.low), high: undo(fit.high) },
    slope: fit.slope === null ? null : fit.slope * slopeFactor,
    ...{ bottom: fit.bottom, top: fit.top, reason: steep ? STEEP : fit.reason },
    lackOfFit: told ? fit.lackOfFit : null,
    wells: points.length,
    doses: new Set(points.map(({ dose }) => dose)).size,
    vFactor: vFactor(
      [...groupBy(points, ({ dose }) => String(dose)).values()].map((own) => own.map(({ score }) => score)),
    ),
    ...(told ? { drops: steps.drops ?? [], steps: steps.words } : { drops: [], steps: UNREPLICATED }),
    points,
  };
}

/**
 * Whether wells of the same dose say how much wells differ, beside those of the lowest dose: controls, whose scores are not those of
 * responses, would make every bend of a curve significant.
 */
function isReplicated(points: readonly Point[]): boolean {
  const lowest = Math.min(...points.map(({ dose }) => dose));
  const treated = points.filter(({ dose }) => dose > lowest);
  return treated.length - new Set(treated.map(({ dose }) => dose)).size >= LEAST_REPLICATES;
}

/**
 * The logistic of a dose on a linear scale is the log-logistic of its exponential: what is fitted, and how to come back. On a
 * logarithmic scale a dose of 0 is the baseline.
 */
function scaleOf(points: readonly Point[], scale: DoseScale) {
  const same = (dose: number) => dose;
  if (scale === 'log') return { forward: same, back: same, slopeFactor: 1 };
  const doses = points.map(({ dose }) => dose);
  const [least, most] = [Math.min(...doses), Math.max(...doses)];
  const factor = most > least ? SPREAD / (most - least) : 1;
  return {
    forward: (dose: number) => Math.exp((dose - least) * factor),
    back: (value: number) => least + Math.log(value) / factor,
    slopeFactor: factor,
  };
}
