import * as z from 'zod';
import type { Metrics } from '../../evaluation/evaluate.ts';
import { LARGEST_FACTOR } from '../../network/architecture.ts';
import { smallestNewField } from '../../network/new-network.ts';
import { POOLING_NAMES } from '../../network/pooling/poolings.ts';
import {
  numberBetween,
  oneOf,
  overwrite,
  resume,
  screen,
  screenFields,
  seed,
  skippedResult,
  text,
  undecisive,
  wholeNumber,
} from '../request-fields.ts';
import { conditions } from '../shared/conditions-field.ts';
import { positiveField } from '../shared/plate-fields.ts';
import { report, reportResult } from '../shared/report/report-fields.ts';
import { BAGS, INSTANCES } from '../shared/run-folder.ts';
import { usualCellSize } from '../shared/training-cells.ts';
import { trainingFields } from './training-fields.ts';

/**
 * What `train` is asked. A field that is not `undecisive` decides what is learned: a run is continued only with the same
 * values of all of these.
 */
export const trainRequest = z.strictObject({
  // Where the screen is decides nothing: what it holds is compared by its hash.
  screen: undecisive(screen),
  label: text().meta({ description: 'column of the class of each field', value: 'column', group: 'what to learn' }),
  out: undecisive(text().meta({ description: 'run folder to write', value: 'folder', group: 'output' })),
  head: oneOf(['softmax', 'sigmoid']).default('softmax').meta({
    description: 'last layer: softmax for one class a field, sigmoid for any number of labels, | between them',
    value: 'name',
    group: 'what to learn',
  }),
  pooling: oneOf(POOLING_NAMES)
    .default('noisy-and')
    .meta({ description: `pooling function: ${POOLING_NAMES.join(', ')}`, value: 'name', group: 'what to learn' }),
  sharpness: numberBetween({ least: 0.1, most: 100 }).default(10).meta({
    description: 'a of Noisy-AND, r of generalized-mean and log-sum-exp',
    value: 'a',
    group: 'what to learn',
  }),
  from: text().optional().meta({
    description: 'fine-tune this model.onnx; its classes, channels and pooling may differ',
    value: 'model',
    group: 'what to learn',
  }),
  holdout: conditions.meta({
    description:
      'test on these fields, never train on them: Replicate=3, or several values as Well=A1,B1 or Row=B,F (repeatable: fields that meet any)',
    value: 'column=value',
    usually: 'none',
    group: 'what to learn',
  }),
  fraction: numberBetween({ least: 0.001, most: 1 }).default(1).meta({
    description: 'share of the wells of each class to train on',
    value: 'share',
    group: 'what to learn',
  }),
  instances: oneOf(INSTANCES).optional().meta({
    description:
      'what an instance is: positions of the maps; foreground, the positions that hold cells; cells, pooled over their field; or cropped-cells, each labelled by its field',
    value: 'name',
    usually: 'positions, or cells with ‹cells›',
    group: 'what to learn',
  }),
  bag: oneOf(BAGS).default('field').meta({
    description: 'whose cells are pooled with the instances cells: those of a field, or of a well',
    value: 'name',
    group: 'what to learn',
  }),
  cells: text().optional().meta({
    description:
      'where the cells are: the table of their centres (CSV, TSV, Excel or Parquet), or auto, which finds their nuclei; they are the instances unless ‹instances› says otherwise',
    value: 'file',
    group: 'what to learn',
  }),
  nucleiChannel: text().optional().meta({
    description: 'the channel that shows the nuclei, for ‹cells› auto',
    value: 'name',
    usually: 'the one that is named after DNA or a stain of it',
    group: 'what to learn',
  }),
  diameter: numberBetween({ least: 2, most: 10_000 }).optional().meta({
    description: 'diameter of a typical nucleus, for ‹cells› auto',
    value: 'pixels',
    usually: 'estimated in each field',
    group: 'what to learn',
  }),
  cellSize: wholeNumber({ least: smallestNewField(LARGEST_FACTOR) })
    .optional()
    .meta({
      description: 'side of the square around a cell that the network is shown',
      value: 'pixels',
      usually: `${usualCellSize()}, divided by ‹enlarge›`,
      group: 'what to learn',
    }),
  ...trainingFields,
  ...positiveField,
  ...screenFields,
  seed,
  resume: resume('the run in the folder'),
  overwrite: overwrite('the run in the folder'),
  keepEpochs: undecisive(
    z.boolean().default(false).meta({
      description: 'keep the weights of every epoch that was the best so far, each as a model in the folder epochs',
      group: 'output',
    }),
  ),
  report,
});

export type TrainRequest = z.output<typeof trainRequest>;

/** What a training came to. */
export const trainResult = z.object({
  /** The run folder. */
  run: z.string(),
  /** The model of it. */
  model: z.string(),
  /** SHA-256 of the model file. */
  modelHash: z.string(),
  /** SHA-256 of everything that decided what was learned. */
  runHash: z.string(),
  epochs: z.number(),
  /** The epoch whose weights were kept. */
  bestEpoch: z.number(),
  /** What the scores of the last layer are divided by, so that probabilities are shares of fields; 1 without validation. */
  temperature: z.number(),
  /** The probability from which on each class is a label; only with sigmoids. */
  thresholds: z.record(z.string(), z.number()).optional(),
  ...skippedResult,
  /** In words, which fields the metrics are of. */
  tested: z.string(),
  ...reportResult,
  /** What `metrics.json` holds; missing where no field was held out or validated. */
  metrics: z.custom<Metrics>().optional(),
});

export type TrainResult = z.output<typeof trainResult>;

/** The same training with several seeds. */
export const trainSeedsRequest = trainRequest.extend({
  seeds: wholeNumber({ least: 1 }).default(1).meta({
    description: 'train n times, with ‹seed› and the seeds after it, each in <folder>/seed-…',
    value: 'n',
    usually: 'one training, in <folder> itself',
    group: 'how',
    undecisive: true,
  }),
});

const spread = z.object({ mean: z.number(), least: z.number(), most: z.number() });

/** What `seeds.json` holds. */
export const trainSeedsResult = z.object({
  /** What each seed came to; null where nothing was tested. */
  seeds: z.array(
    z.object({
      seed: z.number(),
      run: z.string(),
      images: z.object({ n: z.number(), correct: z.number(), accuracy: z.number() }).nullable(),
      treatments: z.object({ total: z.number(), correct: z.number(), accuracy: z.number().nullable() }).nullable(),
    }),
  ),
  /** Fields that could not be read. */
  skipped: z.number(),
  /** Spread of the accuracies; null where nothing was tested. */
  images: spread.nullable(),
  treatments: spread.nullable(),
});

export type TrainSeedsResult = z.output<typeof trainSeedsResult>;
