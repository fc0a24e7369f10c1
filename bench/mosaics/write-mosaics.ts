/** Mosaics of single cells whose classes are known: bags of which it is known what they hold. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { encodeTiff } from '../../src/image/node/encode.ts';
import { openScreen } from '../../src/index.ts';
import { nodeAccess, readField } from '../../src/library/screen.ts';
import type { Image } from '../../src/pixels/pixels.ts';
import { cutAround } from '../../src/prediction/crop.ts';
import { createRandom, type Random } from '../../src/random.ts';
import { type Row, readRows } from '../milscope.ts';

/** The square around a cell. */
export interface SingleCell {
  readonly pixels: Image;
  readonly class: string;
  readonly isTested: boolean;
}

/** Where cells come from. */
export interface CellsOfScreen {
  /** The screen, and a table of its cells. */
  readonly screen: string;
  readonly cells: string;
  /** Column of the table of cells that has their class. */
  readonly column: string;
  /** Column of that table and its value for cells that are kept for testing. */
  readonly tested: readonly [string, string];
  /** Of the squares around them, in pixels. */
  readonly side: number;
}

/** The cells of a screen whose squares lie within their fields. */
export async function cutSingleCells({ screen: path, cells, column, tested, side }: CellsOfScreen) {
  const screen = await openScreen(path);
  const byImage = new Map<string, Row[]>();
  for (const row of await readRows(cells)) {
    const own = byImage.get(row.ImageNumber!);
    if (own) own.push(row);
    else byImage.set(row.ImageNumber!, [row]);
  }
  const found: SingleCell[] = [];
  for (const field of screen.fields) {
    const rows = byImage.get(String(field.imageNumber));
    if (!rows) continue;
    const image = await readField(screen, field, nodeAccess);
    for (const row of rows) {
      const centre = { x: Number(row.Location_Center_X), y: Number(row.Location_Center_Y) };
      const reach = side / 2;
      const isWhole = [centre.x, image.width - centre.x, centre.y, image.height - centre.y].every((n) => n >= reach);
      if (!isWhole || !row[column]) continue;
      const pixels = cutAround(image, { centre, side });
      found.push({ pixels, class: row[column], isTested: row[tested[0]] === tested[1] });
    }
  }
  return found;
}

export interface MosaicOptions {
  /** Mosaics for training and for testing. */
  readonly bags: number;
  readonly tested: number;
  /** Cells of a mosaic, and the share of them that is of its class; the rest is of any other class. */
  readonly perBag: number;
  readonly share: number;
  readonly seed: number;
}

/**
 * Writes mosaics as a screen: `fields.csv` with the columns `Metadata_Class` and `Metadata_Part` (train or test),
 * `cells.csv` with the middle and the `Class` of every cell, and a 16-bit TIFF of each channel. No cell is in mosaics of both
 * parts, and none twice before each of its class was there once.
 */
export async function writeMosaics(folder: string, given: readonly SingleCell[], options: MosaicOptions) {
  const { bags, tested, perBag, share, seed } = options;
  await mkdir(folder, { recursive: true });
  const random = createRandom(seed, 'mosaics');
  const classes = [...new Set(given.map((cell) => cell.class))].sort();
  const own = Math.round(share * perBag);
  const fields: Row[] = [];
  const cells: Row[] = [];
  for (const part of ['train', 'test']) {
    const ofPart = given.filter(({ isTested }) => isTested === (part === 'test'));
    const draw = dealer(ofPart, { classes, random });
    for (let i = 0; i < (part === 'test' ? tested : bags); i++) {
      const name = classes[i % classes.length]!;
      const others = classes.filter((other) => other !== name);
      const drawn = Array.from({ length: perBag }, (_, k) =>
        draw(k < own ? name : others[random.integer(others.length)]!),
      );
      const imageNumber = String(fields.length + 1);
      const { files, places } = await writeMosaic(folder, imageNumber, random.shuffle(drawn));
      fields.push({ ImageNumber: imageNumber, ...files, Metadata_Part: part, Metadata_Class: name });
      cells.push(...places.map((place) => ({ ImageNumber: imageNumber, ...place })));
    }
  }
  await writeFile(join(folder, 'cells.csv'), stringify(cells, { header: true }));
  await writeFile(join(folder, 'fields.csv'), stringify(fields, { header: true }));
}

/** Deals the cells of a class, none twice before each was dealt once. */
function dealer(
  cells: readonly SingleCell[],
  { classes, random }: { classes: readonly string[]; random: Random },
): (name: string) => SingleCell {
  const decks = new Map<string, SingleCell[]>(classes.map((name) => [name, []]));
  return (name) => {
    const deck = decks.get(name)!;
    if (deck.length === 0) deck.push(...random.shuffle(cells.filter((cell) => cell.class === name)));
    return deck.pop()!;
  };
}

/** Writes one mosaic, and gives the columns that name its files, and of each cell those of its place and class. */
async function writeMosaic(folder: string, name: string, cells: readonly SingleCell[]) {
  const { channels, width: side } = cells[0]!.pixels;
  const columns = Math.ceil(Math.sqrt(cells.length));
  const placed = cells.map((cell, k) => ({ ...cell, x: (k % columns) * side, y: Math.floor(k / columns) * side }));
  const [width, height] = [columns * side, Math.ceil(cells.length / columns) * side];
  const files: Record<string, string> = {};
  for (let channel = 0; channel < channels; channel++) {
    const data = new Uint16Array(height * width);
    for (const { pixels, x, y } of placed) {
      for (let line = 0; line < side; line++) {
        const from = (channel * side + line) * side;
        data.set(pixels.data.subarray(from, from + side), (y + line) * width + x);
      }
    }
    const file = `${name}-c${channel + 1}.tif`;
    await writeFile(join(folder, file), await encodeTiff({ data, channels: 1, height, width }, file));
    files[`FileName_C${channel + 1}`] = file;
  }
  const places = placed.map(({ class: ofClass, x, y }, k) => ({
    ObjectNumber: String(k + 1),
    Location_Center_X: String(x + side / 2),
    Location_Center_Y: String(y + side / 2),
    Class: ofClass,
  }));
  return { files, places };
}
