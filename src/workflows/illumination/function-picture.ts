import type { Pictures } from '../../image/pictures.ts';
import { viridis } from '../../report/gallery/colours.ts';
import { textSvg } from '../../report/gallery/drawing.ts';
import { scaled } from '../../report/gallery/tiles.ts';
import { resampled } from '../../screen/illumination/divide.ts';
import type { EstimatedPlate } from './estimate-plate.ts';

/** Longer side of a function in the picture, and the room around it (pixels). */
const SIDE = 160;
const GAP = 12;
const LINE = 20;
/** Plates that are shown at most. */
const MOST_PLATES = 24;

/** A picture of the functions, a row for each plate and a column for each channel, all in one scale of colours. */
export async function functionPicture(
  plates: readonly EstimatedPlate[],
  channels: readonly string[],
  pictures: Pick<Pictures, 'composePng'>,
): Promise<Uint8Array> {
  const shown = plates.slice(0, MOST_PLATES);
  const most = brightest(shown.flatMap(({ functions }) => functions));
  const scale = await viridis();
  const [across, down] = [SIDE + GAP, SIDE + GAP + LINE];
  const [width, height] = [Math.max(3 * SIDE, GAP + across * channels.length), GAP + 2 * LINE + down * shown.length];
  const tiles = shown.flatMap((plate, row) =>
    plate.functions.flatMap((plane, column) => {
      if (plane === undefined) return [];
      const ratio = SIDE / Math.max(plate.width, plate.height);
      const size = { width: Math.ceil(plate.width * ratio), height: Math.ceil(plate.height * ratio) };
      const place = { left: GAP + across * column, top: GAP + 2 * LINE + down * row };
      return [{ ...size, ...place, data: scaled(resampled(plane, plate, size), { scale, least: 1, most }) }];
    }),
  );
  const some = shown.length < plates.length ? `; the first ${shown.length} of ${plates.length} plates` : '';
  const range = `Pixels are divided by 1 (dark blue) to ${most.toFixed(2)} (yellow)${some}`;
  const words = [
    textSvg({ x: GAP, y: LINE, text: range, size: 13 }),
    ...channels.map((text, c) => textSvg({ x: GAP + across * c, y: 2 * LINE + 4, text, bold: true, widest: SIDE })),
    ...shown.map(({ name }, row) =>
      textSvg({
        x: GAP,
        y: GAP + 2 * LINE + down * row + SIDE + 15,
        text: name,
        size: 12,
        widest: across * channels.length,
      }),
    ),
  ];
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${words.join('')}</svg>`;
  return pictures.composePng({ width, height, tiles, drawing });
}

/** The largest number of some functions; a little above 1 where all are flat. */
export function brightest(functions: readonly (Float32Array | undefined)[]): number {
  return functions.reduce((most, plane) => plane?.reduce((a, b) => Math.max(a, b), most) ?? most, 1 + 1e-6);
}
