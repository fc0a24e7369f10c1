import type { PlacedCell } from './cell.ts';
import { bounds, extent, reach } from './outline.ts';

/** The box around one cell, and where each of its pixels lies in the cell. Arrays are `[height, width]`. */
export interface Territory {
  /** Column and row of the box's first pixel in the field; the box may reach out of the field. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Distance from the centre over that of the outline: 1 on the outline. */
  readonly radial: Float32Array;
  /** The same, but 1 where a neighbour begins as well. */
  readonly edge: Float32Array;
  /** Distance to that edge (about, pixels), negative outside. */
  readonly depth: Float32Array;
  /** Distance from the centre of the nucleus over that of its outline: 1 on it. */
  readonly core: Float32Array;
}

/** Territories of all cells of a field, and whose each pixel is: 0 nobody's, else the cell's index + 1. */
export interface Territories {
  readonly owner: Uint16Array;
  readonly territories: readonly Territory[];
}

/** Neighbours give way to each other but for this share of the distance, where both are seen through each other. */
const overlap = 1.08;

/**
 * Shares the field among the cells: where outlines overlap, a pixel is the cell's to which it is nearer, measured in
 * its own radii, so that crowded cells flatten against each other instead of lying on top of each other.
 */
export function shareField(cells: readonly PlacedCell[], { size }: { size: number }): Territories {
  const owner = new Uint16Array(size * size);
  const nearest = new Float32Array(size * size).fill(Number.POSITIVE_INFINITY);
  const second = new Float32Array(size * size).fill(Number.POSITIVE_INFINITY);
  const territories = cells.map(measure);
  territories.forEach((territory, index) => {
    forEachInside(territory, size, (i, pixel) => {
      const distance = territory.radial[i]!;
      if (distance < nearest[pixel]!) {
        second[pixel] = nearest[pixel]!;
        nearest[pixel] = distance;
        if (distance < 1) owner[pixel] = index + 1;
      } else if (distance < second[pixel]!) second[pixel] = distance;
    });
  });
  territories.forEach((territory, index) => {
    const { radial, edge, depth } = territory;
    const { radius } = cells[index]!;
    forEachInside(territory, size, (i, pixel) => {
      const own = radial[i]!;
      const other = own === nearest[pixel] ? second[pixel]! : nearest[pixel]!;
      const contact = own / (other * overlap);
      if (contact > own) {
        edge[i] = contact;
        depth[i] = Math.min(depth[i]!, (1 - contact) * radius * 0.8);
      }
    });
  });
  return { owner, territories };
}

/** Far outside a nucleus; nothing asks how far exactly. */
const away = 9;

function measure(cell: PlacedCell): Territory {
  const box = bounds(cell.outline);
  const left = Math.floor(cell.x + box.left) - 2;
  const top = Math.floor(cell.y + box.top) - 2;
  const width = Math.ceil(cell.x + box.right) + 3 - left;
  const height = Math.ceil(cell.y + box.bottom) + 3 - top;
  const radial = new Float32Array(width * height);
  const depth = new Float32Array(width * height);
  const core = new Float32Array(width * height).fill(away);
  const near = (2 * extent(cell.nucleus.outline)) ** 2;
  for (let row = 0, i = 0; row < height; row++) {
    const dy = top + row - cell.y;
    const ny = dy - cell.nucleus.y;
    for (let column = 0; column < width; column++, i++) {
      const dx = left + column - cell.x;
      // Math.hypot is some ten times slower, and these numbers neither overflow nor vanish.
      const distance = Math.sqrt(dx * dx + dy * dy);
      const border = reach(cell.outline, dx, dy);
      radial[i] = distance / border;
      depth[i] = border - distance;
      const nx = dx - cell.nucleus.x;
      const square = nx * nx + ny * ny;
      if (square < near) core[i] = Math.sqrt(square) / reach(cell.nucleus.outline, nx, ny);
    }
  }
  return { left, top, width, height, radial, edge: radial.slice(), depth, core };
}

/** What `map` (one of a territory's arrays) holds at a point of the box; infinite outside the box. */
export function valueAt({ width, height }: Territory, map: Float32Array, x: number, y: number): number {
  const column = Math.round(x);
  const row = Math.round(y);
  if (column < 0 || row < 0 || column >= width || row >= height) return Number.POSITIVE_INFINITY;
  return map[row * width + column]!;
}

/** Calls `visit` with the index in the box and in the field of every pixel of the box that lies in the field. */
export function forEachInside(
  { left, top, width, height }: Territory,
  size: number,
  visit: (index: number, pixel: number) => void,
): void {
  const right = Math.min(width, size - left);
  const bottom = Math.min(height, size - top);
  for (let row = Math.max(0, -top); row < bottom; row++) {
    for (let column = Math.max(0, -left); column < right; column++) {
      visit(row * width + column, (top + row) * size + left + column);
    }
  }
}
