import type { DetectedNuclei } from '../../../localization/nuclei/nuclei.ts';
import type { Image } from '../../../pixels/pixels.ts';
import { createWorkerPool } from '../../../threads/worker-pool.ts';
import type { Host } from '../../host.ts';

/** A field whose nuclei are asked for, and whether their pixels are wanted too. */
export interface NucleiRequest {
  readonly image: Image;
  readonly pixels: boolean;
}

/** The nuclei of a field, and their pixels where these were wanted. */
export interface FoundNuclei extends Pick<DetectedNuclei, 'nuclei'> {
  readonly labelled?: Omit<DetectedNuclei, 'nuclei'>;
}

/** Starts worker threads that find nuclei. */
export const createNucleiFinder: Host['nucleiFinder'] = (options, threads) => {
  const about = { from: import.meta.url, workers: threads, workerData: options };
  const pool = createWorkerPool<NucleiRequest, FoundNuclei>('./find-nuclei.worker', about);
  return {
    find: async (image) => (await pool.ask({ image, pixels: false })).nuclei,
    async outline(image) {
      const { nuclei, labelled } = await pool.ask({ image, pixels: true });
      return { nuclei, ...labelled! };
    },
    release: pool.release,
  };
};
