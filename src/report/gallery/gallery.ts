import type { Pictures, Tile } from '../../image/pictures.ts';
import type { FieldRegions } from '../../localization/regions/field-regions.ts';
import { channelColoursOf } from '../../pixels/channel-colours.ts';
import { classColour } from '../../pixels/class-colours.ts';
import type { Colour } from '../../pixels/palette.ts';
import type { Image } from '../../pixels/pixels.ts';
import { counted } from '../../words.ts';
import { viridis } from './colours.ts';
import { textSvg, wrapped } from './drawing.ts';
import { legendsSvg } from './legends.ts';
import { cut, middleOf, resample, resampleLabels, type Size, type Window } from './resample.ts';
import { scaleBarSvg } from './scale-bar.ts';
import { coloured, outlined, type Scale, scaled, stretch } from './tiles.ts';

/** One row of a gallery. */
export interface GalleryField {
  readonly name: string;
  /** What stands under the name, a line each. */
  readonly notes?: readonly string[] | undefined;
  readonly image: Image;
  /** What speaks for the class, `[height, width]` of the image. */
  readonly map: Float32Array;
  /** The same for every channel, `[channels, height, width]`, on one scale from 0 to 1: a column of its own in the colours of the channels. */
  readonly channelMaps?: Float32Array | undefined;
  readonly found: FieldRegions;
  /** Label image of the same size, where there is one. */
  readonly reference?: Int32Array | undefined;
  /** Overlap of mask and reference, if it was measured. */
  readonly iou?: number | undefined;
  /** The field that all this is the middle of, where it is not the whole: its size (pixels), and how many regions it has. */
  readonly of?: (Size & { readonly regions: number }) | undefined;
}

export interface GalleryOptions {
  readonly title: string;
  /** A sentence or two below the title. */
  readonly subtitle?: string | undefined;
  /** What the map shows, over its column. */
  readonly mapName?: string | undefined;
  /** Names of the channels, by default those of the image. */
  readonly channels?: readonly string[] | undefined;
  /** A colour for each channel, by default the usual one of its name. */
  readonly colours?: readonly Colour[] | undefined;
  /** Names by `classIndex`, where regions of several classes are shown. */
  readonly classes?: readonly string[] | undefined;
  /** Ends of the colour scale, by default 0 (or the least value) and the largest value of all maps. */
  readonly range?: readonly [least: number, most: number] | undefined;
  /** Words at the ends of the colour scale, in place of numbers. */
  readonly ends?: readonly [least: string, most: string] | undefined;
  /** Side of a pixel of the fields (µm): with it, each field has a scale bar. */
  readonly pixelSize?: number | undefined;
  /** Longer side of a picture (pixels). */
  readonly side?: number | undefined;
  /** Of fields that are larger only the middle is shown, so many pixels high and wide at most: cells must be seen. */
  readonly window?: number | undefined;
}

/** All in pixels. */
const MARGIN = 16;
const GAP = 10;
const HEAD = 62;
const CAPTION = 28;
/** Of a line below another, and the height of the letters. */
const LINE = 17;
const SMALL = 13;

/** Of the reference: none that a class has. */
const WHITE: Colour = [255, 255, 255];

/**
 * A picture of fields and what was found in them, as a PNG: a row a field, in columns the field (channels in colours,
 * each stretched between its own percentiles), the map (one scale for all rows), that of every channel in its colour where
 * there are any, the outlines of the regions over the
 * grey field, and those of the reference where any field has one. The colours can be told apart by colour-blind people.
 *
 * @param fields at least one
 *
 * @example
 * await writeFile('neutral.png', await renderGallery([{ name: 'A01', image, map, found }], { title: 'neutral' }, host.pictures));
 */
export async function renderGallery(
  fields: readonly GalleryField[],
  options: GalleryOptions,
  { composePng }: Pick<Pictures, 'composePng'>,
): Promise<Uint8Array> {
  const { title, mapName = 'Map', side = 320, window = 400, classes = [] } = options;
  const [first] = fields as [GalleryField];
  const hasReference = fields.some(({ reference }) => reference !== undefined);
  const byChannel = fields.some(({ channelMaps }) => channelMaps !== undefined);
  const headings = [
    ...['Field', mapName],
    ...(byChannel ? ['Map by channel'] : []),
    'Mask',
    ...(hasReference ? ['Reference'] : []),
  ];
  const names = options.channels ?? first.image.channelNames ?? [];
  const called = Array.from({ length: first.image.channels }, (_, c) => names[c] ?? '');
  const colours = options.colours ?? channelColoursOf(called);
  const [least, most] = options.range ?? rangeOf(fields);
  const scale = await viridis();

  const parts = fields.map(({ image }) => middleOf(image, window));
  const sizes = parts.map((part) => fitted(part, side));
  const columnWidth = Math.max(...sizes.map(({ width }) => width));
  const leftOf = (column: number): number => MARGIN + column * (columnWidth + GAP);
  const tiles: Tile[] = [];
  const texts: string[] = [];
  let top = drawHead(texts, { title, subtitle: options.subtitle, headings, leftOf, columnWidth });
  for (const [row, field] of fields.entries()) {
    const to = sizes[row]!;
    const part = parts[row]!;
    const pictures = picturesOf(field, { part, to, colours, scale, least, most, byChannel });
    pictures.forEach((data, column) => {
      if (data) tiles.push({ data, ...to, left: leftOf(column), top });
    });
    if (options.pixelSize !== undefined) {
      const shownSize = (options.pixelSize * part.width) / to.width;
      texts.push(
        scaleBarSvg({ right: leftOf(0) + to.width, bottom: top + to.height, width: to.width, pixelSize: shownSize }),
      );
    }
    const captions = captionsOf(field, { part, hasReference, byChannel });
    top = drawCaptions(texts, { captions, notes: field.notes, y: top + to.height, leftOf, columnWidth });
  }
  const maskColumn = headings.indexOf('Mask');
  const columns = { leftOf, columnWidth, maskColumn };
  const { ends } = options;
  const legends = legendsSvg({ top: top + 4, ...columns, scale, least, most, ends, names, colours, classes });
  const width = leftOf(headings.length) - GAP + MARGIN;
  const height = legends.bottom + MARGIN;
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${texts.join('')}${legends.svg}</svg>`;
  return composePng({ width, height, tiles, drawing });
}

interface Columns {
  readonly leftOf: (column: number) => number;
  readonly columnWidth: number;
}

/** Adds what stands over the columns, and gives where these begin. */
function drawHead(
  texts: string[],
  {
    title,
    subtitle = '',
    headings,
    leftOf,
    columnWidth,
  }: { title: string; subtitle: string | undefined; headings: readonly string[] } & Columns,
): number {
  const widest = leftOf(headings.length) - GAP - MARGIN;
  const lines = subtitle === '' ? [] : wrapped(subtitle, { size: SMALL, widest });
  const head = HEAD + (lines.length > 0 ? LINE * lines.length + 4 : 0);
  texts.push(
    textSvg({ x: MARGIN, y: 30, text: title, size: 18, bold: true, widest }),
    ...lines.map((text, line) => textSvg({ x: MARGIN, y: 50 + LINE * line, text, size: SMALL, grey: true })),
    ...headings.map((text, column) => textSvg({ x: leftOf(column), y: head - 8, text, widest: columnWidth })),
  );
  return head;
}

/** Adds what stands under the pictures of a field, which end at `y`, and gives where the next ones begin. */
function drawCaptions(
  texts: string[],
  {
    captions,
    notes = [],
    y,
    leftOf,
    columnWidth,
  }: { captions: readonly string[]; notes: readonly string[] | undefined; y: number } & Columns,
): number {
  const lines = notes.flatMap((note) => wrapped(note, { size: SMALL, widest: columnWidth }));
  const small = { size: SMALL, widest: columnWidth };
  texts.push(
    ...captions.map((text, column) => textSvg({ x: leftOf(column), y: y + LINE, text, ...small, grey: true })),
    ...lines.map((text, line) => textSvg({ x: leftOf(0), y: y + LINE * (line + 2), text, ...small })),
  );
  return y + CAPTION + LINE * lines.length;
}

interface PictureOptions extends Scale {
  /** What is shown of the field, and at which size. */
  readonly part: Window;
  readonly to: Size;
  readonly colours: readonly Colour[];
  readonly byChannel: boolean;
}

/** What stands in the columns of a field, `[height, width, 3]` each. */
function picturesOf(
  { image, map, channelMaps, found, reference }: GalleryField,
  options: PictureOptions,
): (Uint8Array | undefined)[] {
  const { part, to, colours, byChannel, ...scale } = options;
  const { data, channels, height, width } = image;
  const sizes = { from: part, to };
  const shown = (all: Image['data']) =>
    Array.from({ length: channels }, (_, c) => {
      const plane = all.subarray(c * height * width, (c + 1) * height * width);
      return resample(cut(plane, { width, part }), sizes);
    });
  const planes = shown(data).map(stretch);
  const grey = planes[0]!.map((_, i) => Math.max(...planes.map((plane) => plane[i]!)));
  const thickness = to.width < 0.6 * part.width ? 1 : 2;
  const outlines = (labels: Int32Array, colourOf: (label: number) => Colour) => {
    const shown = resampleLabels(cut(labels, { width, part }), sizes);
    return outlined(grey, { labels: shown, width: to.width, colourOf, thickness });
  };
  const classIndices = new Map(found.regions.map(({ label, classIndex = 0 }) => [label, classIndex]));
  return [
    coloured(planes, colours),
    scaled(resample(cut(map, { width, part }), sizes), scale),
    ...(byChannel ? [channelMaps && coloured(shown(channelMaps), colours)] : []),
    outlines(found.labels, (label) => classColour(classIndices.get(label) ?? 0)),
    reference && outlines(reference, () => WHITE),
  ];
}

/** What stands under the columns of a field. */
export function captionsOf(
  { name, image, found, reference, iou, of }: GalleryField,
  { part, hasReference, byChannel }: { part: Size; hasReference: boolean; byChannel: boolean },
): string[] {
  const { height, width, regions: all } = of ?? { ...image, regions: found.regions.length };
  const whole = part.height === height && part.width === width;
  const field = whole ? name : `${name}, the middle of ${width} × ${height}`;
  const regions = counted(all, 'region');
  const mask = iou === undefined ? regions : `IoU ${iou.toFixed(2)}, ${regions}`;
  const objects = new Set(reference?.filter((label) => label > 0));
  // A threshold, or a mask of two values, counts no objects.
  const known = objects.size === 1 ? 'foreground' : counted(objects.size, 'object');
  const truth = reference === undefined ? 'none' : of ? `${known} in the middle` : known;
  return [field, '', ...(byChannel ? [''] : []), mask, ...(hasReference ? [truth] : [])];
}

/** The size at which the longer side is `side`. */
function fitted({ height, width }: Size, side: number): Size {
  const factor = side / Math.max(height, width, 1);
  return { height: Math.max(1, Math.round(height * factor)), width: Math.max(1, Math.round(width * factor)) };
}

function rangeOf(fields: readonly GalleryField[]): readonly [number, number] {
  let [least, most] = [0, Number.NEGATIVE_INFINITY];
  for (const { map } of fields) {
    for (const value of map) {
      if (!Number.isFinite(value)) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return most > least ? [least, most] : [least, least + 1];
}
