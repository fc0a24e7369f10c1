import * as z from 'zod';
import { flagKinds } from '../../evaluation/inspection/flags.ts';
import { skippedResult } from '../request-fields.ts';

const names = z.array(z.string()).readonly();
const numbers = z.array(z.number()).readonly();
/** Numbers of fields by what is wrong with them. */
const counts = z.record(z.enum(flagKinds), z.number()).readonly();
const flag = z.object({ kind: z.enum(flagKinds), channel: z.string().optional(), found: z.string() });

/** Intensities in counts, as medians over the fields unless they are the smallest or the largest. */
const channel = z.object({
  channel: z.string(),
  /** Numbers of fields by the bits of a sample in their file. */
  bitDepths: z.record(z.string(), z.number()).readonly(),
  ...{ bitsUsed: z.number().nullable(), emptyBits: z.number() },
  ...{ min: z.number(), max: z.number(), ceiling: z.number().nullable() },
  ...{ mean: z.number(), percentile1: z.number(), median: z.number(), percentile99: z.number() },
  ...{ structure: z.number(), detail: z.number(), slope: z.number() },
});

const plate = z.object({
  ...{ plate: z.string(), fields: z.number(), wells: z.number(), flagged: z.number(), counts },
  /** Medians over its fields, one for each channel. */
  ...{ brightness: numbers, detail: numbers },
});

const layout = z.object({
  wells: z.number(),
  /** Whether the table names wells; else every field counts as one. */
  named: z.boolean(),
  sitesPerWell: z.number().nullable(),
  incomplete: z.array(z.object({ plate: z.string(), well: z.string(), fields: z.number(), missing: names })).readonly(),
  format: z.object({ wells: z.number(), rows: z.number(), columns: z.number() }).nullable(),
});

/** How well a column of batches alone predicts the label of wells. */
const batch = z.object({
  ...{ column: z.string(), batches: names, wells: z.number() },
  ...{ accuracy: z.number(), majority: z.number(), tells: z.boolean() },
  alone: z.array(z.object({ name: z.string(), batch: z.string() })).readonly(),
  pure: z.array(z.object({ batch: z.string(), name: z.string() })).readonly(),
  counts: z.array(numbers).readonly(),
});

const classes = z.object({
  column: z.string(),
  classes: z
    .array(z.object({ name: z.string(), fields: z.number(), wells: z.number(), plates: z.number() }))
    .readonly(),
  ...{ unlabelled: z.number(), several: z.number(), mixedWells: names },
  batches: z.array(batch).readonly(),
  atEdge: z.array(z.object({ name: z.string(), wells: z.number(), others: z.number() })).readonly(),
});

const side = z.object({ fields: z.number(), wells: z.number() });
/** What a training with the same `holdout` would train on and test. */
const split = z.object({
  holdout: names,
  sides: z.object({ train: side, validation: side, test: side }).nullable(),
  refused: z.string().nullable(),
  ...{ dividedWells: names, leaks: names },
  treatments: z.object({ column: z.string(), tested: z.number(), trainedToo: z.number() }).nullable(),
});

/** Everything that was found about a screen, and its flagged fields; the table has the numbers of all fields. */
export const inspectResult = z.object({
  screen: z.string(),
  fields: z.object({
    ...{ total: z.number(), readable: z.number(), unreadable: z.number(), good: z.number(), flagged: z.number() },
  }),
  flags: counts,
  /** The usual size, and how many fields have another. */
  size: z.object({ usual: z.string(), others: z.number() }).nullable(),
  channels: z.array(channel).readonly(),
  plates: z.array(plate).readonly(),
  layout,
  classes: classes.nullable(),
  /** Columns that could be labels. */
  labelColumns: names,
  split: split.nullable(),
  /** Control wells of every plate, where ‹controlColumn› names them. */
  controls: z
    .object({
      ...{ column: z.string(), negative: names, positive: names },
      plates: z.array(z.object({ plate: z.string(), negatives: z.number(), positives: z.number() })).readonly(),
    })
    .nullable(),
  nuclei: z.object({ channel: z.string(), diameter: z.number(), fields: z.number() }).nullable(),
  flagged: z
    .array(
      z.object({
        ...{ imageNumber: z.number(), row: z.number() },
        ...{ plate: z.string(), well: z.string(), site: z.string(), file: z.string().optional() },
        flags: z.array(flag).readonly(),
      }),
    )
    .readonly(),
  /** What to do before training, the most serious first; options stand in the marks of `named`. */
  advice: z.array(z.object({ serious: z.boolean(), problem: z.string(), remedy: z.string() })).readonly(),
  /** The page. */
  out: z.string().nullable(),
  table: z.string().nullable(),
  ...skippedResult,
});

/** What an inspection gives. */
export type InspectResult = z.output<typeof inspectResult>;
