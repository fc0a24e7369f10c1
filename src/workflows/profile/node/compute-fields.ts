import type { Image } from '../../../pixels/pixels.ts';
import type { FieldSource } from '../../../screen/field-source.ts';
import type { Field } from '../../../screen/screen.ts';
import { mapInOrder } from '../../../threads/map-in-order.ts';
import { createWorkerPool } from '../../../threads/worker-pool.ts';

/** A field, and what a worker thread computed from its pixels; undefined where they could not be read. */
export interface ComputedField<Answer> {
  readonly field: Field;
  readonly answer: Answer | undefined;
}

/**
 * Computes something of each field in worker threads, and gives it in the order of the fields; at most twice as many fields
 * as there are threads are under way. The threads run `<worker>` (without its ending), a file beside this one that answers
 * an {@link Image}, and end with the stream.
 */
export async function* computeFields<Answer>(
  fields: readonly Field[],
  {
    worker,
    workerData,
    source,
    threads,
  }: { worker: string; workerData: unknown; source: FieldSource; threads: number },
): AsyncGenerator<ComputedField<Answer>> {
  const workers = Math.min(threads, fields.length);
  const pool = createWorkerPool<Image, Answer>(worker, { from: import.meta.url, workers, workerData });
  const compute = async (field: Field): Promise<ComputedField<Answer>> => {
    const image = await source.read(field);
    return { field, answer: image && (await pool.ask(image)) };
  };
  try {
    yield* mapInOrder(fields, 2 * workers, compute);
  } finally {
    await pool.release();
  }
}
