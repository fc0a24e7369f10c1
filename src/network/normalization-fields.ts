import * as z from 'zod';
import { NORMALIZATION_SCOPES, PLATE_MEASURES } from '../pixels/normalization.ts';

const numbers = z.array(z.number()).readonly();
const intensities = z.object({ mean: numbers, deviation: numbers });

/**
 * Intensities of the training fields, by which a model normalizes its input, as models and `run.json` say them: see
 * `Normalization`. Only what differs from mean and deviation of whole plates is written.
 */
export const normalizationFields = intensities
  .extend({
    scope: z.enum(NORMALIZATION_SCOPES).optional(),
    measure: z.enum(PLATE_MEASURES).optional(),
    controls: z.object({ column: z.string(), values: z.array(z.string()).min(1).readonly() }).optional(),
    reference: intensities.optional(),
  })
  .refine(({ scope, controls }) => scope !== 'controls' || controls !== undefined, {
    message: 'it does not say which wells are the controls',
    path: ['controls'],
  });
