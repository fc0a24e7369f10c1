import type { Baselines } from '../../evaluation/baselines.ts';
import type { Metrics } from '../../evaluation/evaluate.ts';
import { agreeing, counted, pluralOf } from '../../words.ts';
import type { Worry } from '../page/document.ts';

/** What worries are made of; what is not known is left out. */
export interface WorryFacts {
  readonly metrics?: Metrics | null | undefined;
  /** Fields that could not be read, and those that could. */
  readonly skipped?: number | undefined;
  readonly read?: number | undefined;
  /** Wells that were evaluated. */
  readonly wells?: number | undefined;
  /** How the epoch was chosen; null for a model whose run says nothing of it. */
  readonly epochChosenBy?: 'validation' | 'last' | null | undefined;
  /** Share of the pixels of each channel that have the largest value there can be, over the fields that were looked at. */
  readonly saturated?: readonly { readonly channel: string; readonly share: number }[] | undefined;
  /** Percentile of the novelty of each row. */
  readonly novelty?: readonly (number | null)[] | undefined;
  readonly unit?: string | undefined;
}

/** Fewer wells than these say little of how good a model is; of fewer wells of a class little is known of that class. */
const FEW_WELLS = 10;
const FEW_OF_CLASS = 3;
/** A share of lost fields above which they may matter. */
const MANY_LOST = 0.05;
/** A share of saturated pixels that costs information. */
const SATURATED = 0.005;
/** A percentile of novelty above which a field is flagged, as one in a hundred is anyway. */
const NOVEL = 99;
const NOVEL_SHARE = 0.03;

/** What a reader should worry about, the serious first. */
export function worriesOf(facts: WorryFacts): readonly Worry[] {
  const { metrics } = facts;
  const worries = [
    ...(metrics
      ? [...ofTraining(metrics), ...ofBaselines(metrics), ...ofCounts(metrics, facts), ...ofClasses(metrics)]
      : []),
    ...ofValidation(facts),
    ...ofLost(facts),
    ...ofSaturation(facts),
    ...ofNovelty(facts),
  ];
  return [...worries.filter(({ serious }) => serious), ...worries.filter(({ serious }) => !serious)];
}

function ofTraining({ unit, images, notTrainedOn }: Metrics): Worry[] {
  const { n, trainedOn, usedInTraining } = images;
  if (trainedOn === null)
    return [
      {
        serious: false,
        problem: `It is not known whether the model was trained on some of these ${pluralOf(unit)}.`,
        remedy: 'Name the run of the model, so that fields of the training are told apart.',
      },
    ];
  if (trainedOn > 0)
    return [
      {
        serious: true,
        problem: `The model was trained on ${unit === 'field' ? '' : 'fields of '}${trainedOn} of these ${counted(n, unit)}, so the figures of all say nothing of new ones, and may be far too high.`,
        remedy: notTrainedOn
          ? `Rely on the figure of the ${notTrainedOn.n} others.`
          : 'Hold out a replicate or a plate, and test on that.',
      },
    ];
  if (usedInTraining)
    return [
      {
        serious: false,
        problem: `The epoch of the model was chosen by ${usedInTraining} of these ${counted(n, unit)}, so the figures may be somewhat too high.`,
        remedy: 'Hold out a replicate or a plate, and test on that.',
      },
    ];
  return [];
}

function ofBaselines(metrics: Metrics): Worry[] {
  const { accuracy, baselines } = metrics.notTrainedOn ?? { ...metrics.images, baselines: metrics.baselines };
  const share = (name: keyof Baselines) => baselines[name].accuracy;
  const [majority, batch, intensity] = [share('majorityClass') ?? 0, share('batchAlone'), share('meanIntensity')];
  const half = majority + (accuracy - majority) / 2;
  return [
    ...(batch !== null && batch > majority && batch >= half
      ? [
          {
            serious: true,
            problem: `The batch alone predicts ${batch.toFixed(3)} of the labels, so the model may have learned batches in place of phenotypes.`,
            remedy: 'Hold out whole batches, or give every batch fields of all classes.',
          },
        ]
      : []),
    ...(intensity !== null && intensity >= accuracy && intensity > majority
      ? [
          {
            serious: true,
            problem: `The mean intensity of the channels is right ${intensity > accuracy ? 'more often' : 'as often'} (${intensity.toFixed(3)}) ${intensity > accuracy ? 'than' : 'as'} the model (${accuracy.toFixed(3)}).`,
            remedy: 'See whether brightness follows staining or plates; train with plates made alike.',
          },
        ]
      : []),
    ...(accuracy <= majority
      ? [
          {
            serious: true,
            problem: `The model is right no more often (${accuracy.toFixed(3)}) than the most frequent class (${majority.toFixed(3)}).`,
            remedy: 'Train longer, and see with "milscope inspect" whether the classes can be told apart.',
          },
        ]
      : []),
  ];
}

function ofCounts({ unit, wells: share }: Metrics, { wells = share?.total }: WorryFacts): Worry[] {
  if (unit === 'treatment' || wells === undefined || wells >= FEW_WELLS) return [];
  return [
    {
      serious: true,
      problem: `The figures are of ${counted(wells, 'well')} only: fields of one well are alike, so the true share may be quite another.`,
      remedy: 'Test on more wells; the interval says how far the truth may lie.',
    },
  ];
}

function ofClasses({ perClass, unit }: Metrics): Worry[] {
  const few = perClass.filter(({ n }) => n > 0 && n < FEW_OF_CLASS);
  const never = perClass.filter(({ n, correct }) => n >= FEW_OF_CLASS && correct === 0);
  const names = (of: readonly { readonly class: string }[]) => listed(of.map((one) => one.class));
  return [
    ...(never.length > 0
      ? [
          {
            serious: true,
            problem: `No ${unit} of ${names(never)} was recognised.`,
            remedy: 'Look at its pictures: it may look like another class, or be labelled wrongly.',
          },
        ]
      : []),
    ...(few.length > 0
      ? [
          {
            serious: false,
            problem: `Of ${names(few)} there ${agreeing(few.length, 'is', 'are')} fewer than ${FEW_OF_CLASS} ${pluralOf(unit)}, which says little of ${agreeing(few.length, 'this class', 'these classes')}.`,
            remedy: 'Test on more of them.',
          },
        ]
      : []),
  ];
}

function ofValidation({ epochChosenBy }: WorryFacts): Worry[] {
  if (epochChosenBy !== 'last') return [];
  return [
    {
      serious: false,
      problem:
        'The weights of the last epoch were kept: the fields that would validate, and choose an epoch, were few or none.',
      remedy: 'With more wells of every class, two of each validate and the best epoch is kept.',
    },
  ];
}

function ofLost({ skipped = 0, read = 0 }: WorryFacts): Worry[] {
  if (skipped === 0) return [];
  const all = skipped + read;
  return [
    {
      serious: skipped > MANY_LOST * all,
      problem: `${skipped} of ${counted(all, 'field')} could not be used.`,
      remedy: 'The list at the end says why; mend the files, or leave their rows out.',
    },
  ];
}

function ofSaturation({ saturated = [] }: WorryFacts): Worry[] {
  return saturated
    .filter(({ share }) => share > SATURATED)
    .map(({ channel, share }) => ({
      serious: share > 10 * SATURATED,
      problem: `${(100 * share).toFixed(1)} % of the pixels of ${channel} are saturated: differences of brightness are lost there.`,
      remedy: 'Take images with a shorter exposure, or a lower gain.',
    }));
}

function ofNovelty({ novelty = [], unit = 'field' }: WorryFacts): Worry[] {
  const known = novelty.filter((value) => value !== null);
  const flagged = known.filter((value) => value > NOVEL).length;
  if (known.length === 0 || flagged <= NOVEL_SHARE * known.length) return [];
  return [
    {
      serious: flagged > 0.1 * known.length,
      problem: `${flagged} of ${counted(known.length, unit)} ${agreeing(flagged, 'lies', 'lie')} further from the training than 99 in 100 of its own fields do.`,
      remedy: 'Look at these first: what the model was never shown is called by the nearest name that it knows.',
    },
  ];
}

function listed(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} others` : names.join(', ');
}
