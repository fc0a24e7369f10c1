/** Whether probabilities are shares: of the fields that a class is given with a probability of 0.8, is it right for 80 %? */
import type { LabelSets } from '../metrics.ts';

/** Predictions with about the same confidence. */
export interface CalibrationBin {
  /** The smallest and largest confidence in it. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** Mean confidence, and the share that is right. */
  readonly confidence: number;
  readonly accuracy: number;
}

/** How well confidence agrees with the share that is right. */
export interface Calibration {
  /** What a prediction is: the class that a field is given or, where it may have several labels, each of all labels for itself. */
  readonly of: 'class' | 'label';
  /** Predictions that are counted. */
  readonly n: number;
  /** Mean over the predictions of |share right - mean confidence| of their bin. */
  readonly expectedCalibrationError: number;
  /** What that would be on average if confidences were shares: with few predictions it is not 0. */
  readonly byChance: number;
  readonly confidence: number;
  readonly accuracy: number;
  /** Mean negative log likelihood of the truth, in nats, over fields. */
  readonly negativeLogLikelihood: number;
  readonly bins: readonly CalibrationBin[];
}

/** Bins at most, and predictions that each has at least on average. */
const BINS = { most: 10, members: 10 } as const;

/** Smallest probability whose logarithm is taken: half of the distance between float32 numbers near 1. */
const LEAST = 2 ** -25;

/** One prediction with its confidence. */
interface Judged {
  readonly confidence: number;
  readonly right: boolean;
}

/**
 * The expected calibration error of Guo et al. (2017), in bins of equally many predictions (10; fewer where there are fewer than
 * 100 predictions): of a sure model nearly all would be in the last of bins of equal width. Equal confidences are in one bin.
 *
 * @param probabilities row-major `[n, classes]`
 * @param several whether fields may have several labels: then each label of each field is a prediction
 */
export function evaluateCalibration({
  truth,
  predicted,
  probabilities,
  classes,
  several,
}: {
  readonly truth: LabelSets;
  readonly predicted: LabelSets;
  readonly probabilities: ArrayLike<number>;
  readonly classes: number;
  readonly several: boolean;
}): Calibration {
  const of = (i: number, k: number) => probabilities[i * classes + k]!;
  const judged = truth.flatMap((labels, i): Judged[] => {
    if (several) {
      return Array.from({ length: classes }, (_, k) => ({ confidence: of(i, k), right: labels.includes(k) }));
    }
    const [own] = predicted[i] as [number];
    return [{ confidence: of(i, own), right: labels.includes(own) }];
  });
  const bins = binsOf(judged);
  const mean = (value: (bin: readonly Judged[]) => number) =>
    bins.reduce((sum, bin) => sum + value(bin), 0) / judged.length;
  return {
    of: several ? 'label' : 'class',
    n: judged.length,
    expectedCalibrationError: mean((bin) =>
      Math.abs(total(bin, ({ right, confidence }) => Number(right) - confidence)),
    ),
    // Numbers that are right with probabilities p are off by the mean absolute value of a normal variable, nearly.
    byChance: mean((bin) => Math.sqrt((2 / Math.PI) * total(bin, ({ confidence }) => confidence * (1 - confidence)))),
    confidence: mean((bin) => total(bin, ({ confidence }) => confidence)),
    accuracy: mean((bin) => total(bin, ({ right }) => Number(right))),
    negativeLogLikelihood: meanOf(truth.map((labels, i) => lossOf(labels, { i, of, classes, several }))),
    bins: bins.map(describeBin),
  };
}

/** The mean, whatever the order. */
function meanOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b).reduce((sum, value) => sum + value, 0) / values.length;
}

const total = (bin: readonly Judged[], value: (one: Judged) => number): number =>
  bin.reduce((sum, one) => sum + value(one), 0);

function describeBin(bin: readonly Judged[]): CalibrationBin {
  return {
    low: bin[0]!.confidence,
    high: bin.at(-1)!.confidence,
    n: bin.length,
    confidence: total(bin, ({ confidence }) => confidence) / bin.length,
    accuracy: total(bin, ({ right }) => Number(right)) / bin.length,
  };
}

/** Bins of about equally many predictions, in the order of their confidence. */
function binsOf(judged: readonly Judged[]): readonly (readonly Judged[])[] {
  const sorted = judged.toSorted((a, b) => a.confidence - b.confidence || Number(a.right) - Number(b.right));
  const count = Math.min(BINS.most, Math.max(1, Math.floor(sorted.length / BINS.members)));
  const bins: Judged[][] = [];
  let from = 0;
  for (let bin = 1; bin <= count; bin++) {
    let to = Math.max(from, Math.round((bin * sorted.length) / count));
    while (to > 0 && to < sorted.length && sorted[to]!.confidence === sorted[to - 1]!.confidence) to++;
    if (to > from) bins.push(sorted.slice(from, to));
    from = to;
  }
  return bins;
}

function lossOf(
  labels: readonly number[],
  { i, of, classes, several }: { i: number; of: (i: number, k: number) => number; classes: number; several: boolean },
): number {
  const log = (p: number) => Math.log(Math.max(p, LEAST));
  if (!several) return -log(of(i, labels[0]!));
  return -Array.from({ length: classes }, (_, k) => log(labels.includes(k) ? of(i, k) : 1 - of(i, k))).reduce(
    (a, b) => a + b,
    0,
  );
}
