import { type Layer, smallestSide, totalStride } from '../network/architecture.ts';
import { layersOf, type ModelDescription } from '../network/model-file.ts';

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
 * pixel. An instance lies at the centre of its receptive field: instance j at pixel c + s·j of the enlarged field,
 * counted from 0, which is (c + s·j + ½) / f - ½ of a field that is enlarged f times; s is the total stride of the layers
 * and c the middle of the smallest side, 32 and 31 of the paper's. Linear between centres; beyond the outermost, the
 * nearest.
 */
export function classProbabilityMap(
  { map, rows, columns }: InstanceMap,
  {
    height,
    width,
    enlarge = 1,
    layers,
  }: { height: number; width: number } & Pick<ModelDescription, 'enlarge' | 'layers'>,
): Float32Array {
  const of = probabilityRows({ map, rows, columns }, { height, width, enlarge, layers });
  return of.rows({ top: 0, height });
}

/** {@link classProbabilityMap} of some rows of a field at a time, `[K, height, width]`. */
export function probabilityRows(
  { map, rows, columns }: InstanceMap,
  {
    height: all,
    width,
    enlarge = 1,
    layers,
  }: { height: number; width: number } & Pick<ModelDescription, 'enlarge' | 'layers'>,
): {
  readonly classes: number;
  readonly rows: (rows: { readonly top: number; readonly height: number }) => Float32Array;
} {
  const classes = map.length / (rows * columns);
  const seen = { enlarge, layers: layersOf({ layers }) };
  const down = betweenInstances(all, { ...seen, instances: rows });
  const across = betweenInstances(width, { ...seen, instances: columns });
  return {
    classes,
    rows({ top, height }) {
      const probability = new Float32Array(classes * height * width);
      let at = 0;
      for (let k = 0; k < classes; k++) {
        for (const row of down.slice(top, top + height)) {
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
    },
  };
}

function betweenInstances(
  length: number,
  { instances, enlarge, layers }: { instances: number; enlarge: number; layers: readonly Layer[] },
): Between[] {
  const first = (smallestSide(layers) - 1) / 2;
  const stride = totalStride(layers);
  return Array.from({ length }, (_, x) => {
    const place = ((x + 0.5) * enlarge - 0.5 - first) / stride;
    const inside = Math.min(instances - 1, Math.max(0, place));
    const before = Math.floor(inside);
    return { before, after: Math.min(instances - 1, before + 1), share: inside - before };
  });
}
