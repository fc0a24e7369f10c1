import { MilscopeError } from '../errors.ts';
import { evaluatePredictions } from '../evaluation/evaluate.ts';
import { formatMetrics } from '../evaluation/format.ts';
import { joinLabels } from '../evaluation/join-labels.ts';
import { readPredictions } from '../evaluation/read-predictions.ts';
import { nodeFiles } from '../files/node-files.ts';
import { writeWhole } from '../files/write-whole.ts';
import type { ScreenOptions } from '../screen/screen-options.ts';
import { readLabels } from '../workflows/evaluate/read-labels.ts';
import { readTrainingFields } from '../workflows/evaluate/training-fields.ts';
import { requireNewFile } from '../workflows/shared/table-output.ts';
import type { CommonOptions } from './console.ts';
import type { CreateCommand } from './main.ts';
import { createCommand } from './options.ts';
import { addScreenOptions, screenOptionsOf } from './screen-options.ts';

interface Options extends CommonOptions, ScreenOptions {
  readonly label: string;
  readonly treatment?: string;
  readonly replicate?: string;
  readonly batch?: string;
  readonly labels?: string;
  readonly run?: string;
  readonly out?: string;
  readonly overwrite: boolean;
}

/** `evaluate <predictions> --label COLUMN`: how well predictions agree with the truth, beside honest baselines. */
export const createEvaluateCommand: CreateCommand = (console) =>
  addScreenOptions(
    createCommand('evaluate', 'Say how well predictions agree with the truth, and what honest baselines reach.'),
  )
    .argument('<predictions>', 'table of predictions (CSV)')
    .requiredOption('--label <column>', 'column of the truth')
    .option('--treatment <column>', 'column of the treatment (default: Metadata_Treatment where there is one)')
    .option('--replicate <column>', 'column of the replicate: figures for each')
    .option('--batch <column>', 'column of the batch (default: Metadata_Batch, else Metadata_Plate)')
    .option('--labels <screen>', 'table whose labels and other metadata the predictions are given')
    .option('--run <folder>', 'run the model comes from, for the baselines (default: the folder of the predictions)')
    .option('--out <file>', 'also write the figures as JSON')
    .option('--overwrite', 'let --out replace a file', false)
    .action(async (predictions: string, options: Options) => {
      if (options.out !== undefined) await requireNewFile(options.out, options);
      requireLabels(options);
      const read = await readPredictions(predictions, nodeFiles);
      const table =
        options.labels === undefined ? read : joinLabels(read, await readLabels(options.labels, options, console));
      const reference = await readTrainingFields({ run: options.run, predictions });
      const { label, treatment, replicate, batch, seed } = options;
      const metrics = evaluatePredictions(table, { label, treatment, replicate, batch, seed, reference });
      const json = `${JSON.stringify(metrics, undefined, 2)}\n`;
      if (options.out !== undefined) await writeWhole(options.out, json);
      console.out(options.json ? json : formatMetrics(metrics));
    });

/** What says how a screen is read has nothing to say without one. */
function requireLabels(options: Options): void {
  const [given] = Object.keys(screenOptionsOf(options));
  if (options.labels !== undefined || given === undefined) return;
  throw new MilscopeError('BadOption', {
    option: `--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    problem: 'it says how the screen of --labels is read, which is not given',
    remedy: 'name the screen, or a table of its wells, with --labels',
  });
}
