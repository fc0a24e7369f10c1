import { type Balance, drawEpoch } from './balance.ts';

/** Fields of one training step, each with its index in the list of training fields. */
export type Batch = readonly number[];

/**
 * The batches of an epoch: every field once (with a cap, at most so many of a class), in a different order in every
 * epoch; the last batch may be smaller. `groups` are the classes of the training fields.
 */
export function epochBatches(
  groups: readonly unknown[],
  { batch, ...options }: { batch: number; balance: Balance; seed: number; epoch: number },
): Batch[] {
  return chunks(drawEpoch(groups, options), batch);
}

/** Items in groups of `size`; the last may be smaller. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
