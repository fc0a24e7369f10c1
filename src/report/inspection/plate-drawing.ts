import type { FlagKind } from '../../evaluation/inspection/flags.ts';
import type { InspectedField } from '../../evaluation/inspection/inspected-field.ts';
import { dataUri, escaped } from './html.ts';
import type { WellTile } from './page-pictures.ts';
import type { PlateMap } from './plate-map.ts';
import { shownInstead, type WellFields } from './shown-fields.ts';
import { classStyle } from './style.ts';

/** One letter for each kind of flag, so that colour is not needed to see what is wrong. */
export const flagCodes: Readonly<Record<FlagKind, string>> = {
  unreadable: '×',
  saturated: 'S',
  empty: 'E',
  'blank channel': 'N',
  blurred: 'B',
  duplicate: 'D',
  'same channels': 'C',
  'other size': 'Z',
  'other bit depth': 'T',
  'fewer planes': 'P',
  'odd intensity': 'I',
};

/** Side of a well without a picture, and of the margin with the names of rows and columns (pixels). */
const [BARE, MARGIN] = [26, 30];

/** What is drawn of a plate beside its wells. */
export interface PlateDrawing {
  /** What it is, for those who cannot see it. */
  readonly name: string;
  readonly map: PlateMap;
  readonly picture: { readonly bytes: Uint8Array; readonly side: number } | undefined;
  /** Fields that are shown in place of the first one of their well, see `PagePictures`. */
  readonly tiles: ReadonlyMap<number, WellTile>;
  /** The classes of a field, as places in the list of the page; nothing where there are no labels. */
  readonly classesOf?: ((field: InspectedField) => readonly number[]) | undefined;
  /** Words for a well beyond its name, such as its label. */
  readonly describe: (field: InspectedField) => string;
}

/**
 * A plate as SVG: the picture of its wells, those with a flagged field outlined and marked with letters; a well says what
 * is wrong when the pointer rests on it. Over the picture lie the classes of the wells, in colour and as numbers, which are
 * seen where the page shows what is `as-class`.
 */
export function drawPlate(wells: readonly WellFields[], drawing: PlateDrawing): string {
  const { map, picture } = drawing;
  const side = picture?.side ?? BARE;
  const [width, height] = [map.columns.length * side, map.rows.length * side];
  const names = [
    ...map.columns.map((name, i) => text(name, { x: (i + 0.5) * side, y: -8, anchor: 'middle' })),
    ...map.rows.map((name, i) => text(name, { x: -8, y: (i + 0.5) * side + 5, anchor: 'end' })),
  ];
  const squares = wells.map((well) => {
    const { place } = well[0]!.field;
    const at = map.placeOf(place.well || place.key);
    return at === undefined ? '' : drawWell(well, { x: at.column * side, y: at.row * side, side, ...drawing });
  });
  const image = picture
    ? `<image class="as-picture" href="${dataUri(picture.bytes)}" x="0" y="0" width="${width}" height="${height}"/>`
    : '';
  const [fullWidth, fullHeight] = [width + MARGIN + 4, height + MARGIN + 4];
  return `<svg class="plate" role="img" aria-label="${escaped(drawing.name)}" width="${fullWidth}" height="${fullHeight}" viewBox="${-MARGIN} ${-MARGIN} ${fullWidth} ${fullHeight}">${image}${names.join('')}${squares.join('')}</svg>`;
}

interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

function drawWell(
  members: WellFields,
  { x, y, side, tiles, classesOf, describe }: Square & Pick<PlateDrawing, 'tiles' | 'classesOf' | 'describe'>,
): string {
  const kinds = [...new Set(members.flatMap(({ flags }) => flags.map(({ kind }) => kind)))];
  const instead = shownInstead(members)?.field;
  const tile = instead && tiles.get(instead.field.imageNumber);
  const title = titleOf(members, { describe, shown: tile ? instead : undefined });
  const picture = tile ? drawTile(tile, { x, y, side }) : '';
  const classes = classesOf
    ? drawClasses([...new Set(members.flatMap(({ field }) => classesOf(field)))], { x, y, side })
    : '';
  const under = `${title}${picture}${classes}`;
  const square = (inset: number, kind: string, width: number) =>
    `<rect class="${kind}" x="${x + inset}" y="${y + inset}" width="${side - 2 * inset}" height="${side - 2 * inset}" stroke-width="${width}"/>`;
  if (kinds.length === 0) return `<g>${under}${square(0.5, 'well', 1)}</g>`;
  const lost = members.every(({ field }) => field.quality === undefined);
  const cross = lost
    ? `<path class="lost" d="M${x + 6} ${y + 6}L${x + side - 6} ${y + side - 6}M${x + side - 6} ${y + 6}L${x + 6} ${y + side - 6}"/>`
    : '';
  const size = Math.max(11, Math.min(15, side / 5));
  const codes = kinds.map((kind) => flagCodes[kind]).join('');
  const tag = `<rect class="tag" x="${x + 2}" y="${y + 2}" width="${codes.length * size * 0.72 + size * 0.5}" height="${size * 1.25}"/>`;
  const label = `<text class="code" x="${x + 2 + size * 0.25}" y="${y + 2 + size}" style="font-size:${size}px">${escaped(codes)}</text>`;
  return `<g>${under}${square(1.5, 'bad', 3)}${cross}${tag}${label}</g>`;
}

/** A field over that of the picture of the plate, as large and in the middle as that is. */
function drawTile({ bytes, width, height }: WellTile, { x, y, side }: Square): string {
  const [left, top] = [x + Math.floor((side - width) / 2), y + Math.floor((side - height) / 2)];
  return `<g class="as-picture"><rect class="paper" x="${x}" y="${y}" width="${side}" height="${side}"/><image href="${dataUri(bytes)}" x="${left}" y="${top}" width="${width}" height="${height}"/></g>`;
}

/** What the pointer is told: the well, its label, which field is shown, and what is wrong with which field. */
function titleOf(
  members: WellFields,
  { describe, shown }: Pick<PlateDrawing, 'describe'> & { shown: InspectedField | undefined },
): string {
  const { place } = members[0]!.field;
  const siteOf = ({ place: { site }, field }: InspectedField) =>
    site === '' ? `field ${field.imageNumber}` : `site ${site}`;
  const faults = members.flatMap(({ field, flags }) =>
    flags.map(
      ({ kind, channel, found }) =>
        `${siteOf(field)}: ${kind}${channel === undefined ? '' : ` (${channel})`}, ${found}`,
    ),
  );
  const name = `${place.well || place.key} ${describe(members[0]!.field)}`.trim();
  const lines = [name, ...(shown ? [`shown is ${siteOf(shown)}`] : []), ...faults];
  return `<title>${escaped(lines.join('\n'))}</title>`;
}

/** A square in the colour of the class of a well with its number; stripes where fields of a well have several. */
function drawClasses(classes: readonly number[], { x, y, side }: Square): string {
  const width = (side - 2) / Math.max(1, classes.length);
  const stripes = classes.map(
    (place, i) =>
      `<rect class="class ${classStyle(place)}" x="${(x + 1 + i * width).toFixed(1)}" y="${y + 1}" width="${width.toFixed(1)}" height="${side - 2}"/>`,
  );
  const words = classes.length === 0 ? '–' : classes.map((place) => place + 1).join(' ');
  const size = Math.max(9, Math.min(side / 3, (1.5 * side) / words.length));
  const name = `<text class="${classes.length === 0 ? 'none' : 'number'}" x="${x + side / 2}" y="${(y + side / 2 + 0.36 * size).toFixed(1)}" text-anchor="middle" style="font-size:${size.toFixed(1)}px">${words}</text>`;
  return `<g class="as-class"><rect class="ground" x="${x}" y="${y}" width="${side}" height="${side}"/>${stripes.join('')}${name}</g>`;
}

function text(name: string, { x, y, anchor }: { x: number; y: number; anchor: 'middle' | 'end' }): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(name)}</text>`;
}
