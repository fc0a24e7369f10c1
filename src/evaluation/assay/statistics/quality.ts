import { meanAndDeviation } from '../../../profiling/moments.ts';
import { counted } from '../../../words.ts';
import { median } from '../../inspection/robust.ts';
import type { PlateQuality } from '../assay.ts';
import { quantileOfChiSquare } from './distributions.ts';

/** What the scores of controls alone say about an assay. */
export type AssayQuality = Omit<PlateQuality, 'plate' | 'group' | 'effects' | 'effectsAfter'>;

/** A column of a 96-well plate: the fewest wells of a control that are usual. */
const USUAL_CONTROLS = 8;

/** 1.4826 times the median absolute deviation is the standard deviation, were the values normal. */
const NORMAL_MAD = 1.4826;

/**
 * How well the scores of positive control wells stand apart from those of negative control wells.
 *
 * With means m and deviations s of the population (divided by n, as CellProfiler's CalculateStatistics has them):
 *
 *     Z′ = 1 - 3 (s+ + s-) / |m+ - m-|              Zhang, Chung & Oldenburg (1999)
 *     SSMD = (m+ - m-) / √(s+² + s-²)               Zhang (2007)
 *     signal to background = m+ / m-
 *
 * A figure is null where it is not defined: with one well of a control; without a difference of the means; SSMD without any
 * deviation; signal to background unless both means are above 0.
 */
export function assayQuality({
  negatives,
  positives,
}: {
  readonly negatives: readonly number[];
  readonly positives: readonly number[];
}): AssayQuality {
  const [low, high] = [describe(negatives), describe(positives)];
  const known = low !== null && high !== null;
  const replicated = known && negatives.length > 1 && positives.length > 1;
  const spread = known ? Math.hypot(low.deviation, high.deviation) : 0;
  return {
    negatives: negatives.length,
    positives: positives.length,
    zPrime: replicated ? separation(low.deviation + high.deviation, high.mean - low.mean) : null,
    zPrimeRobust: replicated ? separation(low.robustDeviation + high.robustDeviation, high.median - low.median) : null,
    zPrimeOneTailed: replicated ? oneTailedZPrime(negatives, positives) : null,
    ssmd: replicated && spread > 0 ? (high.mean - low.mean) / spread : null,
    signalToBackground: known && low.mean > 0 && high.mean > 0 ? high.mean / low.mean : null,
    negativeMean: low?.mean ?? null,
    positiveMean: high?.mean ?? null,
    negativeDeviation: negatives.length > 1 ? low!.deviation : null,
    positiveDeviation: positives.length > 1 ? high!.deviation : null,
    warning: controlsWarning(negatives.length, positives.length),
  };
}

function describe(scores: readonly number[]) {
  if (scores.length === 0) return null;
  const middle = median(scores);
  return {
    ...meanAndDeviation(scores),
    median: middle,
    robustDeviation: NORMAL_MAD * median(scores.map((score) => Math.abs(score - middle))),
  };
}

/** 1 - 3 times the sum of two deviations over what lies between two means; null where nothing does. */
function separation(deviations: number, difference: number): number | null {
  return difference === 0 ? null : 1 - (3 * deviations) / Math.abs(difference);
}

/**
 * Z′ with the deviations of only those wells that score between the two means, each from the mean of its own controls: wells
 * further out than the mean do no harm. Null where a kind of control has no such well, or the means are equal.
 *
 * CellProfiler's OneTailedZfactor is the same where the group of lower value has the lower mean. Where it has the higher one,
 * CellProfiler takes the deviations of each group from the mean of the other.
 */
function oneTailedZPrime(negatives: readonly number[], positives: readonly number[]): number | null {
  const means = [meanAndDeviation(negatives).mean, meanAndDeviation(positives).mean] as const;
  const [least, most] = [Math.min(...means), Math.max(...means)];
  const deviations = [negatives, positives].map((scores, i) => {
    const between = scores.filter((score) => score >= least && score <= most);
    return Math.sqrt(between.reduce((sum, score) => sum + (score - means[i]!) ** 2, 0) / between.length);
  });
  const total = deviations[0]! + deviations[1]!;
  return Number.isFinite(total) ? separation(total, most - least) : null;
}

/** A sentence on how far figures of so few controls can be trusted; null where controls are as many as usual. */
function controlsWarning(negatives: number, positives: number): string | null {
  const few = [
    { kind: 'negative', n: negatives },
    { kind: 'positive', n: positives },
  ].filter(({ n }) => n < USUAL_CONTROLS);
  if (few.length === 0) return null;
  const counts = few.map(({ kind, n }) => counted(n, `${kind} control well`)).join(' and ');
  const least = Math.min(...few.map(({ n }) => n));
  const usual = `${USUAL_CONTROLS} or more of each kind on a plate are usual`;
  if (least === 0) return `There are ${counts}: the quality of the assay cannot be measured. ${capital(usual)}.`;
  if (least === 1)
    return `With ${counts}, Z′ and SSMD cannot be measured: a deviation needs two wells. ${capital(usual)}.`;
  const [from, to] = [0.975, 0.025].map((p) => Math.sqrt(least / quantileOfChiSquare(p, least - 1))) as [
    number,
    number,
  ];
  return (
    `With ${counts}, Z′ and SSMD are rough: the true deviation of ${least} wells may be ${from.toFixed(1)} to ` +
    `${to >= 10 ? Math.round(to) : to.toFixed(1)} times what is measured (95 % interval). ${capital(usual)}.`
  );
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
