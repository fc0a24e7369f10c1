import * as z from 'zod';
import { numberBetween, oneOf, overwrite, screenFields, seed, text } from '../request-fields.ts';
import { assayFields, column } from '../shared/assay-fields.ts';
import { controlFields } from '../shared/plate-fields.ts';
import { report } from '../shared/report/report-fields.ts';

/** What is asked of `hits`. */
export const hitsRequest = z.strictObject({
  predictions: text().meta({
    description: 'table of predictions of fields or wells (CSV, TSV, Excel or Parquet), or the folder of a run',
    value: 'predictions',
    argument: true,
  }),
  controlColumn: text().meta(controlFields.controlColumn.meta()!),
  negative: z
    .array(text(), { error: 'Expected values of ‹controlColumn›.' })
    .min(1)
    .readonly()
    .meta(controlFields.negative.meta()!),
  ...assayFields,
  treatment: column('column of the treatment', 'Metadata_Treatment, else the compound with its dose'),
  replicate: column('column of the replicate', 'Metadata_Replicate where there is one'),
  with: z.array(text(), { error: 'Expected tables.' }).readonly().default([]).meta({
    description: 'another table of predictions of the same classes, as of the other half of a plate (repeatable)',
    value: 'predictions',
    group: 'screen',
  }),
  labels: text().optional().meta({
    description: 'screen, or table of its wells, with the metadata of the predicted fields',
    value: 'screen',
    group: 'screen',
  }),
  ...screenFields,
  run: text().optional().meta({
    description: 'run that the model comes from, which says which wells it was trained on',
    value: 'folder',
    usually: 'the folder of the predictions',
    group: 'how',
  }),
  cells: text().optional().meta({
    description: 'table of the centres of cells, as of milscope detect: counts those of every well',
    value: 'file',
    group: 'how',
  }),
  fewCells: numberBetween({ least: 0, most: 1 }).default(0.5).meta({
    description: 'flag wells with fewer than this share of the cells of the negative controls',
    value: 'share',
    group: 'how',
  }),
  normalize: oneOf(['robust-z', 'percent-of-controls', 'none']).default('robust-z').meta({
    description: 'how wells are set against the negative controls of their plate',
    value: 'name',
    group: 'how',
  }),
  correct: oneOf(['none', 'b-score']).default('none').meta({
    description: 'take effects of rows and columns away: b-score, by median polish of every plate',
    value: 'name',
    group: 'how',
  }),
  falseDiscoveryRate: numberBetween({ least: 0, most: 1 }).default(0.05).meta({
    description: 'largest share of false hits among the hits (Benjamini and Hochberg)',
    value: 'share',
    group: 'how',
  }),
  out: text().meta({
    description: 'table of treatments to write (.csv or .parquet); tables of wells, plates and doses go beside it',
    value: 'file',
    group: 'output',
  }),
  overwrite: overwrite('the tables'),
  report,
  seed,
});

export type HitsRequest = z.output<typeof hitsRequest>;
