/** Fields of requests about plates and their control wells. */
import * as z from 'zod';
import { text, undecisive } from '../request-fields.ts';

/** Which wells are the negative controls. */
export const controlFields = {
  controlColumn: text().optional().meta({
    description: 'column that tells the control wells from others, such as Compound',
    value: 'column',
    group: 'how',
  }),
  negative: z.array(text(), { error: 'Expected values of ‹controlColumn›.' }).min(1).readonly().optional().meta({
    description: 'value of ‹controlColumn› in negative control wells, such as DMSO (repeatable)',
    value: 'value',
    group: 'how',
  }),
};

/** Which wells are the positive controls. */
export const positiveField = {
  positive: undecisive(
    z.array(text(), { error: 'Expected values of ‹controlColumn›.' }).min(1).readonly().optional().meta({
      description: 'value of ‹controlColumn› in positive control wells (repeatable)',
      value: 'value',
      group: 'how',
    }),
  ),
};

/** How plates are made alike for a model that was trained so. */
export const plateFields = {
  plateStatistics: undecisive(
    text().optional().meta({
      description:
        'intensities of the plates (.csv), for a model that makes plates alike: read where the file exists, and otherwise measured and written',
      value: 'file',
      group: 'how',
    }),
  ),
  ...controlFields,
};
