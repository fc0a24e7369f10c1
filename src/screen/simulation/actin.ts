import type { Random } from '../../random.ts';
import { blend, type Layer, thickness } from './blend.ts';
import type { PlacedCell } from './cell.ts';
import { addLine, addSpot, createCanvas } from './strokes.ts';
import { type Territory, valueAt } from './territory.ts';
import { drawTexture } from './texture.ts';

/** Paints the filamentous actin of a cell in its box in the form its phenotype has: light that sums to 1. */
export function paintActin(random: Random, cell: PlacedCell, territory: Territory): Float32Array {
  const { width, height } = territory;
  const grain = drawTexture(random, { width, height, grain: 3 });
  const pool = thickness(territory);
  for (let i = 0; i < pool.length; i++) pool[i]! *= 1 + 0.3 * grain[i]!;
  const layers: Record<typeof cell.form.actin, () => Layer[]> = {
    cortex: () => [
      [pool, 0.45],
      [cortex(random, territory), 0.45],
      [fibres(random, cell, territory, { spacing: 6, straightness: 0.35, thickness: 1 }), 0.1],
    ],
    fibres: () => [
      [pool, 0.14],
      [cortex(random, territory), 0.06],
      [fibres(random, cell, territory, { spacing: 5, straightness: 0.06, thickness: 2 }), 0.8],
    ],
    patches: () => [
      [pool, 0.42],
      [cortex(random, territory), 0.06],
      [patches(random, territory), 0.52],
    ],
  };
  return blend(territory, layers[cell.form.actin]());
}

/** The cortex under the membrane, brighter in some stretches than in others. */
function cortex(random: Random, { width, height, depth }: Territory): Float32Array {
  const stretches = drawTexture(random, { width, height, grain: 7 });
  return depth.map((d, i) => {
    if (d < -1 || d > 8) return 0;
    const ruffle = Math.max(0.08, 0.75 + 1.3 * stretches[i]!);
    return ruffle * Math.exp(-0.5 * ((d - 0.8) / 1.4) ** 2);
  });
}

/** Stress fibres about along the cell, `spacing` pixels apart and turned by about `straightness` radians. */
function fibres(
  random: Random,
  cell: PlacedCell,
  { width, height, left, top }: Territory,
  { spacing, straightness, thickness }: { spacing: number; straightness: number; thickness: number },
): Float32Array {
  const canvas = createCanvas(width, height);
  const angle = cell.angle + 0.2 * random.normal();
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let across = -cell.extent; across <= cell.extent; across += spacing * (0.75 + 0.5 * random.uniform())) {
    const turn = straightness * random.normal();
    const [along, aside] = [Math.cos(angle + turn), Math.sin(angle + turn)];
    const x = cell.x - left - across * sin + 0.15 * cell.extent * random.normal() * cos;
    const y = cell.y - top + across * cos + 0.15 * cell.extent * random.normal() * sin;
    const half = cell.extent * (0.6 + 0.5 * random.uniform());
    const amount = 0.5 + random.uniform();
    for (let strand = 0; strand < thickness; strand++) {
      const [dx, dy] = [-strand * aside, strand * along];
      addLine(canvas, {
        from: [x - half * along + dx, y - half * aside + dy],
        to: [x + half * along + dx, y + half * aside + dy],
        amount,
      });
    }
  }
  return canvas.light;
}

/** Bright points scattered through the cytoplasm, as when actin collapses into foci. */
function patches(random: Random, territory: Territory): Float32Array {
  const { width, height, edge } = territory;
  const canvas = createCanvas(width, height);
  const wanted = 14 + random.integer(10);
  for (let attempt = 0, painted = 0; attempt < 20 * wanted && painted < wanted; attempt++) {
    const x = width * random.uniform();
    const y = height * random.uniform();
    if (valueAt(territory, edge, x, y) >= 0.9) continue;
    addSpot(canvas, { x, y, sigma: 0.8 + 0.6 * random.uniform(), amount: 0.5 + random.uniform() });
    painted++;
  }
  return canvas.light;
}
