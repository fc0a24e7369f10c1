import type { PredictionColumns, PredictionRow } from '../../evaluation/prediction-table.ts';
import { labelParts } from '../../screen/label-sets.ts';
import { isMissingLabel } from '../../screen/labels.ts';

/** Counts rows by what is predicted. */
export interface Tally {
  readonly add: (row: PredictionRow) => void;
  readonly counts: () => {
    /** Fields and rows that were counted. */
    readonly fields: number;
    readonly rows: number;
    /** Rows of each class; with several labels each of them counts. */
    readonly predicted: Readonly<Record<string, number>>;
    /** Rows that are given no label at all. */
    readonly unlabelled: number;
    /** Rows that have a true label. */
    readonly labelled: number;
  };
}

/** `truth` is the column of the screen with the true labels, where it has one. */
export function createTally(
  { classes, thresholds }: Pick<PredictionColumns, 'classes' | 'thresholds'>,
  { truth }: { truth: string | undefined },
): Tally {
  const predicted: Record<string, number> = Object.fromEntries(classes.map((name) => [name, 0]));
  const seen = new Set<number>();
  let [rows, unlabelled, labelled] = [0, 0, 0];
  return {
    add(row) {
      rows++;
      seen.add(row.imageNumber);
      if (truth !== undefined && !isMissingLabel(row.metadata[truth] ?? '')) labelled++;
      if (row.predicted === '') unlabelled++;
      else for (const name of thresholds ? labelParts(row.predicted) : [row.predicted]) predicted[name]!++;
    },
    counts: () => ({ fields: seen.size, rows, predicted, unlabelled, labelled }),
  };
}
