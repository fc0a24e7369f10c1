import * as z from 'zod';
import { overwrite, screen, screenFields, seed, text, workers } from '../request-fields.ts';
import { controlFields, positiveField } from '../shared/plate-fields.ts';

/** What is asked of an inspection. */
export const inspectRequest = z.strictObject({
  screen,
  label: text().optional().meta({
    description: 'the column with the class of every field: balance, and what the batch alone tells',
    value: 'column',
    group: 'what to learn',
  }),
  holdout: z.array(text(), { error: 'Expected conditions such as Plate=P1.' }).readonly().default([]).meta({
    description: 'what is to be tested: which wells, images and treatments would be on both sides (repeatable)',
    value: 'column=value',
    group: 'what to learn',
  }),
  ...controlFields,
  ...positiveField,
  out: text().optional().meta({
    description: 'page with pictures to write (.html), and a table of all fields beside it (.csv)',
    value: 'file',
    group: 'output',
  }),
  workers,
  seed,
  ...screenFields,
  overwrite: overwrite('the page and the table'),
});
