import type { ClassifiedRegion } from './class-regions.ts';
import type { LabelledRegions, Region } from './measure-labels.ts';

/** The regions of a field, with their classes where these are known. */
export type FieldRegions = LabelledRegions<Region & Partial<Pick<ClassifiedRegion, 'classIndex' | 'means'>>>;

/** CellProfiler's names of the measurements of a region, in the order of {@link measurementsOf}. */
export const measurementNames = [
  'Location_Center_X',
  'Location_Center_Y',
  'AreaShape_Area',
  'AreaShape_BoundingBoxMinimum_X',
  'AreaShape_BoundingBoxMinimum_Y',
  'AreaShape_BoundingBoxMaximum_X',
  'AreaShape_BoundingBoxMaximum_Y',
] as const;

/**
 * Centre (pixels, 0 being the middle of the first, to a hundredth), area, and bounding box, whose maximum is the first
 * column or row after the region.
 */
export function measurementsOf({ x, y, area, box }: Region): readonly number[] {
  return [rounded(x), rounded(y), area, box.left, box.top, box.right, box.bottom];
}

/** The name of the class of a region, undefined where it is not known. */
export function classOf(
  { classIndex }: FieldRegions['regions'][number],
  classes: readonly string[],
): string | undefined {
  return classIndex === undefined ? undefined : classes[classIndex];
}

/** A mean, rounded to its six meaningful digits. */
export function meanAsWritten(mean: number): number {
  return Number(mean.toPrecision(6));
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
