import { type Command, InvalidArgumentError } from 'commander';
import { LARGEST_FACTOR } from '../network/architecture.ts';
import { NORMALIZATION_SCOPES } from '../pixels/normalization.ts';
import { parseBalance } from '../training/balance.ts';
import { numberBetween, oneOf, wholeNumber } from './options.ts';

/** Adds the options that say how a network is trained, the same for `train` and `compare`. */
export function addTrainingOptions(command: Command): Command {
  return command
    .option(
      '--validation <share>',
      'share of the training wells that choose the epoch',
      numberBetween({ least: 0, most: 0.5 }),
      0.1,
    )
    .option(
      '--epochs <n>',
      'times every field is seen (default: 900 steps of 16 fields, 1800 of 4 and so on, from 10 to 200 epochs)',
      wholeNumber({ least: 1 }),
    )
    .option('--batch <n>', 'fields or cells of a step (default: 16 fields, up to 128 cells)', wholeNumber({ least: 1 }))
    .option('--micro-batch <n>', 'fields computed at once by a worker (default: what fits)', wholeNumber({ least: 1 }))
    .option(
      '--crop <pixels>',
      'side of the training crops (default: 7/8 of the smallest field, at most 900, once enlarged)',
      wholeNumber({ least: 1 }),
    )
    .option(
      '--enlarge <factor>',
      'enlarge fields before the network sees them, where cells are smaller than some 40 pixels: 2, 3 or 4',
      wholeNumber({ least: 1, most: LARGEST_FACTOR }),
      1,
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
    .option('--workers <n>', 'workers that share a step (default: --threads)', wholeNumber({ least: 1 }));
}

/** Accepts what {@link parseBalance} reads. */
function balance(text: string): string {
  if (!parseBalance(text))
    throw new InvalidArgumentError('Expected none, weights, or cap=N with a whole N of at least 1.');
  return text;
}
