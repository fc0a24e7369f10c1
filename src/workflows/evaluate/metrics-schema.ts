/** `metrics.json` as a schema; what the figures mean stands beside the functions of `evaluation` that compute them. */
import * as z from 'zod';
import type { Assay } from '../../evaluation/assay/assay.ts';

const column = z.string().nullable();
const interval95 = z.object({
  low: z.number(),
  high: z.number(),
  method: z.string().meta({ description: 'how the interval was computed' }),
});
const share = z.object({ total: z.number(), correct: z.number(), accuracy: z.number().nullable() });
const baseline = z.object({
  n: z.number(),
  correct: z.number().nullable(),
  accuracy: z.number().nullable(),
  how: z.string().meta({ description: 'how it was computed, or why there is none' }),
});

const images = z.object({
  n: z.number(),
  correct: z.number(),
  accuracy: z.number(),
  meanClassAccuracy: z.number().meta({ description: 'mean over the classes that have a field' }),
  meanAveragePrecision: z.number().meta({ description: 'mean over the classes that have a field' }),
  interval95: z.object({ accuracy: interval95, meanClassAccuracy: interval95 }),
  of: z.string().meta({ description: 'which fields the figures are of: held out, validated or trained on' }),
  usedInTraining: z
    .number()
    .nullable()
    .meta({ description: 'fields that the model was trained on, or its epoch chosen by; null when not known' }),
  trainedOn: z.number().nullable().meta({ description: 'how many of these the model was trained on' }),
  unlabelled: z.number().meta({ description: 'predicted fields without a label, which no figure counts' }),
});

const treatments = share.extend({
  interval95: interval95.nullable(),
  misclassified: z
    .array(z.object({ treatment: z.string(), truth: z.string(), predicted: z.string(), fields: z.number() }))
    .readonly(),
  note: z.string().optional().meta({ description: 'why there is no treatment' }),
});

const ofClass = z.object({
  class: z.string(),
  n: z.number().meta({ description: 'fields of this class' }),
  correct: z.number().meta({ description: 'those of them that were predicted as it' }),
  recall: z.number().nullable(),
  precision: z.number().nullable(),
  f1: z.number().nullable(),
  averagePrecision: z.number().nullable(),
  threshold: z
    .number()
    .optional()
    .meta({ description: 'probability at which the class becomes a label; only where there may be several' }),
});

const baselines = z.object({ majorityClass: baseline, meanIntensity: baseline, batchAlone: baseline });

const calibration = z.object({
  of: z.enum(['class', 'label']).meta({
    description: 'what has a probability: the class that a field is given, or each label of each field',
  }),
  n: z.number().meta({ description: 'how many of these' }),
  expectedCalibrationError: z.number().meta({
    description: 'mean of |accuracy - confidence| over the bins, each counted by its n (Guo et al. 2017)',
  }),
  byChance: z.number().meta({ description: 'what that would be on average if all probabilities were shares' }),
  confidence: z.number().meta({ description: 'mean probability' }),
  accuracy: z.number().meta({ description: 'share that is right' }),
  negativeLogLikelihood: z.number().meta({ description: 'of the truth, a field' }),
  bins: z
    .array(
      z.object({
        low: z.number(),
        high: z.number(),
        n: z.number(),
        confidence: z.number(),
        accuracy: z.number(),
      }),
    )
    .readonly()
    .meta({ description: 'bins of equally many: smallest, largest and mean probability, and the share that is right' }),
});

/** The figures of a table of predictions. */
export const metricsSchema = z.object({
  unit: z
    .enum(['field', 'well', 'treatment'])
    .meta({ description: 'what a row of the table is of; `images` and the figures of classes count these' }),
  columns: z.object({ label: z.string(), treatment: column, replicate: column, batch: column }),
  labels: z.enum(['one', 'several']).meta({ description: 'how many labels a field may have' }),
  images: images.meta({ description: 'figures of the fields, or of the rows of a table by well or treatment' }),
  wells: share.nullable().meta({ description: 'wells by the rule of treatments; null when not known' }),
  treatments: treatments.meta({ description: 'treatments, by the median over their fields' }),
  replicates: z
    .array(share.extend({ replicate: z.string() }))
    .readonly()
    .optional()
    .meta({ description: 'figures of each replicate; only with ‹replicate›' }),
  perClass: z.array(ofClass).readonly().meta({ description: 'figures of each class' }),
  confusion: z
    .object({
      classes: z.array(z.string()).readonly(),
      counts: z.array(z.array(z.number()).readonly()).readonly(),
    })
    .meta({ description: 'counts of fields, [truth][predicted]' }),
  calibration: calibration.meta({ description: 'whether the probabilities are shares of fields' }),
  spread: z
    .object({ right: z.number().nullable(), wrong: z.number().nullable() })
    .optional()
    .meta({ description: 'mean MIL_Spread of what is right and of what is wrong; only where models were averaged' }),
  baselines: baselines.meta({
    description: 'what simple baselines reach on the same fields; they have learned from none of them',
  }),
  notTrainedOn: z
    .object({
      n: z.number(),
      correct: z.number(),
      accuracy: z.number(),
      interval95,
      of: z.string(),
      baselines,
    })
    .optional()
    .meta({ description: 'the honest figures, where only some of the fields were trained on: those of the others' }),
  assay: z
    .custom<Omit<Assay, 'wells'>>()
    .optional()
    .meta({ description: 'quality of plates, hits and dose-response; only where ‹controlColumn› names controls' }),
});
