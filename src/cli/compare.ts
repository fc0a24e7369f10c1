import { join } from 'node:path';
import { Option } from 'commander';
import { type ProtocolName, protocols } from '../evaluation/protocols/protocols.ts';
import { LARGEST_FACTOR, smallestField } from '../network/architecture.ts';
import { POOLING_NAMES } from '../network/pooling/poolings.ts';
import type { CompareOptions } from '../workflows/compare/compare-options.ts';
import { refuseExistingComparison } from '../workflows/compare/comparison-folder.ts';
import {
  BASELINES,
  describeUnit,
  parsePoolings,
  parseSharpness,
  SIMPLE_BASELINES,
  someOf,
} from '../workflows/compare/methods.ts';
import { type CompareResult, compareMethods } from '../workflows/compare/run-comparison.ts';
import { usualCellSize } from '../workflows/shared/training-cells.ts';
import type { CommonOptions, Console } from './console.ts';
import { Ended } from './ended.ts';
import type { CreateCommand } from './main.ts';
import { addMeasureOptions } from './measure-options.ts';
import { createCommand, numberBetween, repeated, wholeNumber } from './options.ts';
import { addScreenOptions, SCREEN_ARGUMENT } from './screen-options.ts';
import { addStrictOption, endStrictly } from './strict.ts';
import { addTrainingOptions } from './training-options.ts';

const PROTOCOLS = Object.keys(protocols) as ProtocolName[];

/** `compare <screen> --label COLUMN --out <folder>`: pooling functions and baselines side by side, as in the paper. */
export const createCompareCommand: CreateCommand = (console) =>
  addMeasureOptions(
    addTrainingOptions(
      addStrictOption(
        addScreenOptions(
          createCommand(
            'compare',
            'Compare pooling functions with one another and with baselines, as tables and figures.',
          ),
        ),
      )
        .argument('<screen>', SCREEN_ARGUMENT)
        .requiredOption('--label <column>', 'column of the class of each field')
        .requiredOption('--out <folder>', 'folder to write')
        .addOption(
          new Option(
            '--poolings <list>',
            `pooling functions, as noisy-and=7.5,mean; all, none, or some of ${POOLING_NAMES.join(', ')}`,
          )
            .argParser(parsePoolings)
            .default(parsePoolings('all'), 'all'),
        )
        .option(
          '--sharpness <list>',
          'sharpnesses of those that have one, as 5,7.5,10 (default: noisy-and 10, generalized-mean 2.5, log-sum-exp 1)',
          parseSharpness,
        )
        .addOption(
          new Option('--heads <list>', 'last layers: softmax, or sigmoid for any number of labels a field, or both')
            .argParser(someOf(['softmax', 'sigmoid'] as const))
            .default(['softmax'], 'softmax'),
        )
        .addOption(
          new Option('--baselines <list>', `none, or some of ${BASELINES.join(', ')}`)
            .argParser(someOf(BASELINES, { none: true }))
            .default(SIMPLE_BASELINES, SIMPLE_BASELINES.join(', ')),
        )
        .addOption(
          new Option('--protocols <list>', `some of ${PROTOCOLS.join(', ')}`)
            .argParser(someOf(PROTOCOLS))
            .default(['k-fold'], 'k-fold'),
        )
        .option(
          '--seeds <n>',
          'train each network n times, with --seed and the seeds after it',
          wholeNumber({ least: 1 }),
          1,
        )
        .addOption(
          new Option('--holdout <column=value>', 'what the protocol holdout tests (repeatable)')
            .argParser(repeated)
            .default([], 'none'),
        )
        .option('--folds <k>', 'folds of k-fold', wholeNumber({ least: 2 }), 5)
        .option(
          '--fraction <share>',
          'share of the wells of each class that paper trains on',
          numberBetween({ least: 0.001, most: 1 }),
          0.15,
        )
        .option('--treatment <column>', 'column of the treatment (default: Metadata_Treatment where there is one)')
        .option('--replicate <column>', 'column of the replicate (default: Metadata_Replicate)')
        .option('--compound <column>', 'column of the compound (default: Metadata_Compound)')
        .option('--batch-column <column>', 'column of the batch (default: Metadata_Batch, else Metadata_Plate)')
        .option('--controls <name>', 'compound or class to leave out (repeatable; default: DMSO)', repeated)
        .option('--nuclei-channel <name>', 'the channel that shows nuclei, for the baselines that look at cells')
        .option('--cells <file>', 'table of the centres of cells for cropped-cells (default: nuclei that are found)')
        .option(
          '--cell-size <pixels>',
          `side of the square around a cell (default: ${usualCellSize()}, once enlarged)`,
          wholeNumber({ least: smallestField(LARGEST_FACTOR) }),
        ),
    ),
  )
    .option('--resume', 'go on with the comparison in the folder, or add to it', false)
    .option('--overwrite', 'replace the comparison in the folder', false)
    .action(async (screen: string, options: CompareOptions) => {
      await refuseExistingComparison(options.out, options);
      const result = await compareMethods(screen, options, console);
      report(result, options, console);
      if (result.failed.length > 0) throw new Ended(1);
      endStrictly(result, options);
    });

function report(result: CompareResult, { json }: CommonOptions, { out }: Console): void {
  if (json) {
    out(`${JSON.stringify(result, undefined, 2)}\n`);
    return;
  }
  const failed = result.failed.map(({ unit, message }) => `Not done: ${describeUnit(unit)}. ${message}\n`);
  const left =
    result.skipped > 0 ? `${result.skipped} fields could not be read: see ${join(result.out, 'skipped.csv')}\n` : '';
  out(`${result.table}\n${result.methods}\n\n${failed.join('')}${left}Tables and figures: ${result.out}\n`);
}
