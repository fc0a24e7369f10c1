import { median } from '../../inspection/robust.ts';

/** A well of one plate; row and column from 0. */
export interface PlacedScore {
  readonly row: number;
  readonly column: number;
  readonly score: number;
  /** Wells that say nothing of their place, such as positive controls: effects are taken from them but not learned. */
  readonly ignored?: boolean;
}

/** score = overall + effect of the row + effect of the column + residual. */
export interface MedianPolish {
  readonly overall: number;
  /** Rows and columns that only ignored wells have are missing: their effect is not known. */
  readonly rows: ReadonlyMap<number, number>;
  readonly columns: ReadonlyMap<number, number>;
  /** In the order of the wells. An effect that is not known counts as 0. */
  readonly residuals: readonly number[];
  readonly converged: boolean;
}

export interface MedianPolishOptions {
  /** It ends when the sum of absolute residuals changes by no more than this share. */
  readonly tolerance?: number;
  readonly sweeps?: number;
}

/**
 * Tukey's median polish (1977): the median of every row, then that of every column, is taken away from the scores and added
 * to the effects, again and again. Wells may be missing. The steps are those of R's `medpolish`.
 */
export function medianPolish(
  wells: readonly PlacedScore[],
  { tolerance = 1e-6, sweeps = 100 }: MedianPolishOptions = {},
): MedianPolish {
  const learned = wells.filter(({ ignored }) => !ignored);
  const residuals = learned.map(({ score }) => score);
  const [rows, columns] = [sides(learned, 'row'), sides(learned, 'column')];
  let [overall, before, converged] = [0, 0, false];
  for (let sweep = 0; sweep < sweeps && !converged; sweep++) {
    takeMedians(rows, residuals);
    overall += takeMedian(columns);
    takeMedians(columns, residuals);
    overall += takeMedian(rows);
    const sum = residuals.reduce((total, residual) => total + Math.abs(residual), 0);
    converged = sum === 0 || Math.abs(sum - before) < tolerance * sum;
    before = sum;
  }
  const effect = (of: ReadonlyMap<number, Side>, place: number) => of.get(place)?.effect ?? 0;
  return {
    overall,
    rows: new Map([...rows].map(([row, side]) => [row, side.effect])),
    columns: new Map([...columns].map(([column, side]) => [column, side.effect])),
    residuals: wells.map(({ row, column, score }) => score - overall - effect(rows, row) - effect(columns, column)),
    converged,
  };
}

/** A row or column: its effect so far, and where its wells stand in the list. */
interface Side {
  effect: number;
  readonly wells: number[];
}

function sides(wells: readonly PlacedScore[], side: 'row' | 'column'): Map<number, Side> {
  const found = new Map<number, Side>();
  for (const [i, well] of wells.entries()) {
    const known = found.get(well[side]);
    if (known === undefined) found.set(well[side], { effect: 0, wells: [i] });
    else known.wells.push(i);
  }
  return found;
}

/** Moves the median of the residuals of each side into its effect. */
function takeMedians(of: ReadonlyMap<number, Side>, residuals: number[]): void {
  for (const side of of.values()) {
    const middle = median(side.wells.map((i) => residuals[i]!));
    for (const i of side.wells) residuals[i]! -= middle;
    side.effect += middle;
  }
}

/** Takes the median of the effects out of them. */
function takeMedian(of: ReadonlyMap<number, Side>): number {
  if (of.size === 0) return 0;
  const middle = median([...of.values()].map(({ effect }) => effect));
  for (const side of of.values()) side.effect -= middle;
  return middle;
}

/** A well after the effects of its row and column were taken away. */
export interface CorrectedScore {
  /** The score without the effects: what it would be at a place without effect, on the scale of the scores. */
  readonly corrected: number;
  /** The B score: the residual in units of 1.4826 times the median absolute deviation; null where that is 0. */
  readonly bScore: number | null;
}

/**
 * B scores of the wells of a plate (Brideau et al. 2003): the residuals of the median polish over their median absolute
 * deviation, adjusted to that of a normal distribution as by Malo et al. (2006). In the order of the wells.
 */
export function bScores(wells: readonly PlacedScore[]): readonly CorrectedScore[] {
  const { overall, residuals } = medianPolish(wells);
  const learned = residuals.filter((_, i) => !wells[i]!.ignored);
  const middle = median(learned);
  const deviation = 1.4826 * median(learned.map((residual) => Math.abs(residual - middle)));
  return residuals.map((residual) => ({
    corrected: overall + residual,
    bScore: deviation > 0 ? residual / deviation : null,
  }));
}
