import { blur, reachOfBlur } from '../../pixels/gaussian.ts';
import type { PlaneStore, StoredPlane } from './stored-plane.ts';
import { cutOut, stripsOfPlane, widen } from './stored-plane.ts';

/** Reads rows of numbers, over the whole width of a plane: `[height, width]`, which the caller may change. */
export type ReadRows = (rows: { readonly top: number; readonly height: number }) => Promise<Float32Array>;

/**
 * Blurs a plane with a Gaussian of `sigma` pixels, as `blur` does in one pass: strip by strip, each with the rows around it that
 * it depends on.
 *
 * @returns a new plane
 */
export async function blurPlane(
  read: ReadRows,
  { sigma, store, ...size }: { sigma: number; store: PlaneStore; height: number; width: number },
): Promise<StoredPlane<'float32'>> {
  const into = await store.create('float32', size);
  for (const strip of stripsOfPlane(size, store)) {
    const around = widen(strip, { margin: reachOfBlur(sigma), within: size });
    const rows = await read(around);
    blur(rows, { width: around.width, height: around.height, sigma });
    await into.write(strip, cutOut(rows, { from: around, wanted: strip }));
  }
  return into;
}
