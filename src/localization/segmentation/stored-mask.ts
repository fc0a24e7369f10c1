import type { BeliefSolver, BeliefTiling } from '../belief/propagate-in-tiles.ts';
import type { PlaneStore, StoredPlane } from '../stored/stored-plane.ts';
import type { SegmentedMap } from './segmented.ts';

/** What a {@link SegmentedMap} says of a field that may be larger than memory. */
export interface StoredMask extends Omit<SegmentedMap, 'mask'> {
  readonly mask: StoredPlane<'uint8'>;
}

/** Where planes are kept meanwhile, and what solves beliefs. */
export interface StoredMaskOptions {
  readonly store: PlaneStore;
  readonly solver: BeliefSolver;
  /** By default as large as it should be. */
  readonly tiling?: BeliefTiling | undefined;
  /** Hears of every tile whose beliefs are solved. */
  readonly onTile?: ((done: number, total: number) => void) | undefined;
}

/** An empty mask. */
export async function emptyStoredMask(
  size: { readonly height: number; readonly width: number },
  { store, threshold = 0 }: { store: PlaneStore; threshold?: number },
): Promise<StoredMask> {
  const mask = await store.create('uint8', size);
  return { mask, threshold, beliefs: { iterations: 0, change: 0, converged: true } };
}
