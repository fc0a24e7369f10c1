import type { ReportedEpoch, ReportedTraining } from '../page/document.ts';

/** A line of `metrics.jsonl`, as far as it is shown. */
type EpochOfRun = ReportedEpoch & { readonly best?: boolean; readonly seconds?: number };

/**
 * How a model was trained, from the lines of its run.
 *
 * @param options.kept whether the weights of the best epoch were kept, or of the last
 */
export function trainingOf(
  lines: readonly EpochOfRun[],
  {
    kept,
    ...about
  }: Pick<ReportedTraining, 'pooling' | 'sharpness' | 'thresholds' | 'parameters'> & { readonly kept: 'best' | 'last' },
): ReportedTraining {
  const seconds = lines.flatMap((line) => line.seconds ?? []);
  const chosen = kept === 'last' ? lines.at(-1) : (lines.findLast(({ best }) => best) ?? lines.at(-1));
  return {
    epochs: lines.map(({ epoch, trainingLoss, trainingAccuracy, validationLoss, validationAccuracy }) => {
      return { epoch, trainingLoss, trainingAccuracy, validationLoss, validationAccuracy };
    }),
    chosenEpoch: chosen?.epoch ?? null,
    ...about,
    seconds: seconds.length === lines.length ? seconds.reduce((sum, value) => sum + value, 0) : null,
  };
}
