import * as z from 'zod';

const range = z.object({ low: z.number(), high: z.number() });

/** The intensities of the training fields, as models and `run.json` say them: see `SeenIntensities`. */
export const seenIntensitiesFields = z.object({
  fields: z.int().min(1),
  channels: z.array(z.object({ mean: range, largest: range })).readonly(),
});
