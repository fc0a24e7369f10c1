/** Pictures of cells that never were: nuclei in blue, cytoplasm in green and red, as WebP. */
import sharp from 'sharp';
import { createRandom } from '../../../random.ts';

/** Sides of a tile, and tiles in a row of a sheet. */
const [TILE, COLUMNS] = [64, 16];

/** Sheets with a tile for each of so many fields. */
export async function simulateSheets(
  tiles: number,
): Promise<{ bytes: Uint8Array; tiles: number; side: number; columns: number }[]> {
  const perSheet = COLUMNS * COLUMNS;
  const sheets = Math.ceil(tiles / perSheet);
  const made: { bytes: Uint8Array; tiles: number; side: number; columns: number }[] = [];
  for (let s = 0; s < sheets; s++) {
    const own = Math.min(perSheet, tiles - s * perSheet);
    const cells = Array.from({ length: own }, (_, t) => {
      const [x, y] = [(t % COLUMNS) * TILE, Math.floor(t / COLUMNS) * TILE];
      return `<svg x="${x}" y="${y}" width="${TILE}" height="${TILE}">${drawCells(`${s} ${t}`, { side: TILE, count: 9 })}</svg>`;
    });
    const height = Math.ceil(own / COLUMNS) * TILE;
    made.push({
      bytes: await webp(cells.join(''), { width: COLUMNS * TILE, height }),
      tiles: own,
      side: TILE,
      columns: COLUMNS,
    });
  }
  return made;
}

/** A field, and a map that is laid over it: clear but for its evidence. */
export async function simulatePicture(
  name: string,
  side: number,
): Promise<{ picture: Uint8Array; overlay: Uint8Array }> {
  const random = createRandom(1, name, 'overlay');
  const spots = Array.from({ length: 7 }, () => {
    const [x, y] = [random.uniform() * side, random.uniform() * side];
    return `<circle cx="${x}" cy="${y}" r="${side / 14}" fill="#ffe14d" fill-opacity="0.6"/>`;
  });
  return {
    picture: await webp(drawCells(name, { side, count: 26 }), { width: side, height: side }),
    overlay: await webp(spots.join(''), { width: side, height: side, clear: true }),
  };
}

function drawCells(name: string, { side, count }: { side: number; count: number }): string {
  const random = createRandom(1, name);
  const size = side / (2.4 * Math.sqrt(count));
  return Array.from({ length: count }, () => {
    const [x, y, turn] = [random.uniform() * side, random.uniform() * side, random.uniform() * 180];
    const r = size * (0.7 + 0.5 * random.uniform());
    const ellipse = (of: string, scale: number, opacity: number) =>
      `<ellipse cx="${x}" cy="${y}" rx="${1.5 * r * scale}" ry="${r * scale}" fill="${of}" fill-opacity="${opacity}" transform="rotate(${turn} ${x} ${y})"/>`;
    return ellipse('#d02030', 1.5, 0.35) + ellipse('#20b040', 1.15, 0.5) + ellipse('#4060ff', 0.6, 0.95);
  }).join('');
}

function webp(
  drawing: string,
  { width, height, clear = false }: { width: number; height: number; clear?: boolean },
): Promise<Uint8Array> {
  const ground = clear ? '' : `<rect width="${width}" height="${height}" fill="#000"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${ground}${drawing}</svg>`;
  return sharp(Buffer.from(svg)).webp({ quality: 60 }).toBuffer();
}
