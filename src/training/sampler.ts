import { createRandom } from '../random.ts';

/** Fields of one training step, each with its place in the list of training fields. */
export type Batch = readonly number[];

/** The batches of an epoch: every field once, in an order of its own for every epoch; the last may be smaller. */
export function epochBatches(
  count: number,
  { batch, seed, epoch }: { batch: number; seed: number; epoch: number },
): Batch[] {
  const order = createRandom(seed, 'order', epoch).shuffle(Array.from({ length: count }, (_, i) => i));
  return chunks(order, batch);
}

/** Items in groups of `size`, the last of which may be smaller. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
