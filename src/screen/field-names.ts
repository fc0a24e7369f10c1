import { basename, extname } from '../files/paths.ts';
import type { Field } from './screen.ts';

/** The name of an image without its folder and what follows the last dot. */
export function stemOf(file: string): string {
  return basename(file, extname(file));
}

/**
 * A name for every field, to call files after: its own, or that of its first image, with the number of the field before it where
 * several fields have images of one name.
 */
export function nameFields(fields: readonly Field[]): ReadonlyMap<Field, string> {
  const stems = fields.map(({ name, sources }) => name ?? stemOf(sources[0]!.file));
  // A field whose first image is not known has no name of its own.
  const known = stems.filter((stem) => stem !== '').map((stem) => stem.toLowerCase());
  const unique = new Set(known).size === fields.length;
  return new Map(fields.map((field, i) => [field, unique ? stems[i]! : `${field.imageNumber}_${stems[i]}`]));
}
