import type { Split } from '../../evaluation/splits.ts';
import type { Files } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import { readText } from '../../files/read-text.ts';
import { decodeModel } from '../../onnx/decode.ts';
import { type EpochLine, runFiles } from '../shared/run-folder.ts';
import { hasFirstCrops } from '../train/time-training.ts';
import { unitFiles } from './comparison-folder.ts';
import type { ComparisonContext } from './context.ts';
import { describeUnit, type NetworkMethod, type Unit } from './methods.ts';
import { foldFolder, type TrainedFold, trainFold } from './train-fold.ts';
import { type FoldAnswers, type MoreResults, type UnitResult, writeUnitResult } from './unit-result.ts';

/**
 * Trains a network on every fold of a protocol, each in a run folder of its own, and puts together what they say of the
 * tested fields. A fold that is trained already is kept, and the training of one that was interrupted continues.
 *
 * @throws Interrupted, and ResumeMismatch when a fold was begun with other images or another version
 */
export async function runNetworkUnit(
  unit: Unit,
  { network, context }: { readonly network: NetworkMethod; readonly context: ComparisonContext },
): Promise<UnitResult> {
  const cells = network.instances && (await context.cells());
  const { folds } = context.splitOf(unit.protocol, unit.seed);
  const answers: FoldAnswers[] = [];
  const trained: TrainedFold[] = [];
  for (const [i, fold] of folds.entries()) {
    const folder = join(unitFiles(context.request.out, unit).folder, foldFolder(fold, i));
    const place = `fold ${i + 1} of ${folds.length}`;
    const which = folds.length === 1 ? '' : `, ${place}${fold.name === place ? '' : ` (${fold.name})`}`;
    const what = `${describeUnit(unit)}${which}`;
    const done = await trainFold(fold, { network, cells, seed: unit.seed, context, folder, what });
    trained.push(done);
    const count = (of: Split) => done.plan.fields.filter(({ split }) => split === of).length;
    answers.push({
      name: fold.name,
      trained: count('train'),
      validated: done.plan.validation?.by === 'last' ? 0 : count('validation'),
      classes: done.predictions.classes,
      thresholds: done.predictions.thresholds,
      rows: done.predictions.rows,
    });
  }
  return writeUnitResult(unit, answers, {
    context,
    more: await summarizeTraining(network, trained, context.host.files),
  });
}

async function summarizeTraining(
  { pooling }: NetworkMethod,
  folds: readonly TrainedFold[],
  files: Files,
): Promise<MoreResults> {
  let seconds = 0;
  for (const { folder } of folds) {
    const lines = (await readText(runFiles(folder).epochs, files)).trim().split('\n');
    for (const line of lines) seconds += (JSON.parse(line) as EpochLine).seconds;
  }
  const epochs = folds.map(({ plan }) => plan.options.epochs);
  const [first] = folds as [TrainedFold];
  return {
    seconds: Math.round(seconds),
    epochs: { least: Math.min(...epochs), most: Math.max(...epochs) },
    crop: Math.min(...folds.map(({ plan }) => plan.options.crop)),
    ...firstCropOf(folds),
    batch: first.plan.options.batch,
    normalizations: folds.map(({ plan: { normalization } }) => ({
      scope: normalization.scope ?? 'screen',
      ...(normalization.measure && { measure: normalization.measure }),
    })),
    ...(pooling === 'noisy-and' && { thresholds: await readThresholds(first, files) }),
  };
}

/** The smallest crops of the first epochs, where these are smaller than the others. */
function firstCropOf(folds: readonly TrainedFold[]): Pick<MoreResults, 'firstCrop'> {
  const smaller = folds.flatMap(({ plan: { options } }) => (hasFirstCrops(options) ? [options.firstCrop!] : []));
  return smaller.length > 0 ? { firstCrop: Math.min(...smaller) } : {};
}

/** Noisy-AND's learned b of every class. */
async function readThresholds({ folder, plan }: TrainedFold, files: Files): Promise<{ class: string; b: number }[]> {
  const file = runFiles(folder).model;
  const { initializers } = decodeModel(await files.read(file), file);
  const values = initializers.b!.data as Float32Array;
  return plan.classes.map((name, k) => ({ class: name, b: values[k]! }));
}
