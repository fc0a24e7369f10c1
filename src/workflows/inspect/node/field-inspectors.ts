import type { Screen } from '../../../screen/screen.ts';
import { createWorkerPool, type WorkerPool } from '../../../threads/worker-pool.ts';
import type { FieldAnswer, FieldRequest } from '../inspect-field.ts';

/** Starts `workers` threads that read the fields of a screen with these channels, and measure them. */
export function createFieldInspectors(
  { channels, usualSize }: Pick<Screen, 'channels' | 'usualSize'>,
  { workers }: { workers: number },
): WorkerPool<FieldRequest, FieldAnswer> {
  return createWorkerPool('./inspect-field.worker', {
    from: import.meta.url,
    workers,
    workerData: { channels, usualSize },
  });
}
