import { nodePictures } from '../../../image/node/pictures.ts';
import type { Colour } from '../../../pixels/palette.ts';
import type { PlateMap } from '../../../report/inspection/plate-map.ts';
import { paintThumbnail, type Stretch, stretchOf, type Thumbnail } from '../../../report/inspection/thumbnail.ts';

/** A picture of a plate: one field of each well, in its place. */
export interface PlatePicture {
  /** WebP of `columns` × `rows` squares of `side` pixels. */
  readonly bytes: Uint8Array;
  readonly side: number;
  /** What each channel was drawn between. */
  readonly stretches: readonly Stretch[];
}

/** Paints the thumbnails of a plate, all at one brightness a channel, so that a dim well looks dim. */
export async function paintPlate(
  thumbnails: ReadonlyMap<string, Thumbnail>,
  { map, side, colours }: { map: PlateMap; side: number; colours: readonly Colour[] },
): Promise<PlatePicture> {
  const stretches = stretchesOf([...thumbnails.values()]);
  const pictures = [...thumbnails].flatMap(([well, thumbnail]) => {
    const place = map.placeOf(well);
    if (place === undefined) return [];
    const { height, width } = thumbnail;
    return {
      data: paintThumbnail(thumbnail, { stretches, colours }),
      height,
      width,
      left: place.column * side + Math.floor((side - width) / 2),
      top: place.row * side + Math.floor((side - height) / 2),
    };
  });
  const bytes = await nodePictures.mosaic({
    width: map.columns.length * side,
    height: map.rows.length * side,
    pictures,
  });
  return { bytes, side, stretches };
}

/** Black and white of every channel over the pixels of several thumbnails. */
function stretchesOf(thumbnails: readonly Thumbnail[]): Stretch[] {
  const channels = thumbnails[0]?.planes.length ?? 0;
  return Array.from({ length: channels }, (_, c) => stretchOf(thumbnails.map(({ planes }) => planes[c]!)));
}
