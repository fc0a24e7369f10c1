import type { Random } from '../../random.ts';
import type { PlacedCell } from './cell.ts';
import { drawCount } from './outline.ts';
import { type Territory, valueAt } from './territory.ts';

/**
 * What the vacuoles of a cell leave of the light of its cytoplasm: 1 outside them, about 0.1 inside, `[height, width]`;
 * undefined where the cell has none.
 */
export function drawVacuoles(random: Random, cell: PlacedCell, territory: Territory): Float32Array | undefined {
  if (cell.form.vacuoles === 0) return undefined;
  const { width, height, edge, core } = territory;
  const remaining = new Float32Array(width * height).fill(1);
  const wanted = 3 + drawCount(random, cell.form.vacuoles - 3);
  const vacuoles: { x: number; y: number; radius: number }[] = [];
  for (let attempt = 0; attempt < 30 * wanted && vacuoles.length < wanted; attempt++) {
    const x = width * random.uniform();
    const y = height * random.uniform();
    const radius = 1.6 + 2 * random.uniform();
    if (valueAt(territory, edge, x, y) >= 0.85 || valueAt(territory, core, x, y) <= 1.1) continue;
    if (vacuoles.some((other) => Math.hypot(other.x - x, other.y - y) < other.radius + radius)) continue;
    vacuoles.push({ x, y, radius });
  }
  for (const { x, y, radius } of vacuoles) {
    for (let row = Math.max(0, Math.floor(y - radius - 2)); row < Math.min(height, y + radius + 2); row++) {
      for (let column = Math.max(0, Math.floor(x - radius - 2)); column < Math.min(width, x + radius + 2); column++) {
        const inside = Math.min(1, Math.max(0, (radius - Math.hypot(column - x, row - y)) / 1.2 + 0.5));
        remaining[row * width + column]! *= 1 - 0.9 * inside;
      }
    }
  }
  return remaining;
}
