import type { FieldProfile } from '../../profiling/field-profile.ts';
import type { FieldSource } from '../../screen/field-source.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { MeasureOptions } from './measure-field.ts';
import { computeFields } from './node/compute-fields.ts';

/** A field with its measurements; without where it could not be read. */
export interface MeasuredField {
  readonly field: Field;
  readonly profile: FieldProfile | undefined;
}

/**
 * Finds the nuclei of fields and measures their cells, in `threads` worker threads; in the order of the screen. How many
 * threads there are changes no number. A field that cannot be read costs itself only: it is among those that `source`
 * skipped.
 */
export async function* measureFields(
  { channels, fields }: Pick<Screen, 'channels' | 'fields'>,
  { source, threads, ...options }: MeasureOptions & { readonly source: FieldSource; readonly threads: number },
): AsyncGenerator<MeasuredField> {
  const { channel, distance, diameter } = options;
  const workerData = { channels, options: { channel, distance, diameter } satisfies MeasureOptions };
  const computed = computeFields<FieldProfile>(fields, {
    worker: './measure-field.worker',
    workerData,
    source,
    threads,
  });
  let first: FieldProfile | undefined;
  for await (const { field, answer } of computed) {
    first ??= answer;
    yield { field, profile: answer && first && withNamesOf(answer, first) };
  }
}

/** The same features have the same names in all fields: kept once, however many come from the threads. */
function withNamesOf(profile: FieldProfile, { names, cells }: FieldProfile): FieldProfile {
  return { ...profile, names, cells: { ...profile.cells, names: cells.names } };
}
