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

/** Cells of a training step in which each is a bag by itself. */
export interface CellBatch {
  /** The field or well of each. */
  readonly batch: Batch;
  /** How many cells of it were drawn before in this epoch. */
  readonly draws: readonly number[];
}

/** Most cells for a bag, see {@link cellsForABag}. */
const CELLS_FOR_A_BAG = 6;

/**
 * Cells of a step in which each is a bag by itself, for each bag of other steps, which see so many cells of it: steps on fewer
 * cells, and more of them, learn more from as many.
 */
export function cellsForABag(cellsPerBag: number): number {
  return Math.min(CELLS_FOR_A_BAG, cellsPerBag);
}

/**
 * The batches of an epoch in which each cell is a bag by itself: so many cells of every field, each drawn once before any gives
 * its next, so that a batch has cells of many fields and of all classes.
 */
export function cellBatches(
  groups: readonly unknown[],
  {
    batch,
    cellsPerBag,
    ...options
  }: { batch: number; cellsPerBag: number; balance: Balance; seed: number; epoch: number },
): CellBatch[] {
  const drawn = Array.from({ length: cellsPerBag }, (_, draw) =>
    drawEpoch(groups, { ...options, draw }).map((place) => ({ place, draw })),
  );
  return chunks(drawn.flat(), batch).map((part) => ({
    batch: part.map(({ place }) => place),
    draws: part.map(({ draw }) => draw),
  }));
}

/** Items in groups of `size`; the last may be smaller. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
