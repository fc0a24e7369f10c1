import type { InspectedField } from '../../../evaluation/inspection/inspected-field.ts';
import type { Inspection } from '../../../evaluation/inspection/inspection.ts';
import { nodePictures } from '../../../image/node/pictures.ts';
import type { Colour } from '../../../pixels/palette.ts';
import {
  MOST_CLOSE_UPS,
  MOST_SHOWN,
  type PagePictures,
  type WellTile,
} from '../../../report/inspection/page-pictures.ts';
import { shownInstead, wellsOf } from '../../../report/inspection/shown-fields.ts';
import { createThumbnail, paintThumbnail, type Stretch, type Thumbnail } from '../../../report/inspection/thumbnail.ts';
import type { Screen } from '../../../screen/screen.ts';
import { mapInOrder } from '../../../threads/map-in-order.ts';
import { bareField } from '../plan-visits.ts';
import { createFieldInspectors } from './field-inspectors.ts';
import type { PlatePicture } from './plate-pictures.ts';

/** Longest side of a picture of a flagged field (pixels). */
const SIDE = 264;

/**
 * Reads flagged fields once more and paints them, in the brightness of their plate, by `ImageNumber`: close-ups of the first
 * ones, and tiles of those that are shown of their wells in place of the first field.
 */
export async function paintFlagged(
  screen: Screen,
  inspection: Pick<Inspection, 'fields' | 'flags'>,
  { plates, ...how }: { plates: ReadonlyMap<string, PlatePicture>; colours: readonly Colour[]; workers: number },
): Promise<Pick<PagePictures, 'closeUps' | 'tiles'>> {
  const { fields, flags } = inspection;
  const paintable = ({ place, quality }: InspectedField) =>
    quality !== undefined && (plates.get(place.plate)?.stretches.length ?? 0) > 0;
  const near = new Set(fields.filter((field, i) => flags[i]!.length > 0 && paintable(field)).slice(0, MOST_CLOSE_UPS));
  const instead = wellsOf(inspection).flatMap((well) => shownInstead(well)?.field ?? []);
  const far = new Set(instead.filter(paintable).slice(0, MOST_SHOWN));
  const closeUps = new Map<number, Uint8Array>();
  const tiles = new Map<number, WellTile>();
  for await (const { field, thumbnail } of readThumbnails(screen, [...new Set([...near, ...far])], how)) {
    const { imageNumber } = field.field;
    const { stretches, side } = plates.get(field.place.plate)!;
    const paint = (of: Thumbnail) => paintOne(of, { stretches, colours: how.colours });
    if (near.has(field)) closeUps.set(imageNumber, await paint(thumbnail));
    if (far.has(field)) {
      const small = createThumbnail(planesOf(thumbnail), { side });
      tiles.set(imageNumber, { bytes: await paint(small), width: small.width, height: small.height });
    }
  }
  return { closeUps, tiles };
}

/** The fields that can still be read, in their order. */
async function* readThumbnails(
  screen: Screen,
  fields: readonly InspectedField[],
  { workers }: { workers: number },
): AsyncGenerator<{ readonly field: InspectedField; readonly thumbnail: Thumbnail }> {
  if (fields.length === 0) return;
  const pool = createFieldInspectors(screen, { workers: Math.min(workers, fields.length) });
  const ask = async (field: InspectedField) => ({
    field,
    answer: await pool.ask({ field: bareField(field.field), thumbnail: SIDE }),
  });
  try {
    for await (const { field, answer } of mapInOrder(fields, 2 * pool.size, ask))
      if ('thumbnail' in answer && answer.thumbnail) yield { field, thumbnail: answer.thumbnail };
  } finally {
    await pool.release();
  }
}

function planesOf({ planes, height, width }: Thumbnail) {
  return planes.map((data) => ({ data, height, width }));
}

function paintOne(
  thumbnail: Thumbnail,
  how: { readonly stretches: readonly Stretch[]; readonly colours: readonly Colour[] },
): Promise<Uint8Array> {
  const shape = { height: thumbnail.height, width: thumbnail.width };
  return nodePictures.mosaic({
    ...shape,
    pictures: [{ data: paintThumbnail(thumbnail, how), ...shape, left: 0, top: 0 }],
  });
}
