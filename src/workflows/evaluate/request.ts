import * as z from 'zod';
import { overwrite, screenFields, seed, text } from '../request-fields.ts';
import { assayFields } from '../shared/assay-fields.ts';
import { controlFields } from '../shared/plate-fields.ts';
import { report } from '../shared/report/report-fields.ts';

export const evaluateRequest = z.strictObject({
  predictions: text().meta({
    description: 'table of predictions (CSV, TSV, Excel or Parquet), or the folder of a run',
    value: 'predictions',
    argument: true,
  }),
  label: text().meta({ description: 'column of the truth', value: 'column' }),
  treatment: text().optional().meta({
    description: 'column of the treatment',
    value: 'column',
    usually: 'Metadata_Treatment where there is one',
    group: 'how',
  }),
  replicate: text()
    .optional()
    .meta({ description: 'column of the replicate: figures for each', value: 'column', group: 'how' }),
  batch: text().optional().meta({
    description: 'column of the batch',
    value: 'column',
    usually: 'Metadata_Batch, else Metadata_Plate',
    group: 'how',
  }),
  run: text().optional().meta({
    description: 'run that the model comes from, for the baselines; of an average, the folder of all its runs',
    value: 'folder',
    usually: 'the folder of the predictions',
    group: 'how',
  }),
  labels: text().optional().meta({
    description: 'screen, or table of its wells, with the labels and other metadata of the predicted fields',
    value: 'screen',
    group: 'screen',
  }),
  ...screenFields,
  ...controlFields,
  ...assayFields,
  out: text().optional().meta({ description: 'also write the figures as JSON', value: 'file', group: 'output' }),
  overwrite: overwrite('the file of ‹out›'),
  report,
  seed,
});
