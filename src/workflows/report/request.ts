import * as z from 'zod';
import { text } from '../request-fields.ts';

export const reportRequest = z.strictObject({
  place: text().meta({
    description: 'folder of a run, a comparison or a segmentation, or a table of predictions',
    value: 'run, table or folder',
    argument: true,
  }),
});

export const reportPageResult = z.object({
  report: z.string().meta({ description: 'page of the report' }),
  kind: z
    .enum(['train', 'evaluate', 'compare', 'predict', 'segment', 'hits'])
    .meta({ description: 'what it is a report on' }),
  rows: z.number().nullable().meta({ description: 'fields, wells or cells that it shows; null of a comparison' }),
  pictures: z.number().meta({ description: 'fields that have a picture' }),
  missing: z.array(z.string()).readonly().meta({ description: 'what it lacks and why, a sentence each' }),
});

export type ReportPageResult = z.output<typeof reportPageResult>;
