import * as z from 'zod';

/** float32 numbers as base64 of their bytes, the lowest first. */
const packed = z.object({ float32: z.string() });

/**
 * What a model knows of the fields it was trained on, to say how far another lies from them: see `NoveltyReference`. Some 10 kB for
 * one channel or two, 20 for three, 100 for six.
 */
export const noveltyFields = z.object({
  /** Octaves of the features of a field, and whether intensities count by those of the field itself: see `measureBlocks`. */
  levels: z.int().min(0),
  alone: z.boolean().optional(),
  /** How many fields it was made of. */
  fields: z.int().min(1),
  /** Mean of each feature over these, and what it is divided by, `[F]`. */
  centre: packed,
  scale: packed,
  /** Means of the classes `[K, F]`, in these units. */
  means: packed,
  /** Lower triangle `L` of Cholesky of the covariance within classes, `L Lᵀ`, row after row. */
  factor: packed,
  /** Distances of fields from references that were made without their wells, the smallest first. */
  distances: packed,
});

export type NoveltyFields = Readonly<z.infer<typeof noveltyFields>>;
