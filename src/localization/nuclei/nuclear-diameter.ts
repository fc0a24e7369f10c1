import type { Mask } from '../plane.ts';
import { areasOf, connectedComponents } from '../regions/connected-components.ts';
import { distanceTransform } from '../regions/distance-transform.ts';

/** Parts of a mask with fewer pixels carry no information about the size of a nucleus. */
const LEAST_AREA = 12;

/**
 * Diameter of a typical nucleus in a mask of nuclei that may touch (pixels): twice the median radius of the largest disc
 * in each part of the mask, parts weighted by their area. Undefined when all parts are specks.
 */
export function nuclearDiameter(mask: Mask): number | undefined {
  const parts = connectedComponents(mask);
  const areas = areasOf(parts);
  const radii = new Float32Array(parts.count + 1);
  distanceTransform(mask).forEach((distance, pixel) => {
    const part = parts.data[pixel]!;
    if (distance > radii[part]!) radii[part] = distance;
  });
  return diameterOfParts({ areas, radii });
}

/**
 * {@link nuclearDiameter} of parts that were measured: the area of each, and the radius of the largest disc in it. Place 0 is
 * that of the background.
 */
export function diameterOfParts({
  areas,
  radii,
}: {
  readonly areas: ArrayLike<number>;
  readonly radii: ArrayLike<number>;
}): number | undefined {
  const sized = Array.from({ length: areas.length - 1 }, (_, i) => ({ area: areas[i + 1]!, radius: radii[i + 1]! }))
    .filter(({ area, radius }) => area >= LEAST_AREA && Number.isFinite(radius))
    .sort((a, b) => a.radius - b.radius);
  const total = sized.reduce((sum, { area }) => sum + area, 0);
  let passed = 0;
  for (const { area, radius } of sized) {
    passed += area;
    if (2 * passed >= total) return 2 * radius;
  }
  return undefined;
}
