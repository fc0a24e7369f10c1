import type { Pictures } from '../../image/pictures.ts';
import { cssColour } from '../../pixels/palette.ts';
import type { Image } from '../../pixels/pixels.ts';
import { channelColours, viridis } from '../gallery/colours.ts';
import { legendSvg, textSvg } from '../gallery/drawing.ts';
import { cut, middleOf, resample } from '../gallery/resample.ts';
import { coloured, scaled, stretch } from '../gallery/tiles.ts';

/** Side of each of the two pictures (pixels): together they are twice as wide as high. */
const SIDE = 400;
/** Height of the line below them. */
const BAND = 30;

/**
 * A cover of the shape that the specification wants (2:1, below 500 KB): the middle of a field in the colours of its
 * channels, and beside it what speaks for a class there. The map is shown as a root: what speaks softly is seen too.
 *
 * @param map `[height, width]` of the field
 */
export async function renderCover(
  {
    field,
    map,
    channels,
    note,
  }: {
    field: Image;
    map: Float32Array;
    /** Names of the channels. */
    channels: readonly string[];
    /** What stands below the map. */
    note: string;
  },
  { composeJpeg }: Pick<Pictures, 'composeJpeg'>,
): Promise<Uint8Array> {
  const { data, height, width } = field;
  const part = middleOf({ height, width }, Math.min(height, width, SIDE));
  const sizes = { from: part, to: { height: SIDE, width: SIDE } };
  const shown = (plane: Float32Array) => resample(cut(plane, { width, part }), sizes);
  const planes = Array.from({ length: field.channels }, (_, c) =>
    stretch(shown(Float32Array.from(data.subarray(c * height * width, (c + 1) * height * width)))),
  );
  const colours = channelColours(field.channels);
  const speaks = stretchRoot(shown(map));
  const middle = { height: SIDE, width: SIDE, top: 0 };
  const names = channels.map((name, c) => ({ colour: cssColour(colours[c]!), name }));
  const baseline = SIDE - BAND / 2 + 5;
  const legend = legendSvg(names, { x: 10, y: baseline, widest: SIDE - 20, lineHeight: BAND });
  const bandHeight = BAND * legend.lines;
  const up = bandHeight - BAND;
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * SIDE}" height="${SIDE}">
<rect x="0" y="${SIDE - bandHeight}" width="${2 * SIDE}" height="${bandHeight}" fill="white" fill-opacity="0.85"/>
<rect x="${SIDE - 1}" y="0" width="2" height="${SIDE}" fill="white"/>
<g transform="translate(0 ${-up})">${legend.svg}${textSvg({ x: SIDE + 10, y: baseline, text: note, size: 13, widest: SIDE - 20 })}</g>
</svg>`;
  return composeJpeg({
    ...{ width: 2 * SIDE, height: SIDE, drawing },
    tiles: [
      { ...middle, left: 0, data: coloured(planes, colours) },
      { ...middle, left: SIDE, data: scaled(speaks, { scale: await viridis(), least: 0, most: 1 }) },
    ],
  });
}

/** Largest values (a share of the pixels) that are all shown alike. */
const LARGEST = 0.002;

/** The root of each value as a share of a large one, 0 to 1. */
function stretchRoot(plane: Float32Array): Float32Array {
  const sorted = plane.toSorted();
  const high = sorted[Math.floor((1 - LARGEST) * (sorted.length - 1))]! || sorted.at(-1)!;
  return plane.map((value) => (high > 0 ? Math.sqrt(Math.min(1, Math.max(0, value) / high)) : 0));
}
