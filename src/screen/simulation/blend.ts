import type { Territory } from './territory.ts';

/** A pattern of light in a cell's box and its share of the cell's light. */
export type Layer = readonly [light: Float32Array, share: number];

/** Adds up layers, each cut at the edge of the cell and scaled so that its sum is its share. */
export function blend(territory: Territory, layers: readonly Layer[]): Float32Array {
  const sum = new Float32Array(territory.width * territory.height);
  for (const [light, share] of layers) {
    let total = 0;
    for (let i = 0; i < light.length; i++) {
      light[i]! *= inside(territory.depth[i]!);
      total += light[i]!;
    }
    if (total <= 0) continue;
    const scale = share / total;
    for (let i = 0; i < light.length; i++) sum[i]! += scale * light[i]!;
  }
  return sum;
}

/** How much of a pixel at `depth` pixels from the edge lies in the cell, over an edge 1.2 pixels wide. */
function inside(depth: number): number {
  return Math.min(1, Math.max(0, depth / 1.2 + 0.5));
}

/** Thickness of the cell, relative: thin at the edge, thick in the middle. Light of what fills it goes with it. */
export function thickness(territory: Territory): Float32Array {
  return territory.edge.map((edge) => (edge < 1 ? 0.3 + 0.7 * (1 - edge * edge) : 0.3));
}
