import * as z from 'zod';

/** What a model in whole numbers rests on, as its file says it: see `convolveInt8`. */
export const int8Fields = z.object({
  /** What 1 stands for in the bytes that enter a convolution, by its name: of all but the first. */
  activations: z.record(z.string(), z.number().positive()),
  /** Fields that these were chosen on. */
  fields: z.int().min(1),
});

export type Int8 = Readonly<z.infer<typeof int8Fields>>;
