import * as z from 'zod';
import { LARGEST_FACTOR } from '../../network/architecture.ts';
import { SMALLEST_NEW_TILE, smallestNewField } from '../../network/new-network.ts';
import {
  numberBetween,
  overwrite,
  resume,
  screen,
  screenFields,
  skippedResult,
  someOf,
  text,
  wholeNumber,
  workers,
} from '../request-fields.ts';
import { conditions } from '../shared/conditions-field.ts';
import { also, models } from '../shared/ensemble/model-fields.ts';
import { plateFields } from '../shared/plate-fields.ts';
import { report, reportResult } from '../shared/report/report-fields.ts';
import { usualCellSize } from '../shared/training-cells.ts';
import { GROUPINGS } from './groupings.ts';

/** What is predicted, and how the model sees it. */
const seenFields = {
  cells: text().optional().meta({
    description:
      'where the cells are, for a row for each: the table of their centres (CSV, TSV, Excel or Parquet), or auto, which finds their nuclei',
    value: 'file',
    group: 'how',
  }),
  nucleiChannel: text().optional().meta({
    description: 'the channel that shows the nuclei, for ‹cells› auto',
    value: 'name',
    usually: 'that of the training, else the one that is named after DNA or a stain of it',
    group: 'how',
  }),
  diameter: numberBetween({ least: 2, most: 10_000 }).optional().meta({
    description: 'diameter of a typical nucleus, for ‹cells› auto',
    value: 'pixels',
    usually: 'that of the training, else estimated in each field',
    group: 'how',
  }),
  cellSize: wholeNumber({ least: smallestNewField(LARGEST_FACTOR) })
    .optional()
    .meta({
      description: 'side of the square around a cell that the network is shown',
      value: 'pixels',
      usually: `that of the training, else ${usualCellSize()} divided by its ‹enlarge›`,
      group: 'how',
    }),
  symmetries: z.boolean().default(false).meta({
    description: 'average over the eight rotations and reflections of each field or cell: eight times the work',
    group: 'how',
  }),
  tile: wholeNumber({ least: SMALLEST_NEW_TILE }).optional().meta({
    description:
      'predict each field in tiles with this side, as large fields are by themselves: the numbers are the same, to rounding',
    value: 'pixels',
    usually: '512, for fields of more than 8.4 million pixels',
    group: 'how',
  }),
  ...plateFields,
  workers,
};

/** A model, a screen, and how the one is applied to the other. */
export const rowsRequest = z.strictObject({
  model: models,
  screen,
  also,
  ...seenFields,
  profile: z
    .boolean()
    .default(false)
    .meta({ description: 'give each row its profile too: the means of the 1000 feature maps', group: 'output' }),
  ...screenFields,
});

export type RowsRequest = z.output<typeof rowsRequest>;

export const predictRequest = z.strictObject({
  model: models,
  screen,
  only: conditions.meta({
    description:
      'predict these fields alone: Row=B,F or Plate=P1 (repeatable: fields that meet any); plates are measured from all of theirs',
    value: 'column=value',
    usually: 'all',
    group: 'screen',
  }),
  out: text().meta({ description: 'table of predictions to write (.csv or .parquet)', value: 'file', group: 'output' }),
  ...seenFields,
  also,
  by: someOf(GROUPINGS).optional().meta({
    description:
      'also write tables of wells, of treatments, or of both (well,treatment): the medians of their fields; of cells that are instances also of fields',
    value: 'groups',
    group: 'output',
    commas: true,
  }),
  treatment: text().optional().meta({
    description: 'column of the treatment, for ‹by› treatment',
    value: 'column',
    usually: 'Metadata_Treatment, else the compound with its dose',
    group: 'output',
  }),
  profile: text().optional().meta({
    description: 'also write what the network sees: the means of its 1000 feature maps (.csv or .parquet)',
    value: 'file',
    group: 'output',
  }),
  cpa: z
    .boolean()
    .default(false)
    .meta({ description: 'with ‹cells›: also write the files that CellProfiler Analyst opens', group: 'output' }),
  ...screenFields,
  resume: resume('a prediction that was stopped; one that is finished is left as it is'),
  overwrite: overwrite('the tables'),
  report,
});

export type PredictRequest = z.output<typeof predictRequest>;

const range = z.object({ low: z.number(), high: z.number() });

/** How the intensities of a screen compare with those that a model was trained on, in counts of the file. */
const intensitiesResult = z.object({
  fields: z.number().meta({ description: 'fields that were compared' }),
  outside: z.number().meta({ description: 'fields with intensities unlike those of the training' }),
  channels: z
    .array(
      z.object({
        channel: z.string(),
        fields: z.number(),
        mean: range,
        largest: range,
        trained: z.object({ mean: range, largest: range }),
      }),
    )
    .readonly()
    .meta({
      description:
        'the channels by which they are: means and largest values of these fields, and of those of the training',
    }),
});

const noveltyResult = z.object({
  reference: z.number().meta({ description: 'training fields that fields were compared with' }),
  fields: z.number().meta({ description: 'fields whose novelty is known' }),
  flagged: z
    .number()
    .nullable()
    .meta({ description: 'fields above the 99th percentile; null with fewer than 100 training fields' }),
  imageNumbers: z
    .array(z.number())
    .readonly()
    .meta({ description: 'their numbers, the most novel first, at most 100' }),
});

const groupedResult = z.object({
  out: z.string().meta({ description: 'its table' }),
  groups: z.number().meta({ description: 'wells or treatments' }),
  leftOut: z.number().meta({ description: 'fields that have no well or no treatment' }),
});

export const predictResult = z.object({
  out: z.string().meta({ description: 'table of predictions' }),
  model: z.string().meta({ description: 'path of the model' }),
  modelHash: z.string().meta({
    description: 'SHA-256 of the model file; of several models, of the sorted SHA-256 of their files, a line each',
  }),
  models: z
    .array(z.object({ modelHash: z.string(), runHash: z.string() }))
    .readonly()
    .optional()
    .meta({ description: 'the models that were averaged; only where there are several' }),
  fields: z.number().meta({ description: 'fields predicted, or fields with predicted cells' }),
  cells: z.number().optional().meta({ description: 'cells predicted; only with ‹cells›' }),
  cellsLost: z
    .number()
    .optional()
    .meta({ description: 'cells that could not be predicted, for whatever reason; only with ‹cells›' }),
  ...skippedResult,
  label: z.string().meta({ description: 'column of the classes in the training' }),
  labelled: z
    .number()
    .optional()
    .meta({ description: 'predicted fields that have a label in that column; only of whole fields' }),
  run: z.string().nullable().meta({
    description: 'folder of the run that the model lies in, or of several runs; null where it lies elsewhere',
  }),
  predicted: z.record(z.string(), z.number()).meta({
    description: 'fields or cells predicted as each class; where one may have several labels, each counts',
  }),
  unlabelled: z
    .number()
    .optional()
    .meta({ description: 'fields or cells without any label; only where there may be several' }),
  intensities: intensitiesResult
    .optional()
    .meta({ description: 'how intensities compare with those of the training, where the model knows these' }),
  novelty: noveltyResult
    .optional()
    .meta({ description: 'how many fields are unlike those of the training, where the model can tell' }),
  by: z.partialRecord(z.enum(GROUPINGS), groupedResult).optional().meta({ description: 'the tables of ‹by›' }),
  profile: z.string().optional().meta({ description: 'table of profiles' }),
  cpa: z.string().optional().meta({ description: 'the file that CellProfiler Analyst opens' }),
  ...reportResult,
});

export type PredictResult = z.output<typeof predictResult>;
export type GroupedResult = z.output<typeof groupedResult>;
