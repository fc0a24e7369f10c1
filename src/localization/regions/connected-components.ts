import type { Labels, Mask } from '../plane.ts';

/**
 * Numbers the connected parts of a mask from 1, in the order of their first pixels in the plane; for a label image, the
 * connected parts of each label.
 *
 * @param options.connectivity 8 joins pixels that touch at a corner, 4 only those that share a side
 */
export function connectedComponents(
  { data, height, width }: Mask | Omit<Labels, 'count'>,
  { connectivity = 8 }: { connectivity?: 4 | 8 } = {},
): Labels {
  const labels = new Int32Array(height * width);
  const stack: number[] = [];
  let count = 0;
  for (let first = 0; first < labels.length; first++) {
    const value = data[first];
    if (value === 0 || labels[first] !== 0) continue;
    count++;
    labels[first] = count;
    stack.push(first);
    for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
      const x = pixel % width;
      const y = (pixel - x) / width;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const near = v * width + u;
          if (data[near] !== value || labels[near] !== 0 || (connectivity === 4 && u !== x && v !== y)) continue;
          labels[near] = count;
          stack.push(near);
        }
      }
    }
  }
  return { data: labels, height, width, count };
}

/** How many pixels each label has; place 0 counts the background. */
export function areasOf({ data, count }: Labels): Uint32Array {
  const areas = new Uint32Array(count + 1);
  for (const label of data) areas[label]! += 1;
  return areas;
}
