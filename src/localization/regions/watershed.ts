import type { Labels, Mask } from '../plane.ts';

/**
 * Divides a mask into the basins of its peaks: flooded from the highest level down, a pixel goes to the basin of its
 * highest neighbour (of eight), and a pixel without such a neighbour begins a basin. If two basins meet less than
 * `depth` below the lower of their peaks, they are joined. Parts of the mask that do not touch are never joined.
 *
 * @param levels finite numbers, `[height, width]`: higher means further inside
 * @param options.depth in the units of `levels`
 */
export function watershed(levels: Float32Array, mask: Mask, { depth }: { depth: number }): Labels {
  const { height, width } = mask;
  return renumber(flood(levels, mask, { depth }), { height, width });
}

/** The basins of a mask. */
interface Basins {
  /** Of each pixel: a basin from 1, which may have been joined to another; 0 outside of the mask. */
  readonly basin: Int32Array;
  /** The basin that another was joined to in the end. */
  readonly find: (basin: number) => number;
  /** The pixel that is the peak of each basin. */
  readonly peaks: readonly number[];
}

/** Floods a mask as {@link watershed} does. */
export function flood(levels: Float32Array, { data: mask, height, width }: Mask, { depth }: { depth: number }): Basins {
  const basin = new Int32Array(height * width);
  /** For each basin from 1: the basin it was joined to (itself, if none), and its highest pixel. */
  const parents = [0];
  const peaks = [0];
  const find = (label: number): number => {
    let root = label;
    while (parents[root] !== root) root = parents[root]!;
    for (let at = label; at !== root; ) [at, parents[at]] = [parents[at]!, root];
    return root;
  };
  const peakOf = (label: number): number => levels[peaks[label]!]!;
  for (const pixel of fromTheHighest(levels, mask)) {
    const level = levels[pixel]!;
    const x = pixel % width;
    const y = (pixel - x) / width;
    const met: number[] = [];
    let highest = -1;
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const near = v * width + u;
        if (basin[near] === 0) continue;
        const root = find(basin[near]!);
        if (!met.includes(root)) met.push(root);
        if (highest < 0 || levels[near]! > levels[highest]!) highest = near;
      }
    }
    if (highest < 0) {
      basin[pixel] = parents.length;
      parents.push(parents.length);
      peaks.push(pixel);
      continue;
    }
    basin[pixel] = basin[highest]!;
    met.sort((a, b) => peakOf(b) - peakOf(a));
    for (const lower of met.slice(1)) if (peakOf(lower) - level < depth) parents[lower] = met[0]!;
  }
  return { basin, find, peaks };
}

/** The pixels of the mask, highest first; pixels of equal level in the order of the plane. */
function fromTheHighest(levels: Float32Array, mask: Uint8Array): Uint32Array {
  const pixels = new Uint32Array(mask.reduce((sum, inside) => sum + inside, 0));
  let count = 0;
  mask.forEach((inside, pixel) => {
    if (inside === 1) pixels[count++] = pixel;
  });
  return pixels.sort((a, b) => levels[b]! - levels[a]! || a - b);
}

/** Numbers the remaining basins from 1, in the order of their first pixels in the plane. */
function renumber({ basin, find }: Basins, { height, width }: { height: number; width: number }): Labels {
  const numbers = new Map<number, number>();
  const data = basin.map((label) => {
    if (label === 0) return 0;
    const root = find(label);
    const number = numbers.get(root) ?? numbers.size + 1;
    numbers.set(root, number);
    return number;
  });
  return { data, height, width, count: numbers.size };
}
