import type { BeliefTile, SolvedTile } from '../../../localization/belief/propagate-in-tiles.ts';
import { createWorkerPool } from '../../../threads/worker-pool.ts';
import type { Host } from '../../host.ts';

/** Each solver holds some 60 MB. */
const MOST_SOLVERS = 4;

/** Starts worker threads that solve tiles of large fields. */
export const createBeliefSolver: Host['beliefSolver'] = (threads) => {
  const workers = Math.min(threads, MOST_SOLVERS);
  const about = { from: import.meta.url, workers, workerData: undefined };
  const pool = createWorkerPool<BeliefTile, SolvedTile>('./solve-beliefs.worker', about);
  return { size: pool.size, solve: (tile) => pool.ask(withOwnMemory(tile)), release: pool.release };
};

/** A view of longer memory would be sent with all of it. */
function withOwnMemory(tile: BeliefTile): BeliefTile {
  const own = (numbers: Float32Array) => (numbers.byteLength === numbers.buffer.byteLength ? numbers : numbers.slice());
  const { theta, coupling } = tile;
  return {
    ...tile,
    theta: own(theta),
    coupling: typeof coupling === 'number' ? coupling : { right: own(coupling.right), down: own(coupling.down) },
  };
}
