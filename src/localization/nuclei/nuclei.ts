import { blur } from '../../pixels/gaussian.ts';
import { depthInside } from '../depth.ts';
import type { Mask, Plane } from '../plane.ts';
import { fillHoles } from '../regions/fill-holes.ts';
import { keepRegions, measureLabels, type Region } from '../regions/measure-labels.ts';
import { watershed } from '../regions/watershed.ts';
import { brightForeground } from './foreground.ts';
import { nuclearDiameter } from './nuclear-diameter.ts';

/** One nucleus of a field. */
export type Nucleus = Region;

/** The nuclei of a field. */
export interface DetectedNuclei {
  /** `[height, width]`: 0 background, 1..n the nuclei. */
  readonly labels: Int32Array;
  readonly height: number;
  readonly width: number;
  /** In the order of their labels. */
  readonly nuclei: readonly Nucleus[];
}

export interface DetectOptions {
  /** Diameter of a typical nucleus (pixels); estimated from the field itself if left out. */
  readonly diameter?: number | undefined;
}

/** Lengths in diameters of a nucleus, areas in those of a disc as wide; tuned on the training fields of bench/detect.ts. */
const SMOOTHING = 0.03;
const LARGEST_HOLE = 0.25;
const LEAST_AREA = 0.03;
const DISTANCE_SMOOTHING = 0.05;
const LIGHT_SMOOTHING = 0.07;
/** Weight of the brightness relative to the distance: what a pixel of mean brightness adds. */
const LIGHT = 0.25;
/** How far the level must fall between two nuclei. */
const DEPTH = 0.02;
/** Smoothing before the diameter is known (pixels). */
const FIRST_SMOOTHING = 1;

/**
 * Finds the nuclei of a field, which are brighter than their surroundings: Otsu's threshold after slight smoothing,
 * holes filled, touching nuclei divided by a watershed on the distance to the background and the brightness, specks
 * removed. The result does not depend on gain and offset of the camera. A constant plane, or one of noise, has none.
 * The largest label is the number of nuclei.
 *
 * @param plane finite intensities, `[height, width]`
 *
 * @example
 * const { nuclei } = detectNuclei({ data: dna, height: 512, width: 512 });
 * for (const { x, y, area } of nuclei) console.log(x, y, area);
 */
export function detectNuclei(plane: Plane, { diameter: given }: DetectOptions = {}): DetectedNuclei {
  const diameter = given ?? nuclearDiameter(brightForeground(plane, { sigma: FIRST_SMOOTHING })) ?? 0;
  const disc = (Math.PI / 4) * diameter ** 2;
  const bright = brightForeground(plane, { sigma: SMOOTHING * diameter });
  const mask = fillHoles(bright, { mostArea: LARGEST_HOLE * disc });
  const levels = depthOf(mask, { plane, diameter });
  const labels = watershed(levels, mask, { depth: DEPTH * diameter });
  const leastArea = Math.max(4, LEAST_AREA * disc);
  const large = measureLabels(labels).filter(({ area }) => area >= leastArea);
  const { labels: numbered, height, width, regions } = keepRegions(labels, large);
  return { labels: numbered, height, width, nuclei: regions };
}

/**
 * How deep inside a nucleus each pixel of the mask is (pixels): the distance to the background, more where it is
 * bright.
 */
function depthOf(mask: Mask, { plane, diameter }: { plane: Plane; diameter: number }): Float32Array {
  const { height, width } = plane;
  const levels = depthInside(mask, { sigma: DISTANCE_SMOOTHING * diameter });
  const light = new Float32Array(plane.data);
  blur(light, { height, width, sigma: LIGHT_SMOOTHING * diameter });
  const sums = [0, 0];
  const counts = [0, 0];
  mask.data.forEach((inside, pixel) => {
    sums[inside]! += light[pixel]!;
    counts[inside]! += 1;
  });
  const [background, foreground] = sums.map((sum, i) => sum / Math.max(1, counts[i]!)) as [number, number];
  const contrast = foreground - background;
  if (!(contrast > 0)) return levels;
  return levels.map((level, i) => level + LIGHT * diameter * Math.min(2, (light[i]! - background) / contrast));
}
