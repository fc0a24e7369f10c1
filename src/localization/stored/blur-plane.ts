import { blur, reachOfBlur } from '../../pixels/gaussian.ts';
import type { PlaneStore, StoredPlane } from './stored-plane.ts';
import { cutOut, stripsOfPlane, widen } from './stored-plane.ts';

/** Reads rows of some planes, over their whole width: `[height, width]` each, which the caller may change. */
export type ReadRows = (rows: { readonly top: number; readonly height: number }) => Promise<readonly Float32Array[]>;

/**
 * Blurs planes with a Gaussian of `sigma` pixels, as `blur` does in one pass: strip by strip, each with the rows around it that
 * it depends on.
 *
 * @param read gives `count` planes
 * @returns new planes
 */
export async function blurPlanes(
  read: ReadRows,
  { sigma, store, count, ...size }: { sigma: number; store: PlaneStore; count: number; height: number; width: number },
): Promise<readonly StoredPlane<'float32'>[]> {
  const planes = await Promise.all(Array.from({ length: count }, () => store.create('float32', size)));
  for (const strip of stripsOfPlane(size, store)) {
    const around = widen(strip, { margin: reachOfBlur(sigma), within: size });
    for (const [i, rows] of (await read(around)).entries()) {
      blur(rows, { width: around.width, height: around.height, sigma });
      await planes[i]!.write(strip, cutOut(rows, { from: around, wanted: strip }));
    }
  }
  return planes;
}

/** {@link blurPlanes} of one plane. */
export async function blurPlane(
  read: (rows: { readonly top: number; readonly height: number }) => Promise<Float32Array>,
  options: { sigma: number; store: PlaneStore; height: number; width: number },
): Promise<StoredPlane<'float32'>> {
  const [plane] = await blurPlanes(async (rows) => [await read(rows)], { ...options, count: 1 });
  return plane!;
}
