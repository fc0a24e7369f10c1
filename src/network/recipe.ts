import * as z from 'zod';
import { PROJECTIONS } from '../pixels/projection.ts';

const names = z.array(z.string()).readonly();

/**
 * How the images of a training were read, beside the names of its channels. A model says it, so that other images are read
 * for it in the same way; models of before version 0.2 do not.
 */
export const recipeFields = {
  /** Where the channels were chosen: what each was called on the screen, and all channels that were there. */
  channelChoice: z.object({ names, of: names }).readonly().optional(),
  /** Level of the pyramid; 0 where images have none. */
  level: z.int().min(0).optional(),
  /** How the planes of a stack became one. */
  projection: z.enum(PROJECTIONS).optional(),
  /** What the pages of TIFFs were taken for, where a user had to say it. */
  pages: z.enum(['channels', 'depth']).optional(),
  /** Whether pixels were divided by illumination functions. */
  illumination: z.enum(['none', 'divided']).optional(),
  /** Micrometres from a pixel to the next at that level; null where the images did not say. */
  pixelSize: z.number().positive().nullable().optional(),
};

/** See {@link recipeFields}. */
export type Recipe = Readonly<z.infer<z.ZodObject<typeof recipeFields>>>;
