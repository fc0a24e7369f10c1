import { createWorkerPool, type WorkerPool } from '../../../threads/worker-pool.ts';
import type { FieldToWrite } from './write-field.ts';

/** Worker threads that write fields. */
export type FieldWriters = Omit<WorkerPool<FieldToWrite, undefined>, 'askAny'>;

/** Starts `workers` threads that write fields. */
export function createFieldWriters({ workers }: { workers: number }): FieldWriters {
  return createWorkerPool('./write-field.worker', { from: import.meta.url, workers, workerData: undefined });
}
