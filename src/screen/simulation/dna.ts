import type { Random } from '../../random.ts';
import type { PlacedCell } from './cell.ts';
import type { Territory } from './territory.ts';
import { drawTexture } from './texture.ts';

/** The DNA of a cell in its box: light that sums to 1, and 1 where the nucleus is. */
export interface PaintedNucleus {
  readonly light: Float32Array;
  readonly mask: Uint8Array;
}

/** How far (0 … 1) a pixel lies in the chromatin, and how thick (relative) that is there. */
type Chromatin = (i: number, column: number, row: number) => readonly [inside: number, height: number];

/** Paints the nucleus in the form its phenotype has. */
export function paintNucleus(random: Random, cell: PlacedCell, territory: Territory): PaintedNucleus {
  const { width, height } = territory;
  const chromatin = { whole, fragments, metaphase }[cell.form.nucleus.form](random, cell, territory);
  const clumps = drawTexture(random, { width, height, grain: 2.6 });
  const light = new Float32Array(width * height);
  const mask = new Uint8Array(width * height);
  let total = 0;
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      if (territory.depth[i]! <= 0) continue;
      const [inside, thick] = chromatin(i, column, row);
      // Mitochondrial DNA and unbound dye: a haze that shows the cell.
      light[i] = 0.012 + inside * thick * (1 + 0.32 * clumps[i]!);
      total += light[i]!;
      if (inside >= 0.5) mask[i] = 1;
    }
  }
  for (let i = 0; i < light.length; i++) light[i]! /= total;
  return { light, mask };
}

/** One nucleus with dark nucleoli. */
function whole(random: Random, cell: PlacedCell, { core, left, top }: Territory): Chromatin {
  const { nucleus } = cell;
  const nucleoli = Array.from({ length: 1 + random.integer(3) }, () => {
    const direction = 2 * Math.PI * random.uniform();
    const away = 0.55 * nucleus.radius * Math.sqrt(random.uniform());
    return {
      x: cell.x + nucleus.x + away * Math.cos(direction) - left,
      y: cell.y + nucleus.y + away * Math.sin(direction) - top,
      fall: -0.5 / (nucleus.radius * (0.11 + 0.05 * random.uniform())) ** 2,
    };
  });
  return (i, column, row) => {
    const inside = soft((1 - core[i]!) * nucleus.radius);
    if (inside === 0) return [0, 0];
    let thick = 0.6 + 0.4 * Math.sqrt(Math.max(0, 1 - core[i]! ** 2));
    for (const { x, y, fall } of nucleoli) thick *= 1 - 0.5 * Math.exp(fall * ((column - x) ** 2 + (row - y) ** 2));
    return [inside, thick];
  };
}

/** Round, condensed pieces of unequal size scattered where the nucleus was. */
function fragments(random: Random, cell: PlacedCell, { left, top }: Territory): Chromatin {
  const { nucleus } = cell;
  const wanted = 4 + random.integer(4);
  const pieces: { x: number; y: number; radius: number }[] = [];
  for (let attempt = 0; attempt < 12 * wanted && pieces.length < wanted; attempt++) {
    const direction = 2 * Math.PI * random.uniform();
    const away = 1.4 * nucleus.radius * Math.sqrt(random.uniform());
    const piece = {
      x: cell.x + nucleus.x + away * Math.cos(direction) - left,
      y: cell.y + nucleus.y + away * Math.sin(direction) - top,
      radius: nucleus.radius * (0.24 + 0.26 * random.uniform() ** 2),
    };
    const free = pieces.every(
      (other) => Math.hypot(other.x - piece.x, other.y - piece.y) > other.radius + piece.radius,
    );
    if (free) pieces.push(piece);
  }
  return (_, column, row) => {
    for (const { x, y, radius } of pieces) {
      const inside = soft(radius - Math.sqrt((column - x) ** 2 + (row - y) ** 2));
      if (inside > 0) return [inside, 1];
    }
    return [0, 0];
  };
}

/** The plate of chromosomes of a dividing cell, across its spindle. */
function metaphase(_: Random, cell: PlacedCell, { left, top }: Territory): Chromatin {
  const { radius } = cell.nucleus;
  const cos = Math.cos(cell.angle);
  const sin = Math.sin(cell.angle);
  return (_, column, row) => {
    const dx = column - (cell.x - left);
    const dy = row - (cell.y - top);
    const along = (dx * cos + dy * sin) / (0.32 * radius);
    const across = (-dx * sin + dy * cos) / (1.05 * radius);
    return [soft((1 - Math.sqrt(along * along + across * across)) * 0.4 * radius), 1];
  };
}

/** 0 … 1 over an edge 1.2 pixels wide. */
const soft = (depth: number): number => Math.min(1, Math.max(0, depth / 1.2 + 0.5));
