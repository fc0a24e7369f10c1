import { InvalidArgumentError, Option } from 'commander';
import { formatMetrics } from '../evaluation/format.ts';
import { SMALLEST_SIDE } from '../network/architecture.ts';
import { NORMALIZATION_SCOPES } from '../network/forward.ts';
import { POOLING_NAMES } from '../network/pooling/poolings.ts';
import { parseBalance } from '../training/balance.ts';
import type { TrainOptions } from './begin-run.ts';
import type { Console } from './console.ts';
import type { TrainResult } from './finish-run.ts';
import type { CreateCommand } from './main.ts';
import { createCommand, numberBetween, oneOf, repeated, wholeNumber } from './options.ts';
import { runTraining } from './run-training.ts';
import { formatSeeds, trainSeeds } from './train-seeds.ts';
import { CELL_SIZE, requireCellOptions } from './training-cells.ts';

/** `train <screen> --label COLUMN --out <run>`: from a table of fields to a model and what it is worth. */
export const createTrainCommand: CreateCommand = (console) =>
  createCommand('train', 'Train a classifier on whole fields and their labels, and say what it is worth.')
    .argument('<screen>', 'table of fields (CSV or TSV in LoadData columns), or a folder with the tables of BBBC021')
    .requiredOption('--label <column>', 'column of the class of each field')
    .requiredOption('--out <folder>', 'run folder to write')
    .option('--pooling <name>', `pooling function: ${POOLING_NAMES.join(', ')}`, oneOf(POOLING_NAMES), 'noisy-and')
    .option('--from <model>', 'fine-tune this model.onnx; its classes, channels and pooling may differ')
    .option(
      '--sharpness <a>',
      'a of Noisy-AND, r of generalized-mean and log-sum-exp',
      numberBetween({ least: 0.1, most: 100 }),
      10,
    )
    .addOption(
      new Option('--holdout <column=value>', 'test on these fields, never train on them (repeatable)')
        .argParser(repeated)
        .default([], 'none'),
    )
    .option(
      '--fraction <share>',
      'share of the wells of each class to train on',
      numberBetween({ least: 0.001, most: 1 }),
      1,
    )
    .option(
      '--validation <share>',
      'share of the training wells that choose the epoch',
      numberBetween({ least: 0, most: 0.5 }),
      0.1,
    )
    .option(
      '--epochs <n>',
      'times every field is seen (default: 900 steps, from 10 to 200 epochs)',
      wholeNumber({ least: 1 }),
    )
    .option('--batch <n>', 'fields or cells of a step (default: 16 fields, up to 128 cells)', wholeNumber({ least: 1 }))
    .option('--micro-batch <n>', 'fields computed at once by a worker (default: what fits)', wholeNumber({ least: 1 }))
    .option(
      '--crop <pixels>',
      'side of the training crops (default: 7/8 of the smallest field, at most 900)',
      wholeNumber({ least: 1 }),
    )
    .option('--cells <file>', 'table of the centres of cells: train on these, each labelled by its field')
    .option(
      '--cell-size <pixels>',
      `side of the square around a cell that the network is shown (default: ${CELL_SIZE})`,
      wholeNumber({ least: SMALLEST_SIDE }),
    )
    .option(
      '--normalization <scope>',
      'what intensities are measured against: the training screen, the plate, or the field itself',
      oneOf(NORMALIZATION_SCOPES),
      'screen',
    )
    .option('--learning-rate <rate>', 'highest learning rate of Adam', numberBetween({ least: 1e-7, most: 1 }), 0.001)
    .option(
      '--threshold-learning-rate <rate>',
      "that of Noisy-AND's thresholds (default: --learning-rate)",
      numberBetween({ least: 0, most: 1 }),
    )
    .option(
      '--balance <how>',
      'unequal classes: none, weights (in the loss), or cap=N fields of a class an epoch',
      balance,
      'none',
    )
    .option(
      '--jitter <spread>',
      "spread of the random gain and shift of each channel's intensity, as plates differ",
      numberBetween({ least: 0, most: 2 }),
      0.15,
    )
    .option(
      '--averaging <share>',
      'share of the running average of the weights that a step keeps',
      numberBetween({ least: 0, most: 0.9999 }),
      0.98,
    )
    .option('--schedule <name>', 'learning rate: constant or one-cycle', oneOf(['constant', 'one-cycle']), 'one-cycle')
    .option('--workers <n>', 'workers that share a step (default: --threads)', wholeNumber({ least: 1 }))
    .option(
      '--seeds <n>',
      'train n times, with --seed and the seeds after it, each in <folder>/seed-…',
      wholeNumber({ least: 1 }),
    )
    .option('--resume', 'go on with the run in the folder', false)
    .option('--overwrite', 'replace the run in the folder', false)
    .action(async (screen: string, options: TrainOptions & { readonly seeds?: number }) => {
      requireCellOptions(options);
      if (options.seeds === undefined) {
        report(await runTraining(screen, options, console), options, console);
        return;
      }
      const trained = await trainSeeds(screen, { ...options, seeds: options.seeds }, console);
      console.out(options.json ? `${JSON.stringify(trained, undefined, 2)}\n` : formatSeeds(trained));
    });

function report({ epochs, ...result }: TrainResult, { json }: TrainOptions, { out }: Console): void {
  if (json) {
    out(`${JSON.stringify(result, undefined, 2)}\n`);
    return;
  }
  const { model, bestEpoch, tested, metrics } = result;
  out(`Trained ${epochs} epochs; kept the weights of epoch ${bestEpoch}.\n`);
  if (metrics) out(`Tested on ${tested}:\n\n${formatMetrics(metrics)}`);
  out(`\nModel: ${model}\nUse it: milscope predict ${model} <screen> --out predictions.csv\n`);
}

/** Accepts what {@link parseBalance} reads. */
function balance(text: string): string {
  if (!parseBalance(text))
    throw new InvalidArgumentError('Expected none, weights, or cap=N with a whole N of at least 1.');
  return text;
}
