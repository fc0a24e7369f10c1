import type { Box } from '../../pixels/symmetry.ts';
import { mapInOrder } from '../../threads/map-in-order.ts';
import { cutOut, type PlaneStore, type StoredPlane, tilesOf, widen } from '../stored/stored-plane.ts';
import { type BeliefOptions, type Beliefs, type EdgeCouplings, propagateBeliefs } from './propagate-beliefs.ts';

/** A tile of a plane, its evidence and its couplings. */
export interface BeliefTile extends Pick<BeliefOptions, 'theta' | 'height' | 'width' | 'iterations'> {
  readonly coupling: number | EdgeCouplings;
  /** The part of the tile whose mask is wanted; the rest are its surroundings. */
  readonly core: Box;
}

/** How belief propagation ended. */
export type BeliefEnd = Pick<Beliefs, 'iterations' | 'change' | 'converged'>;

/** The mask of the core of a tile: pixels that are more likely foreground, `[core.height, core.width]`. */
export interface SolvedTile extends BeliefEnd {
  readonly mask: Uint8Array;
}

/** Solves tiles, several at once where there are threads for that. */
export interface BeliefSolver {
  /** How many at once. */
  readonly size: number;
  readonly solve: (tile: BeliefTile) => Promise<SolvedTile>;
}

/** How a plane is divided. */
export interface BeliefTiling {
  /** Pixels along the side of a tile without its surroundings, and those around it that are solved with it. */
  readonly side: number;
  readonly halo: number;
}

/**
 * The evidence of a pixel reaches a few cells far: on fields of 16 million pixels, what is more than 64 pixels away from a tile
 * changed no pixel of its mask (README). Both lengths are multiples of the blocks in which beliefs are solved.
 */
const BELIEF_TILING: BeliefTiling = { side: 512, halo: 64 };

export interface TiledBeliefOptions {
  readonly height: number;
  readonly width: number;
  readonly store: PlaneStore;
  readonly solver: BeliefSolver;
  readonly tiling?: BeliefTiling;
  readonly iterations: number;
  /** Hears of every tile that is solved. */
  readonly onTile?: ((done: number, total: number) => void) | undefined;
  /** The evidence of a box of the plane, and the couplings in it. */
  readonly read: (box: Box) => Promise<Pick<BeliefTile, 'theta' | 'coupling'>>;
}

/** Solves a tile in this thread. */
export function solveTile({ core, height, width, ...field }: BeliefTile): SolvedTile {
  const { probability, ...end } = propagateBeliefs({ ...field, height, width });
  const own = cutOut(probability, { from: { top: 0, left: 0, height, width }, wanted: core });
  const mask = new Uint8Array(own.length);
  for (let i = 0; i < mask.length; i++) mask[i] = own[i]! > 0.5 ? 1 : 0;
  return { mask, ...end };
}

/** Tiles one after the other. */
export const oneByOne: BeliefSolver = { size: 1, solve: async (tile) => solveTile(tile) };

/**
 * The mask of a plane by belief propagation (`propagateBeliefs`), tile by tile, each with its surroundings. As many sweeps were
 * made as in the tile that needed most, and all has converged if every tile has.
 */
export async function propagateInTiles({
  store,
  solver,
  tiling: { side, halo } = BELIEF_TILING,
  iterations,
  onTile,
  read,
  ...size
}: TiledBeliefOptions): Promise<{ readonly mask: StoredPlane<'uint8'>; readonly beliefs: BeliefEnd }> {
  const mask = await store.create('uint8', size);
  const solve = async (core: Box): Promise<BeliefEnd> => {
    const around = widen(core, { margin: halo, within: size });
    const { height, width } = around;
    const inside = { ...core, top: core.top - around.top, left: core.left - around.left };
    const solved = await solver.solve({ ...(await read(around)), height, width, core: inside, iterations });
    await mask.write(core, solved.mask);
    return solved;
  };
  let beliefs: BeliefEnd = { iterations: 0, change: 0, converged: true };
  let done = 0;
  const tiles = tilesOf(size, side);
  for await (const end of mapInOrder(tiles, solver.size, solve)) {
    onTile?.(++done, tiles.length);
    beliefs = {
      iterations: Math.max(beliefs.iterations, end.iterations),
      change: Math.max(beliefs.change, end.change),
      converged: beliefs.converged && end.converged,
    };
  }
  return { mask, beliefs };
}
