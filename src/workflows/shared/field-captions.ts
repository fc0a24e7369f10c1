import { createPlaceOf, placeWords } from '../../evaluation/inspection/inspected-field.ts';
import { nameFields } from '../../screen/field-names.ts';
import type { Field, Screen } from '../../screen/screen.ts';

/**
 * What every field is called in pictures: its plate, well and site (`P1 A01, site 2`), since microscopes give files names that
 * say less; its number too where several fields have one place; and the name of its files where no column names a well.
 */
export function captionFields(screen: Pick<Screen, 'fields' | 'columns'>): ReadonlyMap<Field, string> {
  const placeOf = createPlaceOf(screen);
  const names = nameFields(screen.fields);
  const words = screen.fields.map((field) => {
    const place = placeOf(field);
    return place.well === '' ? '' : placeWords(place);
  });
  const times = new Map<string, number>();
  for (const text of words) times.set(text, (times.get(text) ?? 0) + 1);
  return new Map(
    screen.fields.map((field, i) => {
      const text = words[i]!;
      if (text === '') return [field, names.get(field)!];
      return [field, times.get(text) === 1 ? text : `${text} (field ${field.imageNumber})`];
    }),
  );
}
