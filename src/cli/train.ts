import { Option } from 'commander';
import { formatMetrics } from '../evaluation/format.ts';
import { LARGEST_FACTOR, smallestField } from '../network/architecture.ts';
import { POOLING_NAMES } from '../network/pooling/poolings.ts';
import { requireCellOptions, usualCellSize } from '../workflows/shared/training-cells.ts';
import type { TrainOptions } from '../workflows/train/begin-run.ts';
import type { TrainResult } from '../workflows/train/finish-run.ts';
import { runTraining } from '../workflows/train/run-training.ts';
import { formatSeeds, trainSeeds } from '../workflows/train/train-seeds.ts';
import type { Console } from './console.ts';
import type { CreateCommand } from './main.ts';
import { createCommand, numberBetween, oneOf, repeated, wholeNumber } from './options.ts';
import { addScreenOptions, SCREEN_ARGUMENT } from './screen-options.ts';
import { addStrictOption, endStrictly } from './strict.ts';
import { addTrainingOptions } from './training-options.ts';

/** `train <screen> --label COLUMN --out <run>`: from a table of fields to a model and what it is worth. */
export const createTrainCommand: CreateCommand = (console) =>
  addTrainingOptions(
    addStrictOption(
      addScreenOptions(
        createCommand('train', 'Train a classifier on whole fields and their labels, and say what it is worth.'),
      ),
    )
      .argument('<screen>', SCREEN_ARGUMENT)
      .requiredOption('--label <column>', 'column of the class of each field')
      .requiredOption('--out <folder>', 'run folder to write')
      .option(
        '--head <name>',
        'last layer: softmax for one class a field, sigmoid for any number of labels, | between them',
        oneOf(['softmax', 'sigmoid']),
        'softmax',
      )
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
      .option('--cells <file>', 'table of the centres of cells: train on these, each labelled by its field')
      .option(
        '--cell-size <pixels>',
        `side of the square around a cell that the network is shown (default: ${usualCellSize()}, once enlarged)`,
        wholeNumber({ least: smallestField(LARGEST_FACTOR) }),
      ),
  )
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
        const result = await runTraining(screen, options, console);
        report(result, options, console);
        endStrictly(result, options);
        return;
      }
      const trained = await trainSeeds(screen, { ...options, seeds: options.seeds }, console);
      console.out(options.json ? `${JSON.stringify(trained, undefined, 2)}\n` : formatSeeds(trained));
      endStrictly(trained, options);
    });

function report({ epochs, ...result }: TrainResult, { json }: TrainOptions, { out }: Console): void {
  if (json) {
    out(`${JSON.stringify(result, undefined, 2)}\n`);
    return;
  }
  const { run, model, bestEpoch, thresholds, skipped, tested, metrics } = result;
  out(`Trained ${epochs} epochs; kept the weights of epoch ${bestEpoch}.\n`);
  if (thresholds) {
    const each = Object.entries(thresholds).map(([name, threshold]) => `${name} from ${threshold.toFixed(3)}`);
    out(`Labels are given at probabilities of: ${each.join(', ')}.\n`);
  }
  if (skipped > 0) out(`${skipped} fields could not be read and are left out: see ${run}/skipped.csv\n`);
  if (metrics) out(`Tested on ${tested}:\n\n${formatMetrics(metrics)}`);
  out(`\nModel: ${model}\nUse it: milscope predict ${model} <screen> --out predictions.csv\n`);
}
