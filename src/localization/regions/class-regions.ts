import { MilscopeError } from '../../errors.ts';
import { counted } from '../../words.ts';
import type { Labels, Mask } from '../plane.ts';
import { keepRegions, type LabelledRegions, type Region } from './measure-labels.ts';
import { chooseRegions, partsOf, type RegionOptions } from './regions.ts';

/** A region with its class. */
export interface ClassifiedRegion extends Region {
  /** Its class, as an index. */
  readonly classIndex: number;
  /** Mean over the region of the map of each class, in their order; none where there are no maps. */
  readonly means: readonly number[];
}

/** A map for each class, `[classes, height, width]`, at the resolution of the field. */
export interface ClassMaps {
  readonly data: Float32Array;
  readonly classes: number;
}

/**
 * The mean of each class over every region, and the class where it is largest (the first of several). Pixels whose
 * value is not finite are ignored; if none is finite, the mean is 0.
 *
 * @throws BadShape when the maps have another size than the label image
 */
export function classifyRegions(found: LabelledRegions, maps: ClassMaps): LabelledRegions<ClassifiedRegion> {
  const means = meansOf(found, maps);
  const regions = found.regions.map((region) => {
    const own = means[region.label - 1]!;
    return { ...region, classIndex: own.indexOf(Math.max(...own)), means: own };
  });
  return { ...found, regions };
}

/**
 * The regions of several classes in one field, each with the class of its mask. A pixel in several masks belongs to the
 * class whose map is largest there or, without maps, to the first. The regions are numbered class by class.
 *
 * @param masks one a class, all of one size
 * @throws BadShape when the masks, or the maps, differ in size, or there is no mask
 */
export function findClassRegions(
  masks: readonly Mask[],
  { maps, ...options }: RegionOptions & { readonly maps?: ClassMaps | undefined } = {},
): LabelledRegions<ClassifiedRegion> {
  const owners = ownersOf(masks, maps);
  const { height, width } = masks[0]!;
  const data = new Int32Array(height * width);
  const classOf = [-1];
  for (let i = 0; i < masks.length; i++) {
    const own = { data: Uint8Array.from(owners, (owner) => Number(owner === i)), height, width };
    const parts = partsOf(own, options);
    const before = classOf.length - 1;
    for (let label = 1; label <= parts.count; label++) classOf.push(i);
    // Filling a hole takes no pixels from other classes.
    parts.data.forEach((label, pixel) => {
      if (label > 0 && (owners[pixel] === i || (owners[pixel] === -1 && data[pixel] === 0))) {
        data[pixel] = before + label;
      }
    });
  }
  const labels: Labels = { data, height, width, count: classOf.length - 1 };
  const chosen = chooseRegions(labels, options);
  const found = keepRegions(labels, chosen);
  const means = maps ? meansOf(found, maps) : [];
  const regions = found.regions.map((region, i) => ({
    ...region,
    classIndex: classOf[chosen[i]!.label]!,
    means: means[i] ?? [],
  }));
  return { ...found, regions };
}

/** The class of every pixel, -1 where it is in no mask. */
function ownersOf(masks: readonly Mask[], maps: ClassMaps | undefined): Int32Array {
  const [first] = masks;
  if (first === undefined || masks.some(({ height, width }) => height !== first.height || width !== first.width)) {
    throw new MilscopeError('BadShape', {
      problem: 'regions of several classes need masks of one size',
      found: masks.map(({ height, width }) => `${width} × ${height}`).join(', ') || 'no mask',
    });
  }
  if (maps) checkMaps(maps, { ...first, least: masks.length });
  const size = first.height * first.width;
  return ownersOfPixels(
    masks.map(({ data }) => data),
    maps ? masks.map((_, i) => maps.data.subarray(i * size, (i + 1) * size)) : [],
  );
}

/** The class of every pixel, -1 where it is in no mask; of several masks that with the largest map or, without maps, the first. */
export function ownersOfPixels(masks: readonly Uint8Array[], maps: readonly Float32Array[]): Int32Array {
  const owners = new Int32Array(masks[0]!.length).fill(-1);
  for (const [i, mask] of masks.entries()) {
    for (let pixel = 0; pixel < owners.length; pixel++) {
      if (mask[pixel] === 0) continue;
      const owner = owners[pixel]!;
      if (owner < 0 || (maps[i]?.[pixel] ?? 0) > (maps[owner]?.[pixel] ?? 0)) owners[pixel] = i;
    }
  }
  return owners;
}

/** For every region the mean of each class, `[regions][classes]`. */
function meansOf({ labels, height, width, regions }: LabelledRegions, maps: ClassMaps): number[][] {
  checkMaps(maps, { height, width, least: 1 });
  const { add, of } = meansByRegion({ regions: regions.length, classes: maps.classes });
  add(labels, maps.data);
  return regions.map((_, i) => of(i + 1));
}

/** The means of classes over regions, of a field that comes in strips of rows. */
export function meansByRegion({ regions, classes }: { readonly regions: number; readonly classes: number }): {
  /** Adds pixels: their labels, and the maps of all classes over them. */
  readonly add: (labels: Int32Array, maps: Float32Array) => void;
  /** The mean of each class over the region of a label. */
  readonly of: (label: number) => number[];
} {
  const sums = Array.from({ length: classes }, () => new Float64Array(regions + 1));
  const counts = Array.from({ length: classes }, () => new Uint32Array(regions + 1));
  return {
    add(labels, maps) {
      for (let i = 0, at = 0; i < classes; i++) {
        const [own, count] = [sums[i]!, counts[i]!];
        for (let pixel = 0; pixel < labels.length; pixel++, at++) {
          const value = maps[at]!;
          if (!Number.isFinite(value)) continue;
          own[labels[pixel]!]! += value;
          count[labels[pixel]!]! += 1;
        }
      }
    },
    of: (label) => sums.map((own, i) => own[label]! / Math.max(1, counts[i]![label]!)),
  };
}

function checkMaps(
  { data, classes }: ClassMaps,
  { height, width, least }: { height: number; width: number; least: number },
): void {
  if (classes >= least && data.length === classes * height * width) return;
  throw new MilscopeError('BadShape', {
    problem: 'the maps do not fit the label image',
    found: `${counted(data.length, 'value')} of ${counted(classes, 'class')}`,
    expected: `[${Math.max(classes, least)}, ${height}, ${width}]`,
  });
}
