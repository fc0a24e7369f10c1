import { propagateInTiles } from '../belief/propagate-in-tiles.ts';
import { measureDeviation } from '../standard-deviation.ts';
import { type StoredPlane, stripsOfPlane } from '../stored/stored-plane.ts';
import { thresholdOfPieces } from '../stored/threshold-of-plane.ts';
import { squareRoot, thresholdLogOdds } from '../threshold/unary.ts';
import type { PlainMaskOptions } from './plain-mask.ts';
import type { StoredMask, StoredMaskOptions } from './stored-mask.ts';

/** The same mask as `plainMask` makes in one pass, of a field of any size. */
export async function storedPlainMask(
  map: StoredPlane<'float32'>,
  { threshold: choice, coupling, iterations, store, solver, tiling, onTile }: PlainMaskOptions & StoredMaskOptions,
): Promise<StoredMask> {
  const size = { height: map.height, width: map.width };
  async function* roots(): AsyncGenerator<Float32Array> {
    for (const strip of stripsOfPlane(size, store)) yield squareRoot({ data: await map.read(strip), ...strip }).data;
  }
  const threshold = await thresholdOfPieces(roots, choice, size);
  const deviation = measureDeviation();
  for await (const root of roots()) deviation.add(root);
  const scale = deviation.result();
  const { mask, beliefs } = await propagateInTiles({
    ...{ ...size, store, solver, tiling, onTile, iterations },
    read: async (box) => {
      const root = squareRoot({ data: await map.read(box), ...box });
      return { theta: thresholdLogOdds(root, { threshold, scale }), coupling };
    },
  });
  return { mask, threshold, beliefs };
}
