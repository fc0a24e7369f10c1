import type { Nucleus } from '../../../localization/nuclei/nuclei.ts';
import type { Image } from '../../../pixels/pixels.ts';
import { createWorkerPool } from '../../../threads/worker-pool.ts';
import type { Host } from '../../host.ts';

/** Starts worker threads that find nuclei. */
export const createNucleiFinder: Host['nucleiFinder'] = (options, threads) => {
  const about = { from: import.meta.url, workers: threads, workerData: options };
  const pool = createWorkerPool<Image, readonly Nucleus[]>('./find-nuclei.worker', about);
  return { find: pool.ask, release: pool.release };
};
