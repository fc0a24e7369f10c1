/** Counts the trainings of a comparison, and estimates from those that were made how long the others will take. */
export interface TrainingCount {
  /** The next training begins: `[3 of 24]`. */
  readonly begin: () => { readonly place: string; readonly end: () => TrainingTime };
  /** So many trainings need not be made. */
  readonly pass: (count: number) => void;
  /** How many are left, that under way among them. */
  readonly left: () => number;
}

/** How long a training took, and how long all that are left will take if they are like those before (seconds). */
export interface TrainingTime {
  readonly seconds: number;
  readonly left: number;
}

/** @param now the clock, milliseconds */
export function countTrainings(total: number, now: () => number): TrainingCount {
  let [past, made, seconds] = [0, 0, 0];
  return {
    begin: () => {
      const began = now();
      return {
        place: `[${past + 1} of ${total}]`,
        end: () => {
          const own = (now() - began) / 1000;
          past++;
          made++;
          seconds += own;
          return { seconds: own, left: ((total - past) * seconds) / made };
        },
      };
    },
    pass: (count) => {
      past += count;
    },
    left: () => total - past,
  };
}
