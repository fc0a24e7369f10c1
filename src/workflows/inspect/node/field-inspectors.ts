import { createWorkerPool, type WorkerPool } from '../../../threads/worker-pool.ts';
import type { FieldAnswer, FieldRequest } from '../inspect-field.ts';

/** Starts `workers` threads that read the fields of a screen with these channels, and measure them. */
export function createFieldInspectors(
  channels: readonly string[],
  { workers }: { workers: number },
): WorkerPool<FieldRequest, FieldAnswer> {
  return createWorkerPool('./inspect-field.worker', { from: import.meta.url, workers, workerData: { channels } });
}
