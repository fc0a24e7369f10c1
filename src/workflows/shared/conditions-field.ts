import * as z from 'zod';
import { text } from '../request-fields.ts';

const condition = z.union([z.string(), z.number()]).transform(String);

/** Conditions `COLUMN=VALUE` or `COLUMN=VALUE,VALUE`, which may be given as `{ Replicate: 3, Plate: ['A', 'B'] }` too. */
export const conditions = z
  .union([z.array(text()), z.record(z.string(), z.union([condition, z.array(condition)]))], {
    error: 'Expected conditions such as Replicate=3.',
  })
  .transform((given): readonly string[] =>
    Array.isArray(given)
      ? given
      : Object.entries(given).flatMap(([column, values]) => [values].flat().map((value) => `${column}=${value}`)),
  )
  .prefault([]);
