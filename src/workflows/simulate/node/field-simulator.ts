import type { SimulatedField } from '../../../screen/simulation/field.ts';
import type { FieldOptions } from '../../../screen/simulation/field-options.ts';
import { createWorkerPool } from '../../../threads/worker-pool.ts';
import type { Host } from '../../host.ts';

/** Starts worker threads that simulate fields. */
export const createFieldSimulator: Host['fieldSimulator'] = (threads) => {
  const about = { from: import.meta.url, workers: threads, workerData: undefined };
  const pool = createWorkerPool<FieldOptions, SimulatedField>('./simulate-field.worker', about);
  return { simulate: pool.ask, release: pool.release };
};
