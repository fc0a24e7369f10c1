import type { Mosaic, Tile } from '../../image/pictures.ts';
import { paintThumbnail, type Stretch } from '../inspection/thumbnail.ts';
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
export function* paintSheets(fields: readonly SheetField[]): Generator<PaintedSheet> {
  for (let first = 0; first < fields.length; first += TILES) yield paintSheet(fields.slice(first, first + TILES));
}

function paintSheet(fields: readonly SheetField[]): PaintedSheet {
  const width = Math.max(...fields.map(({ small }) => small.width));
  const height = Math.max(...fields.map(({ small }) => small.height));
  const columns = Math.min(COLUMNS, fields.length);
  const pictures = fields.map(({ small, stretches }, i): Tile => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return {
      data: paintSmall(small, stretches),
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

/** A small field in colour, `[height, width, 3]`. */
export function paintSmall({ height, width, planes }: SmallField, stretches: readonly Stretch[]): Uint8Array {
  return paintThumbnail({ height, width, planes: planes.map(intensitiesOf) }, stretches);
}
