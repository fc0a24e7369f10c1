import * as z from 'zod';
import { numberBetween, overwrite, screen, screenFields, skippedResult, text } from '../request-fields.ts';

// Functions are estimated on the pixels of the files.
const { illumination: _, ...readFields } = screenFields;

export const illuminationRequest = z.strictObject({
  screen,
  out: text().meta({
    description: 'folder for the functions, their table illumination.csv, and a picture of them',
    value: 'folder',
    group: 'output',
  }),
  smoothing: numberBetween({ least: 0.01, most: 0.5 }).default(0.15).meta({
    description: 'width of the Gaussian that smooths the fields, as a share of their longer side',
    value: 'share',
    group: 'how',
  }),
  ...readFields,
  overwrite: overwrite('functions of the same names'),
});

export const illuminationResult = z.object({
  out: z.string(),
  /** The table that names the functions. */
  table: z.string(),
  picture: z.string().meta({ description: 'a picture of all functions' }),
  channels: z.array(z.string()).readonly(),
  plates: z
    .array(
      z.object({
        name: z.string(),
        fields: z.number().meta({ description: 'fields that the functions were estimated from' }),
        falloff: z
          .array(z.number())
          .readonly()
          .meta({ description: 'brightest place of the function of each channel, where the darkest is 1' }),
      }),
    )
    .readonly(),
  ...skippedResult,
});
