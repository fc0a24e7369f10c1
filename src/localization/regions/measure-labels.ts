import type { Labels } from '../plane.ts';

/** Position and area of one label. */
export interface Region {
  /** Its value among the labels. */
  readonly label: number;
  /** Centre of mass of its pixels (pixels, 0 being the middle of the first). */
  readonly x: number;
  readonly y: number;
  /** Pixels. */
  readonly area: number;
  /** Its bounding box. */
  readonly box: Box;
}

/** The first column and row, and the first ones after it: the width is `right - left` (pixels, origin top left). */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Regions of a field, each with its number in the label image. */
export interface LabelledRegions<R extends Region = Region> {
  /** `[height, width]`: 0 background, 1..n the regions. */
  readonly labels: Int32Array;
  readonly height: number;
  readonly width: number;
  /** In the order of their labels. */
  readonly regions: readonly R[];
}

/** Measures every label that has a pixel, in their order. */
export function measureLabels({ data, height, width, count }: Labels): Region[] {
  const { add, result } = measureRegions({ height, width, count });
  add(data);
  return result();
}

/** {@link measureLabels} of a label image that comes in strips of rows, from top to bottom. */
export function measureRegions({ height, width, count }: Omit<Labels, 'data'>): {
  readonly add: (rows: Int32Array) => void;
  readonly result: () => Region[];
} {
  const sums = { area: new Float64Array(count + 1), x: new Float64Array(count + 1), y: new Float64Array(count + 1) };
  const left = new Int32Array(count + 1).fill(width);
  const top = new Int32Array(count + 1).fill(height);
  const right = new Int32Array(count + 1);
  const bottom = new Int32Array(count + 1);
  let y = 0;
  return {
    add(rows) {
      for (let pixel = 0; pixel < rows.length; y++) {
        for (let x = 0; x < width; x++, pixel++) {
          const label = rows[pixel]!;
          if (label === 0) continue;
          sums.area[label]! += 1;
          sums.x[label]! += x;
          sums.y[label]! += y;
          if (x < left[label]!) left[label] = x;
          if (x >= right[label]!) right[label] = x + 1;
          if (y < top[label]!) top[label] = y;
          bottom[label] = y + 1;
        }
      }
    },
    result() {
      const regions: Region[] = [];
      for (let label = 1; label <= count; label++) {
        const area = sums.area[label]!;
        if (area === 0) continue;
        const box = { left: left[label]!, top: top[label]!, right: right[label]!, bottom: bottom[label]! };
        regions.push({ label, x: sums.x[label]! / area, y: sums.y[label]! / area, area, box });
      }
      return regions;
    },
  };
}

/** For each label of `count` its number among those `kept`, from 1 in their order; 0 for the others and the background. */
export function renumbering(kept: readonly Pick<Region, 'label'>[], count: number): Int32Array {
  const numbers = new Int32Array(count + 1);
  kept.forEach(({ label }, i) => {
    numbers[label] = i + 1;
  });
  return numbers;
}

/** The label image with only the labels `kept`, numbered from 1 in their order. */
export function keepRegions<R extends Region>(labels: Labels, kept: readonly R[]): LabelledRegions<R> {
  const numbers = renumbering(kept, labels.count);
  return {
    labels: labels.data.map((label) => numbers[label]!),
    height: labels.height,
    width: labels.width,
    regions: kept.map((region, i) => ({ ...region, label: i + 1 })),
  };
}
