import { type PackedBytes, packBytes, unpackBytes } from '../../../packed-numbers.ts';
import type { Image } from '../../../pixels/pixels.ts';
import type { StripMeasure } from '../../../pixels/windows/strips.ts';
import { type SmallField, shrinkMeasure } from '../../../report/pictures/small-field.ts';
import { spreadFields } from '../../../report/pictures/spread-fields.ts';
import type { Field } from '../../../screen/screen.ts';

/** Makes fields small as they are read, so that a report needs no second look at them. */
export interface Thumbnails {
  /** Sees the pixels of a field, in the intensities of the file; undefined for one that gets no picture. */
  readonly watch: (field: Field, size: Omit<Image, 'data'>) => StripMeasure<void> | undefined;
  /** The small field, once; undefined for one that was not looked at, or gets no picture. */
  readonly take: (field: Field) => SmallField | undefined;
}

/** Looks at fields of a screen: at all, or of too many at some of each well. Holds no more than were looked at and not taken. */
export function createThumbnails(fields: readonly Field[]): Thumbnails {
  const wanted = spreadFields(fields);
  const seen = new Map<Field, SmallField>();
  return {
    watch(field, size) {
      if (!wanted.has(field)) return undefined;
      const { add, result } = shrinkMeasure(size);
      return { add, result: () => void seen.set(field, result()) };
    },
    take(field) {
      const small = seen.get(field);
      seen.delete(field);
      return small;
    },
  };
}

/** A small field in a line of JSON. */
export interface PackedThumbnail extends Omit<SmallField, 'planes'> {
  readonly planes: readonly (Omit<SmallField['planes'][number], 'bytes'> & { readonly bytes: PackedBytes })[];
}

export function packThumbnail({ planes, ...size }: SmallField): PackedThumbnail {
  return { ...size, planes: planes.map(({ bytes, ...plane }) => ({ ...plane, bytes: packBytes(bytes) })) };
}

/** What {@link packThumbnail} was given. */
export function unpackThumbnail({ planes, ...size }: PackedThumbnail): SmallField {
  return { ...size, planes: planes.map(({ bytes, ...plane }) => ({ ...plane, bytes: unpackBytes(bytes) })) };
}
