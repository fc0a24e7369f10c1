import { SMALLEST_SIDE, TOTAL_STRIDE } from '../network/architecture.ts';

/** The instances of a field, `[K, rows, columns]`, as output by the model. */
export interface InstanceMap {
  readonly map: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** A place between two instances: the one before, the one after, and the weight of the latter. */
interface Between {
  readonly before: number;
  readonly after: number;
  readonly share: number;
}

/**
 * The instances of a field interpolated to its pixels, `[K, height, width]`: the probability of every class around each
 * pixel. An instance lies at the centre of its receptive field: instance j at pixel 31 + 32 j of the enlarged field,
 * counted from 0, which is (31 + 32 j + ½) / f - ½ of a field that is enlarged f times. Linear between centres; beyond
 * the outermost, the nearest.
 */
export function classProbabilityMap(
  { map, rows, columns }: InstanceMap,
  { height, width, enlarge = 1 }: { height: number; width: number; enlarge?: number | undefined },
): Float32Array {
  const classes = map.length / (rows * columns);
  const down = betweenInstances(height, { instances: rows, enlarge });
  const across = betweenInstances(width, { instances: columns, enlarge });
  const probability = new Float32Array(classes * height * width);
  let at = 0;
  for (let k = 0; k < classes; k++) {
    for (const row of down) {
      const upper = (k * rows + row.before) * columns;
      const lower = (k * rows + row.after) * columns;
      for (const { before, after, share } of across) {
        const above = map[upper + before]! * (1 - share) + map[upper + after]! * share;
        const below = map[lower + before]! * (1 - share) + map[lower + after]! * share;
        probability[at++] = above * (1 - row.share) + below * row.share;
      }
    }
  }
  return probability;
}

function betweenInstances(length: number, { instances, enlarge }: { instances: number; enlarge: number }): Between[] {
  const first = (SMALLEST_SIDE - 1) / 2;
  return Array.from({ length }, (_, x) => {
    const place = ((x + 0.5) * enlarge - 0.5 - first) / TOTAL_STRIDE;
    const inside = Math.min(instances - 1, Math.max(0, place));
    const before = Math.floor(inside);
    return { before, after: Math.min(instances - 1, before + 1), share: inside - before };
  });
}
