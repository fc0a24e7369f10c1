import * as z from 'zod';
import type { Files } from '../../files/files.ts';
import type { FieldProfile } from '../../profiling/field-profile.ts';
import { decodeSafetensors, encodeSafetensors, type TensorPieces } from '../../safetensors.ts';

/** What stands beside the numbers: what they depend on, and the names of the features of fields and of cells. */
const about = z.object({ key: z.string(), fields: z.array(z.string()), cells: z.array(z.string()) });

/**
 * Keeps the profiles of fields in a file in the safetensors format: `fields [n, features]`, how many `cells.count [n]`
 * each has, and of all cells one after the other `cells.values [cells, features]`, `cells.x`, `cells.y` and
 * `cells.number`.
 *
 * @param known.key of everything that they depend on
 */
export async function keepProfiles(
  file: string,
  { key, profiles }: { key: string; profiles: readonly FieldProfile[] },
  files: Files,
): Promise<void> {
  const [first] = profiles as readonly [FieldProfile, ...FieldProfile[]];
  const names: z.infer<typeof about> = { key, fields: [...first.names], cells: [...first.cells.names] };
  const counts = Int32Array.from(profiles, ({ cells }) => cells.objectNumbers.length);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const cells = profiles.map((profile) => profile.cells);
  const tensors: Record<string, TensorPieces> = {
    fields: { type: 'F64', shape: [profiles.length, names.fields.length], pieces: profiles.map((of) => of.values) },
    'cells.values': { type: 'F64', shape: [all, names.cells.length], pieces: cells.map((of) => of.values) },
    'cells.x': { type: 'F64', shape: [all], pieces: cells.map((of) => of.x) },
    'cells.y': { type: 'F64', shape: [all], pieces: cells.map((of) => of.y) },
    'cells.number': { type: 'I32', shape: [all], pieces: cells.map((of) => of.objectNumbers) },
    'cells.count': { type: 'I32', shape: [profiles.length], pieces: [counts] },
  };
  await files.write(file, encodeSafetensors(tensors, { milscope: JSON.stringify(names) }));
}

/** The profiles that were kept under a key; nothing where there are none, or what is there cannot be understood. */
export async function readProfiles(
  file: string,
  key: string,
  files: Files,
): Promise<readonly FieldProfile[] | undefined> {
  try {
    const { tensors, metadata } = decodeSafetensors(await readLarge(file, files));
    const known = about.parse(JSON.parse(metadata.milscope!));
    if (known.key !== key) return undefined;
    const [values, x, y] = ['cells.values', 'cells.x', 'cells.y'].map((name) => tensors[name]!.data as Float64Array);
    const [numbers, counts] = ['cells.number', 'cells.count'].map((name) => tensors[name]!.data as Int32Array);
    const fields = tensors.fields!.data as Float64Array;
    const [wide, narrow] = [known.fields.length, known.cells.length];
    let from = 0;
    return Array.from(counts!, (count, i) => {
      const [begin, end] = [from, from + count];
      from = end;
      return {
        names: known.fields,
        values: fields.subarray(i * wide, (i + 1) * wide),
        cells: {
          names: known.cells,
          values: values!.subarray(begin * narrow, end * narrow),
          objectNumbers: numbers!.subarray(begin, end),
          x: x!.subarray(begin, end),
          y: y!.subarray(begin, end),
        },
      };
    });
  } catch {
    // Measured once more, and written anew.
    return undefined;
  }
}

/** A file of any size: read at once, it may have at most 2 GiB. */
async function readLarge(file: string, files: Files): Promise<Uint8Array> {
  const bytes = new Uint8Array((await files.status(file))!.size);
  let at = 0;
  for await (const piece of files.stream(file)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
