import { groupBy } from '../../evaluation/inspection/group.ts';
import { createPlaceOf, type InspectedField } from '../../evaluation/inspection/inspected-field.ts';
import { mapPlate, type PlateMap } from '../../report/inspection/plate-map.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { FieldRequest } from './inspect-field.ts';

/** A field to look at, and what is asked about it. */
export interface Visit extends Pick<InspectedField, 'field' | 'place'> {
  /** Its place in the table. */
  readonly index: number;
  readonly request: FieldRequest;
  /** Where it is the last one of its plate: whether the plate gets a picture. */
  readonly last: { readonly shown: boolean } | undefined;
}

/** Fields in which nuclei are measured, evenly over the screen. */
const NUCLEI_SAMPLE = 24;
/** Wells that are shown: with more of them a page would become too large to open. */
const MOST_WELLS = 4000;
/** Sides of the squares of wells (pixels), and up to how many wells they are so large. */
const sides = [
  { side: 128, wells: 150 },
  { side: 96, wells: 800 },
  { side: 64, wells: MOST_WELLS },
] as const;

/**
 * Plans to look at every field, plate by plate: of the first readable field of each well a small picture is asked for,
 * where `pictures` are wanted, and of some fields the size of the nuclei in channel `nuclei`.
 */
export function planVisits(
  screen: Screen,
  { pictures, nuclei }: { pictures: boolean; nuclei: number | undefined },
): {
  readonly visits: readonly Visit[];
  /** Where the wells of each plate are drawn. */
  readonly maps: ReadonlyMap<string, PlateMap>;
  /** Side of the square of a well (pixels). */
  readonly side: number;
} {
  const placeOf = createPlaceOf(screen);
  const placed = screen.fields.map((field, index) => ({ field, index, place: placeOf(field) }));
  const plates = groupBy(placed, ({ place }) => place.plate);
  const order = [...plates.values()].flat();
  const maps = [...plates].map(
    ([plate, own]) => [plate, mapPlate(own.map(({ place }) => place.well || place.key))] as const,
  );
  const side = sides.find(({ wells }) => new Set(placed.map(({ place }) => place.key)).size <= wells)?.side ?? 64;
  const shown = pictures ? platesWithPictures(order) : new Set<string>();
  const every = Math.max(1, Math.ceil(order.length / NUCLEI_SAMPLE));
  const asked = new Set<string>();
  const visits = order.map((one, rank): Visit => {
    const { field, place } = one;
    const known = field.sources.every(({ problem }) => problem === undefined);
    const first = known && shown.has(place.plate) && !asked.has(place.key);
    if (known) asked.add(place.key);
    return {
      ...one,
      request: {
        field: bareField(field),
        ...(first && { thumbnail: side }),
        ...(rank % every === 0 && { nuclei }),
      },
      last: order[rank + 1]?.place.plate === place.plate ? undefined : { shown: shown.has(place.plate) },
    };
  });
  return { visits, maps: new Map(maps), side };
}

/** A field without what the threads need not know. */
export function bareField({ imageNumber, row, sources }: Field): Field {
  return { imageNumber, row, sources, metadata: {} };
}

/** The first plates, as long as their wells are not too many. */
function platesWithPictures(order: readonly Pick<InspectedField, 'place'>[]): Set<string> {
  const wells = new Map<string, Set<string>>();
  for (const { place } of order) wells.set(place.plate, (wells.get(place.plate) ?? new Set()).add(place.key));
  let total = 0;
  const shown = new Set<string>();
  for (const [plate, own] of wells) {
    total += own.size;
    if (total <= MOST_WELLS) shown.add(plate);
  }
  return shown;
}
