import type { FieldSegmentation } from './segment-field.ts';

/** Counts segmented fields and their regions. */
export interface Tally {
  readonly add: (segmentation: FieldSegmentation) => void;
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
    add({ segmented, found }) {
      fields++;
      regions += found.regions.length;
      for (const { classIndex } of found.regions) if (classIndex !== undefined) perClass[classIndex]!++;
      if (found.regions.length === 0) empty++;
      if (segmented.some(({ beliefs }) => !beliefs.converged)) unconverged++;
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
