import type { Baselines } from '../../evaluation/baselines.ts';
import type { Metrics } from '../../evaluation/evaluate.ts';
import type { Interval } from '../../evaluation/interval.ts';
import { agreeing, counted, pluralOf } from '../../words.ts';
import type { ReportDocument } from '../page/document.ts';

/** What a page begins with, but for what to worry about. */
export type Headline = Omit<ReportDocument['headline'], 'worries'>;

type Fact = Headline['facts'][number];

const figure = (share: number) => share.toFixed(3);
const range = ({ low, high }: Interval) => `95 % interval ${figure(low)} to ${figure(high)}`;

/** What predictions came to beside the truth, in sentences with counts and intervals. */
export function headlineOfMetrics(metrics: Metrics): Headline {
  const { unit, columns, images, wells, treatments, notTrainedOn, labels } = metrics;
  const { correct, n, accuracy, interval95 } = images;
  const honest = notTrainedOn ?? { ...metrics.images, interval95: interval95.accuracy };
  const of = counted(n, unit);
  const several = labels === 'several' ? ', which is given all its labels and no other' : '';
  const sentences = [
    `${correct} of ${of} ${agreeing(correct, 'is', 'are')} right${several} (${figure(accuracy)}; ${range(interval95.accuracy)}).`,
    ...(notTrainedOn
      ? [
          `The honest figure is that of ${notTrainedOn.of}: ${notTrainedOn.correct} of ${notTrainedOn.n} ${agreeing(notTrainedOn.correct, 'is', 'are')} right (${figure(notTrainedOn.accuracy)}; ${range(notTrainedOn.interval95)}).`,
        ]
      : []),
    `The mean class accuracy is ${figure(images.meanClassAccuracy)} (${range(interval95.meanClassAccuracy)}), the mean average precision ${figure(images.meanAveragePrecision)}.`,
    ...(unit === 'field' && wells
      ? [
          `Taken together, ${wells.correct} of ${counted(wells.total, 'well')} ${agreeing(wells.correct, 'is', 'are')} right.`,
        ]
      : []),
    ...(unit !== 'treatment' && treatments.interval95
      ? [
          `${treatments.correct} of ${counted(treatments.total, 'treatment')} (${columns.treatment}) ${agreeing(treatments.correct, 'is', 'are')} right (${figure(treatments.accuracy!)}; ${range(treatments.interval95)}).`,
        ]
      : []),
    `These figures are of ${images.of}.`,
    ...(images.unlabelled > 0
      ? [
          `${counted(images.unlabelled, unit)} without a label ${agreeing(images.unlabelled, 'is', 'are')} in no figure.`,
        ]
      : []),
  ];
  return {
    sentences,
    facts: [
      { value: figure(honest.accuracy), name: `of ${pluralOf(unit)} right`, ...qualityOf(honest, metrics) },
      { value: `${honest.correct}/${honest.n}`, name: `${pluralOf(unit)} right` },
      ...(unit === 'field' && wells ? [{ value: `${wells.correct}/${wells.total}`, name: 'wells right' }] : []),
      ...(unit !== 'treatment' && treatments.interval95
        ? [{ value: `${treatments.correct}/${treatments.total}`, name: 'treatments right' }]
        : []),
    ],
    baselines: rankedBaselines(notTrainedOn?.baselines ?? metrics.baselines),
  };
}

/** Good is what its interval sets above every baseline, bad what is below one; else too few fields tell for either. */
function qualityOf(
  { accuracy, interval95 }: { readonly accuracy: number; readonly interval95: Interval },
  { baselines, notTrainedOn }: Metrics,
): Pick<Fact, 'kind'> {
  const best = Math.max(0, ...rankedBaselines(notTrainedOn?.baselines ?? baselines).map((one) => one.accuracy));
  if (interval95.low > best) return { kind: 'good' };
  return accuracy < best ? { kind: 'bad' } : {};
}

const BASELINE_NAMES: Readonly<Record<keyof Baselines, string>> = {
  majorityClass: 'always the most frequent class',
  meanIntensity: 'mean intensity of each channel',
  batchAlone: 'batch alone',
};

/** Baselines that could be computed, best first. */
function rankedBaselines(baselines: Baselines): Headline['baselines'] {
  return (Object.keys(BASELINE_NAMES) as (keyof Baselines)[])
    .flatMap((key) => {
      const { accuracy, how } = baselines[key];
      return accuracy === null ? [] : [{ name: BASELINE_NAMES[key], accuracy, how }];
    })
    .sort((a, b) => b.accuracy - a.accuracy);
}

/** Predictions of which no truth is known: how many of each class. */
export function headlineOfPredictions({
  rows,
  unit,
  of,
  predicted,
  unlabelled = 0,
}: {
  readonly rows: number;
  readonly unit: string;
  /** How many there are in all, where only some are shown. */
  readonly of?: number | undefined;
  /** Rows of each class, in the order of the model. */
  readonly predicted: Readonly<Record<string, number>>;
  readonly unlabelled?: number | undefined;
}): Headline {
  const counts = Object.entries(predicted).map(([name, count]) => `${count} ${name}`);
  if (unlabelled > 0) counts.push(`${unlabelled} without a label`);
  const all = of ?? rows;
  return {
    sentences: [
      `${counted(all, unit)} ${agreeing(all, 'was', 'were')} predicted: ${counts.join(', ')}.`,
      ...(all > rows ? [`${rows.toLocaleString('en')} of them, evenly spread, are shown here.`] : []),
      'The truth is not known here, so nothing says how many of these are right.',
    ],
    facts: [
      { value: all.toLocaleString('en'), name: `${pluralOf(unit)} predicted` },
      ...Object.entries(predicted).map(([name, count]): Fact => ({ value: count.toLocaleString('en'), name })),
    ],
    baselines: [],
  };
}

/** Rows of each class among the texts of `MIL_Predicted`; of several labels each counts. */
export function countPredicted(
  texts: readonly string[],
  classes: readonly string[],
): { readonly predicted: Readonly<Record<string, number>>; readonly unlabelled: number } {
  const known = new Set(classes);
  const predicted: Record<string, number> = Object.fromEntries(classes.map((name) => [name, 0]));
  let unlabelled = 0;
  for (const text of texts) {
    const labels = known.has(text) ? [text] : text.split('|').filter((part) => known.has(part));
    if (labels.length === 0) unlabelled++;
    for (const label of labels) predicted[label]!++;
  }
  return { predicted, unlabelled };
}
