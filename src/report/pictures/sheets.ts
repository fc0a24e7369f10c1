import type { Mosaic, Tile } from '../../image/pictures.ts';
import type { Colour } from '../../pixels/palette.ts';
import { coloured } from '../gallery/tiles.ts';
import type { Stretch } from '../inspection/thumbnail.ts';
import type { ThumbnailSheet } from '../page/document.ts';
import { intensitiesOf, type SmallField } from './small-field.ts';

/** Tiles in a row of a sheet, and in all of it. */
const COLUMNS = 12;
const TILES = 144;

/** A field that has a place on a sheet, and what its channels are drawn between. */
export interface SheetField {
  readonly small: SmallField;
  readonly stretches: readonly Stretch[];
}

/** A sheet before it is encoded. */
export interface PaintedSheet {
  readonly mosaic: Mosaic;
  readonly about: Omit<ThumbnailSheet, 'file'>;
}

/** Paints fields side by side, in their order, some 144 on a sheet; only one sheet is in memory at once. */
export function* paintSheets(fields: readonly SheetField[], colours: readonly Colour[]): Generator<PaintedSheet> {
  for (let first = 0; first < fields.length; first += TILES)
    yield paintSheet(fields.slice(first, first + TILES), colours);
}

function paintSheet(fields: readonly SheetField[], colours: readonly Colour[]): PaintedSheet {
  const width = Math.max(...fields.map(({ small }) => small.width));
  const height = Math.max(...fields.map(({ small }) => small.height));
  const columns = Math.min(COLUMNS, fields.length);
  const pictures = fields.map(({ small, stretches }, i): Tile => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return {
      data: paintSmall(small, { stretches, colours }),
      ...{ height: small.height, width: small.width },
      left: column * width + Math.floor((width - small.width) / 2),
      top: row * height + Math.floor((height - small.height) / 2),
    };
  });
  const rows = Math.ceil(fields.length / columns);
  return {
    mosaic: { width: columns * width, height: rows * height, pictures },
    about: { width, height, columns, tiles: fields.length },
  };
}

/** Lifts what is dim. */
const GAMMA = 0.8;

/** A small field in colour, `[height, width, 3]`. */
export function paintSmall(
  { planes }: Pick<SmallField, 'planes'>,
  { stretches, colours }: { readonly stretches: readonly Stretch[]; readonly colours: readonly Colour[] },
): Uint8Array {
  const light = planes.map((plane, c) => {
    const { black, white } = stretches[c]!;
    return intensitiesOf(
      plane,
      (value) => Math.max(0, Math.min(1, (value - black) / Math.max(white - black, 1e-9))) ** GAMMA,
    );
  });
  return coloured(light, colours);
}
