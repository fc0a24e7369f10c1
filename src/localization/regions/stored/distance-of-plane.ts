import { type PlaneStore, type StoredPlane, stripsOfPlane } from '../../stored/stored-plane.ts';
import { createEnvelope } from '../distance-transform.ts';

/**
 * The distance of every pixel of a mask to the nearest pixel outside of it, as `distanceTransform` has it, of a plane of any
 * size: on the way down the distance along the columns to what is above, on the way up that to what is below, and then along
 * the rows.
 */
export async function distanceOfPlane(
  mask: StoredPlane<'uint8'>,
  { store }: { store: PlaneStore },
): Promise<StoredPlane<'float32'>> {
  const { height, width } = mask;
  const distance = await store.create('float32', { height, width });
  const strips = stripsOfPlane(mask, store);
  const along = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  for (const strip of strips) {
    const inside = await mask.read(strip);
    const own = new Float32Array(inside.length);
    for (let i = 0; i < own.length; i++) own[i] = along[i % width] = inside[i] === 0 ? 0 : along[i % width]! + 1;
    await distance.write(strip, own);
  }
  along.fill(Number.POSITIVE_INFINITY);
  const envelope = createEnvelope(width);
  const squares = new Float64Array(width);
  for (const strip of strips.toReversed()) {
    const inside = await mask.read(strip);
    const own = (await distance.read(strip)).slice();
    for (let at = (strip.height - 1) * width; at >= 0; at -= width) {
      for (let x = 0; x < width; x++) {
        const below = inside[at + x] === 0 ? 0 : along[x]! + 1;
        along[x] = below;
        squares[x] = Math.min(own[at + x]!, below) ** 2;
      }
      envelope(squares, { start: 0, stride: 1, length: width });
      for (let x = 0; x < width; x++) own[at + x] = Math.sqrt(Math.fround(squares[x]!));
    }
    await distance.write(strip, own);
  }
  return distance;
}
