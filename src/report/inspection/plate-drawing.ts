import type { Flag, FlagKind } from '../../evaluation/inspection/flags.ts';
import type { InspectedField } from '../../evaluation/inspection/inspected-field.ts';
import { dataUri, escaped } from './html.ts';
import type { PlateMap } from './plate-map.ts';

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

/** A field of the plate with what is wrong with it. */
export interface FlaggedField {
  readonly field: InspectedField;
  readonly flags: readonly Flag[];
}

/** Side of a well without a picture, and of the margin with the names of rows and columns (pixels). */
const [BARE, MARGIN] = [26, 30];

/**
 * A plate as SVG: the picture of its wells, those with a flagged field outlined and marked with letters; a well says what
 * is wrong when the pointer rests on it.
 */
export function drawPlate(
  fields: readonly FlaggedField[],
  {
    map,
    picture,
    describe,
  }: {
    map: PlateMap;
    picture: { readonly bytes: Uint8Array; readonly side: number } | undefined;
    /** Words for a well beyond its name, such as its label. */
    describe: (field: InspectedField) => string;
  },
): string {
  const side = picture?.side ?? BARE;
  const [width, height] = [map.columns.length * side, map.rows.length * side];
  const names = [
    ...map.columns.map((name, i) => text(name, { x: (i + 0.5) * side, y: -8, anchor: 'middle' })),
    ...map.rows.map((name, i) => text(name, { x: -8, y: (i + 0.5) * side + 5, anchor: 'end' })),
  ];
  const wells = new Map<string, FlaggedField[]>();
  for (const one of fields) {
    const name = one.field.place.well || one.field.place.key;
    wells.set(name, [...(wells.get(name) ?? []), one]);
  }
  const squares = [...wells].map(([name, members]) => {
    const place = map.placeOf(name);
    if (place === undefined) return '';
    return drawWell(members, { name, x: place.column * side, y: place.row * side, side, describe });
  });
  const image = picture
    ? `<image href="${dataUri(picture.bytes)}" x="0" y="0" width="${width}" height="${height}"/>`
    : '';
  const [fullWidth, fullHeight] = [width + MARGIN + 4, height + MARGIN + 4];
  return `<svg class="plate" role="img" width="${fullWidth}" height="${fullHeight}" viewBox="${-MARGIN} ${-MARGIN} ${fullWidth} ${fullHeight}">${image}${names.join('')}${squares.join('')}</svg>`;
}

function drawWell(
  members: readonly FlaggedField[],
  {
    name,
    x,
    y,
    side,
    describe,
  }: { name: string; x: number; y: number; side: number; describe: (field: InspectedField) => string },
): string {
  const kinds = [...new Set(members.flatMap(({ flags }) => flags.map(({ kind }) => kind)))];
  const faults = members.flatMap(({ field, flags }) =>
    flags.map(({ kind, channel, found }) => {
      const site = field.place.site === '' ? `field ${field.field.imageNumber}` : `site ${field.place.site}`;
      return `${site}: ${kind}${channel === undefined ? '' : ` (${channel})`}, ${found}`;
    }),
  );
  const title = `<title>${escaped([`${name} ${describe(members[0]!.field)}`.trim(), ...faults].join('\n'))}</title>`;
  const square = (inset: number, kind: string, width: number) =>
    `<rect class="${kind}" x="${x + inset}" y="${y + inset}" width="${side - 2 * inset}" height="${side - 2 * inset}" stroke-width="${width}"/>`;
  if (kinds.length === 0) return `<g>${title}${square(0.5, 'well', 1)}</g>`;
  const lost = members.every(({ field }) => field.quality === undefined);
  const cross = lost
    ? `<path class="lost" d="M${x + 6} ${y + 6}L${x + side - 6} ${y + side - 6}M${x + side - 6} ${y + 6}L${x + 6} ${y + side - 6}"/>`
    : '';
  const size = Math.max(11, Math.min(15, side / 5));
  const codes = kinds.map((kind) => flagCodes[kind]).join('');
  const tag = `<rect class="tag" x="${x + 2}" y="${y + 2}" width="${codes.length * size * 0.72 + size * 0.5}" height="${size * 1.25}"/>`;
  const label = `<text class="code" x="${x + 2 + size * 0.25}" y="${y + 2 + size}" style="font-size:${size}px">${escaped(codes)}</text>`;
  return `<g>${title}${square(1.5, 'bad', 3)}${cross}${tag}${label}</g>`;
}

function text(name: string, { x, y, anchor }: { x: number; y: number; anchor: 'middle' | 'end' }): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(name)}</text>`;
}
