import type { Inspection } from '../../../evaluation/inspection/inspection.ts';
import { nodePictures } from '../../../image/node/pictures.ts';
import type { Colour } from '../../../pixels/palette.ts';
import { MOST_CLOSE_UPS } from '../../../report/inspection/page-pictures.ts';
import { createThumbnail, paintThumbnail } from '../../../report/inspection/thumbnail.ts';
import type { ScreenAccess } from '../../../screen/access.ts';
import { uncorrected } from '../../../screen/illumination/illuminate.ts';
import { readField } from '../../../screen/read-field.ts';
import type { Screen } from '../../../screen/screen.ts';
import type { PlatePicture } from './plate-pictures.ts';

/** Longest side of a picture of a flagged field (pixels). */
const SIDE = 264;

/** Reads the first flagged fields once more and paints them, in the brightness of their plate; by `ImageNumber`. */
export async function paintCloseUps(
  screen: Screen,
  { fields, flags }: Inspection,
  { plates, colours }: { plates: ReadonlyMap<string, PlatePicture>; colours: readonly Colour[] },
  access: ScreenAccess,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const pictures = new Map<number, Uint8Array>();
  for (const [i, { field, place, quality }] of fields.entries()) {
    const stretches = plates.get(place.plate)?.stretches;
    if (flags[i]!.length === 0 || !quality || !stretches || stretches.length === 0) continue;
    if (pictures.size === MOST_CLOSE_UPS) break;
    const { data, channels, height, width } = await readField(screen, uncorrected(field), access);
    const size = height * width;
    const planes = Array.from({ length: channels }, (_, c) => {
      return { data: data.subarray(c * size, (c + 1) * size), height, width };
    });
    const thumbnail = createThumbnail(planes, { side: SIDE });
    const shape = { height: thumbnail.height, width: thumbnail.width };
    const painted = { data: paintThumbnail(thumbnail, { stretches, colours }), ...shape, left: 0, top: 0 };
    pictures.set(field.imageNumber, await nodePictures.mosaic({ ...shape, pictures: [painted] }));
  }
  return pictures;
}
