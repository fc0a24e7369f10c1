import { isMilscopeError } from '../../errors.ts';
import { readField } from '../../screen/read-field.ts';
import type { Field } from '../../screen/screen.ts';
import { type SkippedField, skippedField } from '../../screen/skipped.ts';
import type { Plane } from './inspect-field.ts';

/**
 * The channels of a field, each in the type of its own file, or why they cannot be read. The files are read one by one,
 * since together all channels would get the type of the deepest.
 */
export async function readPlanes(
  channels: readonly string[],
  field: Field,
): Promise<{ readonly planes: readonly Plane[] } | { readonly skipped: SkippedField }> {
  const planes: Plane[] = [];
  try {
    for (const file of new Set(field.sources.map((source) => source.file))) {
      const own = field.sources.flatMap((source, c) => (source.file === file ? [c] : []));
      const { height, width, data } = await readField(
        { channels: own.map((c) => channels[c]!) },
        { ...field, sources: own.map((c) => field.sources[c]!) },
      );
      const size = height * width;
      for (const [i, c] of own.entries()) planes[c] = { data: data.subarray(i * size, (i + 1) * size), height, width };
    }
    const [first] = planes;
    // Together they cannot be read then, and the error says what is wrong.
    if (planes.some(({ height, width }) => height !== first!.height || width !== first!.width)) {
      await readField({ channels }, field);
    }
    return { planes };
  } catch (error) {
    if (!isMilscopeError(error)) throw error;
    return { skipped: skippedField(field, error) };
  }
}
