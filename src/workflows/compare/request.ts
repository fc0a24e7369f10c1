import * as z from 'zod';
import type { ComparisonRow } from '../../evaluation/comparison/comparison.ts';
import { type ProtocolName, protocols } from '../../evaluation/protocols/protocols.ts';
import { LARGEST_FACTOR } from '../../network/architecture.ts';
import { smallestNewField } from '../../network/new-network.ts';
import { POOLING_NAMES } from '../../network/pooling/poolings.ts';
import { measuringFields } from '../profile/measuring.ts';
import {
  decisiveFields,
  listLike,
  metaOf,
  numberBetween,
  overwrite,
  resume,
  screen,
  screenFields,
  seed,
  someOf,
  text,
  undecisive,
  wholeNumber,
} from '../request-fields.ts';
import { conditions } from '../shared/conditions-field.ts';
import { positiveField } from '../shared/plate-fields.ts';
import { report, reportResult } from '../shared/report/report-fields.ts';
import { BAGS, INSTANCES } from '../shared/run-folder.ts';
import { usualCellSize } from '../shared/training-cells.ts';
import { trainingFields } from '../train/training-fields.ts';
import { BASELINES, parsePoolings, parseSharpness, SIMPLE_BASELINES, type Unit } from './methods.ts';

const PROTOCOLS = Object.keys(protocols) as [ProtocolName, ...ProtocolName[]];

/** What is compared: a comparison may be continued with more of it. */
const gridFields = {
  poolings: listLike(parsePoolings, { expected: `all, none, or some of: ${POOLING_NAMES.join(', ')}` })
    .prefault('all')
    .meta({
      description: `pooling functions, as noisy-and=7.5,mean; all, none, or some of ${POOLING_NAMES.join(', ')}`,
      value: 'list',
      usually: 'all',
      group: 'what to learn',
      commas: true,
      undecisive: true,
    }),
  sharpness: listLike(parseSharpness, { expected: 'sharpnesses from 0.1 to 100' }).optional().meta({
    description: 'sharpnesses of those that have one, as 5,7.5,10',
    value: 'list',
    usually: 'noisy-and 10, generalized-mean 2.5, log-sum-exp 1',
    group: 'what to learn',
    commas: true,
    undecisive: true,
  }),
  heads: someOf(['softmax', 'sigmoid']).prefault('softmax').meta({
    description: 'last layers: softmax, or sigmoid for any number of labels a field, or both',
    value: 'list',
    group: 'what to learn',
    commas: true,
    undecisive: true,
  }),
  instances: someOf(INSTANCES)
    .prefault('positions')
    .meta({
      description: `what networks pool: some of ${INSTANCES.join(', ')}`,
      value: 'list',
      group: 'what to learn',
      commas: true,
      undecisive: true,
    }),
  bags: someOf(BAGS).prefault('field').meta({
    description: 'whose cells are pooled with the instances cells: those of a field, of a well, or each in turn',
    value: 'list',
    group: 'what to learn',
    commas: true,
    undecisive: true,
  }),
  baselines: someOf(BASELINES, { none: true })
    .prefault([...SIMPLE_BASELINES])
    .meta({
      description: `none, or some of ${BASELINES.join(', ')}`,
      value: 'list',
      group: 'what to learn',
      commas: true,
      undecisive: true,
    }),
  protocols: someOf(PROTOCOLS)
    .prefault('k-fold')
    .meta({
      description: `some of ${PROTOCOLS.join(', ')}`,
      value: 'list',
      group: 'what to learn',
      commas: true,
      undecisive: true,
    }),
  seeds: wholeNumber({ least: 1 }).default(1).meta({
    description: 'train each network n times, with ‹seed› and the seeds after it',
    value: 'n',
    group: 'what to learn',
    undecisive: true,
  }),
};

/** How the folds of the protocols are made. */
const protocolFields = {
  holdout: conditions.meta({
    description: 'what the protocol holdout tests: Replicate=3, or several values as Well=A1,B1 (repeatable)',
    value: 'column=value',
    usually: 'none',
    group: 'what to learn',
  }),
  folds: wholeNumber({ least: 2 }).default(5).meta({
    description: 'folds of k-fold',
    value: 'k',
    group: 'what to learn',
  }),
  fraction: numberBetween({ least: 0.001, most: 1 }).default(0.15).meta({
    description: 'share of the wells of each class that paper trains on',
    value: 'share',
    group: 'what to learn',
  }),
  ...columnFields({
    treatment: { description: 'column of the treatment', usually: 'Metadata_Treatment where there is one' },
    replicate: { description: 'column of the replicate', usually: 'Metadata_Replicate' },
    compound: { description: 'column of the compound', usually: 'Metadata_Compound' },
    batchColumn: { description: 'column of the batch', usually: 'Metadata_Batch, else Metadata_Plate' },
  }),
  setAside: z.array(text()).readonly().optional().meta({
    description: 'negative control to set aside: a compound or class, or none (repeatable)',
    value: 'name',
    usually: 'DMSO, unless fewer than two classes would be left',
    group: 'what to learn',
  }),
};

function columnFields<const Names extends string>(of: Record<Names, { description: string; usually: string }>) {
  const fields = Object.entries<{ description: string; usually: string }>(of).map(([name, meta]) => [
    name,
    text()
      .optional()
      .meta({ ...meta, value: 'column', group: 'what to learn' }),
  ]);
  return Object.fromEntries(fields) as Record<Names, z.ZodOptional<z.ZodString>>;
}

/** How cells are found and measured, for the methods that look at them: recorded once one of these takes part. */
const cellFields = {
  nucleiChannel: text().optional().meta({
    description: 'the channel that shows nuclei, for the methods that look at cells',
    value: 'name',
    usually: 'the one that is named after DNA or a stain of it',
    group: 'how',
  }),
  cells: text().optional().meta({
    description:
      'table of the centres of the cells that networks are trained on (CSV, TSV, Excel or Parquet), or auto, which finds their nuclei',
    value: 'file',
    usually: 'auto',
    group: 'how',
  }),
  cellSize: wholeNumber({ least: smallestNewField(LARGEST_FACTOR) })
    .optional()
    .meta({
      description: 'side of the square around a cell',
      value: 'pixels',
      usually: `${usualCellSize()}, divided by ‹enlarge›`,
      group: 'how',
    }),
  ...measuringFields,
};

/** What `compare` is asked. */
export const compareRequest = z.strictObject({
  screen: undecisive(screen),
  label: text().meta({ description: 'column of the class of each field', value: 'column', group: 'what to learn' }),
  out: undecisive(text().meta({ description: 'folder to write', value: 'folder', group: 'output' })),
  ...gridFields,
  ...protocolFields,
  ...cellFields,
  ...trainingFields,
  // Results beside one another have the same controls.
  positive: positiveField.positive.meta({ ...metaOf(positiveField.positive), undecisive: false }),
  ...screenFields,
  seed: undecisive(seed),
  resume: resume('the comparison in the folder, or add to it'),
  overwrite: overwrite('the comparison in the folder'),
  report,
});

export type CompareRequest = z.output<typeof compareRequest>;

/** The fields that must be the same for results to stand beside one another; those of cells only where cells take part. */
export const SETTINGS = decisiveFields(compareRequest).filter((name) => !(name in cellFields));

/** What a comparison came to. */
export const compareResult = z.object({
  /** The folder. */
  out: z.string(),
  rows: z.array(z.custom<ComparisonRow>()),
  /** Markdown. */
  table: z.string(),
  /** A paragraph for a methods section, and its references. */
  methods: z.string(),
  /** Paths of the figures. */
  figures: z.array(z.string()),
  ...reportResult,
  /** Fields that could not be read. */
  skipped: z.number(),
  /** What could not be done, and why. */
  failed: z.array(z.object({ unit: z.custom<Unit>(), message: z.string() })),
});

export type CompareResult = z.output<typeof compareResult>;
