import type { Mask } from '../plane.ts';
import { areasOf, connectedComponents } from './connected-components.ts';

/**
 * Adds to a mask the holes in it: parts of the background (joined along sides) that do not reach the border of the
 * plane and have at most `mostArea` pixels, so that a ring of nuclei does not become one nucleus.
 */
export function fillHoles(mask: Mask, { mostArea = Number.POSITIVE_INFINITY }: { mostArea?: number } = {}): Mask {
  const { data, height, width } = mask;
  const outside = connectedComponents({ data: data.map((inside) => 1 - inside), height, width }, { connectivity: 4 });
  const isHole = areasOf(outside).map((area, label) => (label > 0 && area <= mostArea ? 1 : 0));
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) isHole[outside.data[y * width + x]!] = 0;
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) isHole[outside.data[y * width + x]!] = 0;
  return { data: data.map((inside, pixel) => inside | isHole[outside.data[pixel]!]!), height, width };
}
