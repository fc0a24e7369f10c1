import { convexArea } from './convex-area.ts';
import { edgeOf, type Region } from './region.ts';

/** CellProfiler's names of what {@link measureShape} gives, in its order; each is preceded by `AreaShape_`. */
export const shapeNames = [
  'Area',
  'Perimeter',
  'FormFactor',
  'Eccentricity',
  'Solidity',
  'Extent',
  'MajorAxisLength',
  'MinorAxisLength',
] as const;

/**
 * Size and shape of an object, lengths in pixels, in the order of {@link shapeNames}, as CellProfiler's
 * MeasureObjectSizeShape defines them: axes and eccentricity are those of the ellipse with the same second moments, the
 * form factor is 4π · area / perimeter² (about 1 for a disc), solidity the share of its convex hull and extent the share of its
 * bounding box that the object fills.
 *
 * @param region of at least one pixel
 * @param labels the label image of the region
 */
export function measureShape(region: Region, labels: Int32Array): readonly number[] {
  const { pixels, width } = region;
  const area = pixels.length;
  let [sumX, sumY] = [0, 0];
  let [left, right] = [width, 0];
  for (const pixel of pixels) {
    const x = pixel % width;
    sumX += x;
    sumY += (pixel - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x);
  }
  const rows = Math.floor(pixels.at(-1)! / width) - Math.floor(pixels[0]! / width) + 1;
  let [xx, yy, xy] = [0, 0, 0];
  for (const pixel of pixels) {
    const x = pixel % width;
    const [dx, dy] = [x - sumX / area, (pixel - x) / width - sumY / area];
    xx += (dx * dx) / area;
    yy += (dy * dy) / area;
    xy += (dx * dy) / area;
  }
  const middle = (xx + yy) / 2;
  const spread = Math.hypot((xx - yy) / 2, xy);
  const [most, least] = [middle + spread, Math.max(0, middle - spread)];
  const perimeter = perimeterOf(region, labels);
  return [
    area,
    perimeter,
    perimeter > 0 ? (4 * Math.PI * area) / perimeter ** 2 : Number.NaN,
    most > 0 ? Math.sqrt(1 - least / most) : 0,
    area / convexArea(region),
    area / ((right - left + 1) * rows),
    4 * Math.sqrt(most),
    4 * Math.sqrt(least),
  ];
}

/**
 * The length of a line through the centres of the border pixels, each counted as 1, √2 or (1 + √2)/2, depending on how
 * the line passes through it (Benkrid and Crookes 2000, the estimator that CellProfiler takes from scikit-image).
 */
function perimeterOf(region: Region, labels: Int32Array): number {
  const { width } = region;
  const edge = edgeOf(region, labels, { frame: true });
  const onEdge = new Set(edge);
  let length = 0;
  for (const pixel of edge) {
    const x = pixel % width;
    const has = (dx: number, dy: number) =>
      x + dx >= 0 && x + dx < width && onEdge.has(pixel + dy * width + dx) ? 1 : 0;
    const sides = has(-1, 0) + has(1, 0) + has(0, -1) + has(0, 1);
    const corners = has(-1, -1) + has(1, -1) + has(-1, 1) + has(1, 1);
    length += stepLengths[corners]?.[sides] ?? 0;
  }
  return length;
}

const diagonal = Math.SQRT2;
const knight = (1 + Math.SQRT2) / 2;
/**
 * The length that a border pixel adds, by the number of border pixels that touch it at a corner (row) and at a side
 * (column).
 */
const stepLengths: readonly (readonly number[])[] = [
  [0, 0, 1, 1],
  [0, knight, 1, 1],
  [diagonal, knight, 1, 1],
  [0, diagonal],
];
