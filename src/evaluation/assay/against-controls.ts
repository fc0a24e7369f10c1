import { groupBy } from '../inspection/group.ts';
import { median } from '../treatments.ts';
import type { ScoredWell, Scoring } from './assay.ts';
import type { RawWell } from './score-wells.ts';
import { bScores } from './statistics/median-polish.ts';

/** How wells are set against the negative controls of their plate. */
export interface Comparing extends Pick<Scoring, 'normalization' | 'correction'> {
  /** A well with fewer than this share of the cells of the negative controls is flagged. */
  readonly fewCells: number;
}

/** 1.4826 times the median absolute deviation is the standard deviation of a normal distribution. */
const TO_DEVIATION = 1.4826;

/** What divides the wells of a screen into those that are compared: the plate, and the series where a plate has several. */
export function stratumOf({ plate, group }: Pick<RawWell, 'plate' | 'group'>): string {
  return JSON.stringify([plate, group]);
}

/**
 * Sets wells against the negative controls of their plate and group.
 *
 * - `robust-z`: (x - median) / (1.4826 MAD) of the controls, as pycytominer's `mad_robustize`; where half of them have the
 *   same score the standard deviation is taken, and without any spread there is none.
 * - `percent-of-controls`: 100 x / mean of the controls (Malo et al. 2006).
 */
export function againstControls(wells: readonly RawWell[], how: Comparing): readonly ScoredWell[] {
  const corrected = how.correction === 'b-score' ? correctPlates(wells) : undefined;
  const scoreOf = (well: RawWell) => corrected?.get(well) ?? well.score;
  const strata = groupBy(wells, stratumOf);
  const scales = new Map([...strata].map(([key, own]) => [key, scaleOf(own.filter(isNegative).map(scoreOf), how)]));
  const usual = new Map([...strata].map(([key, own]) => [key, cellsOfField(own.filter(isNegative))]));
  return wells.map((well) => {
    const key = stratumOf(well);
    const cells = usual.get(key) ?? null;
    const few = well.cells !== null && cells !== null && well.cells / well.fields < how.fewCells * cells;
    return {
      ...well,
      corrected: corrected?.get(well) ?? null,
      normalized: scales.get(key)?.(scoreOf(well)) ?? null,
      fewCells: few,
    };
  });
}

function isNegative({ role }: Pick<RawWell, 'role'>): boolean {
  return role === 'negative';
}

/** Cells of a field in the median well; null where they are not known. */
function cellsOfField(wells: readonly RawWell[]): number | null {
  const counts = wells.flatMap(({ cells, fields }) => (cells === null ? [] : [cells / fields]));
  return counts.length === 0 ? null : median(counts);
}

/** What makes a score one against the controls; undefined where they are too few or all alike. */
function scaleOf(
  negatives: readonly number[],
  { normalization }: Pick<Comparing, 'normalization'>,
): ((score: number) => number) | undefined {
  if (normalization === 'none') return (score) => score;
  if (negatives.length === 0) return undefined;
  const mean = negatives.reduce((sum, score) => sum + score, 0) / negatives.length;
  if (normalization === 'percent-of-controls') return mean <= 0 ? undefined : (score) => (100 * score) / mean;
  const middle = median(negatives);
  const mad = TO_DEVIATION * median(negatives.map((score) => Math.abs(score - middle)));
  const variance = negatives.reduce((sum, score) => sum + (score - mean) ** 2, 0) / Math.max(1, negatives.length - 1);
  const spread = mad > 0 ? mad : Math.sqrt(variance);
  return spread > 0 ? (score) => (score - middle) / spread : undefined;
}

/** The scores of all wells whose place on the plate is known, without the effects of their rows and columns, plate by plate. */
function correctPlates(wells: readonly RawWell[]): ReadonlyMap<RawWell, number> {
  const scores = new Map<RawWell, number>();
  for (const own of groupBy(wells, ({ plate }) => plate).values()) {
    const placed = own.filter(({ row, column }) => row !== null && column !== null);
    const corrected = bScores(
      placed.map(({ row, column, score, role }) => {
        // Positive controls say nothing of their place.
        return { row: row!, column: column!, score, ignored: role === 'positive' };
      }),
    );
    for (const [i, well] of placed.entries()) scores.set(well, corrected[i]!.corrected);
  }
  return scores;
}
