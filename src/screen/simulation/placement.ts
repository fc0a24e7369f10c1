import type { Random } from '../../random.ts';
import type { Cell, PlacedCell } from './cell.ts';

/** How far outside the field centres may lie (pixels), so that cells reach in over its edge. */
export const margin = 24;
/** Centres are at least this share of the sum of two radii apart: cells touch and overlap, nuclei hardly. */
const closest = 0.7;
const tries = 40;

/**
 * Places cells in islands, as epithelial cells grow: most stand against one that is there already, the others found a
 * new island anywhere. A cell that finds no room is left out, so a full field holds fewer than were given.
 */
export function placeCells(random: Random, cells: readonly Cell[], { size }: { size: number }): PlacedCell[] {
  const placed: PlacedCell[] = [];
  const least = -margin;
  const most = size + margin;
  const free = (x: number, y: number, radius: number): boolean =>
    placed.every((other) => {
      const apart = closest * (radius + other.radius);
      return (other.x - x) ** 2 + (other.y - y) ** 2 >= apart * apart;
    });
  for (const cell of cells) {
    for (let attempt = 0; attempt < tries; attempt++) {
      let x = least + (most - least) * random.uniform();
      let y = least + (most - least) * random.uniform();
      if (placed.length > 0 && random.uniform() < 0.8) {
        const neighbour = placed[random.integer(placed.length)]!;
        const direction = 2 * Math.PI * random.uniform();
        const apart = (cell.radius + neighbour.radius) * (closest + 0.4 * random.uniform());
        x = neighbour.x + apart * Math.cos(direction);
        y = neighbour.y + apart * Math.sin(direction);
      }
      if (x < least || y < least || x >= most || y >= most || !free(x, y, cell.radius)) continue;
      placed.push({ ...cell, x, y });
      break;
    }
  }
  return placed;
}
