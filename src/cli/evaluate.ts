import { access } from 'node:fs/promises';
import { MilscopeError } from '../errors.ts';
import { evaluatePredictions } from '../evaluation/evaluate.ts';
import { formatMetrics } from '../evaluation/format.ts';
import { joinLabels } from '../evaluation/join-labels.ts';
import { writeWhole } from '../image/write-whole.ts';
import type { ScreenOptions } from '../screen/screen-options.ts';
import type { CommonOptions } from './console.ts';
import type { CreateCommand } from './main.ts';
import { createCommand } from './options.ts';
import { readLabels } from './read-labels.ts';
import { readPredictions } from './read-predictions.ts';
import { addScreenOptions } from './screen-options.ts';
import { readTrainingFields } from './training-fields.ts';

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
      await refuseExisting(options);
      const read = await readPredictions(predictions);
      const table = options.labels === undefined ? read : joinLabels(read, await readLabels(options.labels, options));
      const reference = await readTrainingFields({ run: options.run, predictions });
      const { label, treatment, replicate, batch, seed } = options;
      const metrics = evaluatePredictions(table, { label, treatment, replicate, batch, seed, reference });
      const json = `${JSON.stringify(metrics, undefined, 2)}\n`;
      if (options.out !== undefined) await writeWhole(options.out, json);
      console.out(options.json ? json : formatMetrics(metrics));
    });

async function refuseExisting({ out, overwrite }: Options): Promise<void> {
  if (out === undefined || overwrite) return;
  const exists = await access(out).then(
    () => true,
    () => false,
  );
  if (exists) {
    throw new MilscopeError('OutputExists', {
      file: out,
      problem: 'there is such a file already',
      remedy: 'name another with --out, or give --overwrite',
    });
  }
}
