import type { Labels, Mask } from '../plane.ts';
import { connectedComponents } from './connected-components.ts';
import { fillHoles } from './fill-holes.ts';
import { type Box, keepRegions, type LabelledRegions, measureLabels, type Region } from './measure-labels.ts';
import { splitTouching } from './split-touching.ts';

/** How regions are found; areas in pixels. */
export interface RegionOptions {
  /** Holes of at most this area are filled: 0 none, `Infinity` all. */
  readonly largestHole?: number | undefined;
  /** Regions of a smaller area are left out. */
  readonly leastArea?: number | undefined;
  /** Whether regions that reach the border of the field are left out. */
  readonly clearBorder?: boolean | undefined;
  /** Whether cells that touch are divided, see `splitTouching`. */
  readonly split?: boolean | undefined;
  /** Diameter of a typical cell, for `split` (pixels); estimated from the mask if left out. */
  readonly diameter?: number | undefined;
}

/**
 * The regions of a mask: holes are filled, then parts that touch (even at a corner) become regions or, with `split`,
 * are divided into cells; last, specks and regions at the border are removed. Numbered from 1, in the order of their
 * first pixels.
 *
 * @example
 * const { labels, regions } = findRegions(mask, { largestHole: 50, leastArea: 20, split: true });
 * for (const { label, x, y, area } of regions) console.log(label, x, y, area);
 */
export function findRegions(mask: Mask, options: RegionOptions = {}): LabelledRegions {
  const parts = partsOf(mask, options);
  return keepRegions(parts, chooseRegions(parts, options));
}

/** The candidate regions, before any is removed. */
export function partsOf(mask: Mask, { largestHole = 0, split = false, diameter }: RegionOptions): Labels {
  const filled = largestHole > 0 ? fillHoles(mask, { mostArea: largestHole }) : mask;
  return split ? splitTouching(filled, { diameter }) : connectedComponents(filled);
}

/** The regions that remain, with their numbers in `labels`. */
export function chooseRegions(labels: Labels, options: RegionOptions): Region[] {
  return measureLabels(labels).filter(remains(labels, options));
}

/** Says whether a region of a field of this size remains. */
export function remains(
  { height, width }: { readonly height: number; readonly width: number },
  { leastArea = 1, clearBorder = false }: RegionOptions,
): (region: Region) => boolean {
  const inside = ({ left, top, right, bottom }: Box): boolean =>
    left > 0 && top > 0 && right < width && bottom < height;
  return ({ area, box }) => area >= leastArea && (!clearBorder || inside(box));
}
