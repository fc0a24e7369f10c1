import type { PlaneQuality } from '../../profiling/quality/field-quality.ts';
import { findColumn } from '../../screen/columns.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { SkippedField } from '../../screen/skipped.ts';
import { placeOf, wellKey } from '../../screen/well.ts';

/** What is kept of a channel of a field: numbers only. */
export interface ChannelQuality extends Omit<PlaneQuality, 'histogram'> {
  /** Planes of depth that it was read from, where that is known. */
  readonly depth?: number | undefined;
}

/** What was found in the pixels of a field. */
export interface FieldQuality {
  readonly height: number;
  readonly width: number;
  /** One a channel, in the order of the screen. */
  readonly channels: readonly ChannelQuality[];
  /** Hashes of the decoded pixels of the channels. */
  readonly hashes: readonly string[];
  /** Diameter of a typical nucleus (pixels), where it was measured and there are nuclei. */
  readonly diameter?: number | undefined;
}

/** Where a field is on its plate. */
export interface Place {
  /** Empty where the table names no plates. */
  readonly plate: string;
  /** As `A01`; empty where the table names no wells. */
  readonly well: string;
  /** As the table has it; empty where it has none. */
  readonly site: string;
  /** Unique to the well within the screen, see `wellKey`. */
  readonly key: string;
}

/** A field that has been looked at; `quality` is missing where it could not be read, for the reason `skipped`. */
export interface InspectedField {
  readonly field: Field;
  readonly place: Place;
  readonly quality?: FieldQuality | undefined;
  readonly skipped?: SkippedField | undefined;
}

/** Finds where fields are, from the columns that `wellKey` knows. */
export function createPlaceOf({ columns }: Pick<Screen, 'columns'>): (field: Field) => Place {
  const plateColumn = columns.find((name) => /^(image_)?(metadata_)?plate_/i.test(name));
  const siteColumn = findColumn(columns, 'Metadata_Site');
  return (field) => {
    const text = (column: string | undefined) => (column === undefined ? '' : field.metadata[column]!.trim());
    const { plate, well } = placeOf(field.metadata);
    return { plate: plate || text(plateColumn), well, site: text(siteColumn), key: wellKey(field) };
  };
}

/** A place in words: `P1 A01, site 2`; empty where nothing is known of it. */
export function placeWords({ plate, well, site }: Pick<Place, 'plate' | 'well' | 'site'>): string {
  const where = [plate, well].filter((part) => part !== '').join(' ');
  return site === '' ? where : `${where}${where === '' ? '' : ', '}site ${site}`;
}

/** Where a field is, in words: `P1 A01, site 2 (field 17)`. */
export function placeName({
  place,
  field,
}: {
  readonly place: Pick<Place, 'plate' | 'well' | 'site'>;
  readonly field: Pick<Field, 'imageNumber'>;
}): string {
  const name = placeWords(place);
  return name === '' ? `field ${field.imageNumber}` : `${name} (field ${field.imageNumber})`;
}
