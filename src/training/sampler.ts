import { createRandom } from '../random.ts';

/** Fields of one training step, each with its place in the list of training fields. */
export type Batch = readonly number[];

/** The batches of an epoch: every field once, in an order of its own for every epoch; the last may be smaller. */
export function epochBatches(count: number, { batch, seed, epoch }: { batch: number; seed: number; epoch: number }) {
  const order = createRandom(seed, 'order', epoch).shuffle(Array.from({ length: count }, (_, i) => i));
  const batches: Batch[] = [];
  for (let i = 0; i < count; i += batch) batches.push(order.slice(i, i + batch));
  return batches;
}

/** A batch in parts of `size`, the last of which may be smaller. */
export function microBatches(batch: Batch, size: number): Batch[] {
  return Array.from({ length: Math.ceil(batch.length / size) }, (_, i) => batch.slice(i * size, (i + 1) * size));
}
