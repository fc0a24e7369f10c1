import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Split } from '../../evaluation/splits.ts';
import { decodeModel } from '../../onnx/decode.ts';
import { type EpochLine, runFiles } from '../shared/run-folder.ts';
import { unitFiles } from './comparison-folder.ts';
import type { ComparisonContext } from './context.ts';
import { describeUnit, type Unit } from './methods.ts';
import { foldFolder, type TrainedFold, type TrainedMethod, trainFold } from './train-fold.ts';
import { type FoldAnswers, type MoreResults, type UnitResult, writeUnitResult } from './unit-result.ts';

/**
 * Trains a network on every fold of a protocol, each in a run folder of its own, and puts together what they say of the
 * tested fields. A fold that is trained already is taken as it is, and one that was interrupted is gone on with. Throws
 * `Ended` when the user interrupts it, `ResumeMismatch` when a fold was begun with other images or another version.
 */
export async function runNetworkUnit(
  unit: Unit,
  { network, cells, context }: TrainedMethod & { readonly context: ComparisonContext },
): Promise<UnitResult> {
  const { folds } = context.splitOf(unit.protocol, unit.seed);
  const answers: FoldAnswers[] = [];
  const trained: TrainedFold[] = [];
  for (const [i, fold] of folds.entries()) {
    const folder = join(unitFiles(context.folder, unit).folder, foldFolder(fold, i));
    const place = `fold ${i + 1} of ${folds.length}`;
    const which = folds.length === 1 ? '' : `, ${place}${fold.name === place ? '' : ` (${fold.name})`}`;
    const what = `${describeUnit(unit)}${which}`;
    const done = await trainFold(fold, { network, cells, seed: unit.seed, context, folder, what });
    trained.push(done);
    const count = (of: Split) => done.record.fields.filter(({ split }) => split === of).length;
    answers.push({
      name: fold.name,
      trained: count('train'),
      validated: count('validation'),
      classes: done.predictions.classes,
      thresholds: done.predictions.thresholds,
      rows: done.predictions.rows,
    });
  }
  return writeUnitResult(unit, answers, { context, more: await summarizeTraining(network, trained) });
}

async function summarizeTraining(
  { pooling }: TrainedMethod['network'],
  folds: readonly TrainedFold[],
): Promise<MoreResults> {
  let seconds = 0;
  for (const { folder } of folds) {
    const lines = (await readFile(runFiles(folder).epochs, 'utf8')).trim().split('\n');
    for (const line of lines) seconds += (JSON.parse(line) as EpochLine).seconds;
  }
  const epochs = folds.map(({ record }) => record.options.epochs);
  const [first] = folds as [TrainedFold];
  return {
    seconds: Math.round(seconds),
    epochs: { least: Math.min(...epochs), most: Math.max(...epochs) },
    crop: Math.min(...folds.map(({ record }) => record.options.crop)),
    batch: first.record.options.batch,
    ...(pooling === 'noisy-and' && { thresholds: await readThresholds(first) }),
  };
}

/** Noisy-AND's learned b of every class. */
async function readThresholds({ folder, record }: TrainedFold): Promise<{ class: string; b: number }[]> {
  const file = runFiles(folder).model;
  const { initializers } = decodeModel(await readFile(file), file);
  const values = initializers.b!.data as Float32Array;
  return record.classes.map((name, k) => ({ class: name, b: values[k]! }));
}
