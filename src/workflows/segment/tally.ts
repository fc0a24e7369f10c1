import type { FieldSegmentation } from './segment-field.ts';

/** What is counted of a field. */
export interface FieldCounts {
  readonly regions: number;
  /** Regions of each class of the model, in their order. */
  readonly perClass: readonly number[];
  /** Whether belief propagation converged in all its maps. */
  readonly converged: boolean;
}

export function countField(
  {
    segmented,
    found: { regions },
  }: {
    readonly segmented: readonly Pick<FieldSegmentation['segmented'][number], 'beliefs'>[];
    readonly found: Pick<FieldSegmentation['found'], 'regions'>;
  },
  classes: readonly string[],
): FieldCounts {
  return {
    regions: regions.length,
    perClass: classes.map((_, place) => regions.filter(({ classIndex }) => classIndex === place).length),
    converged: segmented.every(({ beliefs }) => beliefs.converged),
  };
}

/** Counts segmented fields and their regions. */
export interface Tally {
  readonly add: (counts: FieldCounts) => void;
  readonly counts: () => {
    readonly fields: number;
    readonly regions: number;
    /** Regions of each class of the model, where regions have classes. */
    readonly perClass: Readonly<Record<string, number>>;
    /** Fields without any region. */
    readonly empty: number;
    /** Fields in which belief propagation had not converged. */
    readonly unconverged: number;
  };
}

export function createTally(classes: readonly string[]): Tally {
  const perClass = classes.map(() => 0);
  let [fields, regions, empty, unconverged] = [0, 0, 0, 0];
  return {
    add({ regions: own, perClass: ownOfClass, converged }) {
      fields++;
      regions += own;
      for (const [place, count] of ownOfClass.entries()) perClass[place]! += count;
      if (own === 0) empty++;
      if (!converged) unconverged++;
    },
    counts: () => ({
      fields,
      regions,
      perClass: Object.fromEntries(classes.map((name, i) => [name, perClass[i]!])),
      empty,
      unconverged,
    }),
  };
}
