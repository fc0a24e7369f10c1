import { MilscopeError } from '../../errors.ts';
import { type Spread, spreadOf } from '../spread.ts';
import type { ComparisonRow } from './comparison.ts';
import { type MethodIdentity, methodKey } from './names.ts';

/** What a method came to under a protocol, over its seeds. */
export interface ComparisonSummary extends MethodIdentity {
  readonly protocol: string;
  /** In rising order. */
  readonly seeds: readonly number[];
  readonly folds: Spread;
  readonly fields: Spread;
  /** Share of the fields that are right. */
  readonly fieldAccuracy: Spread;
  /**
   * The 95 % interval of this share in a training, over wells: of several seeds, which are tested on the same wells, the means
   * of their bounds; null where a seed has none.
   */
  readonly fieldAccuracy95: { readonly low: number; readonly high: number } | null;
  /** Null where a seed has none. */
  readonly meanClassAccuracy: Spread | null;
  readonly meanAveragePrecision: Spread | null;
  readonly treatments: Spread;
  readonly correctTreatments: Spread;
  /** Share of the treatments that are right; null where there are none. */
  readonly treatmentAccuracy: Spread | null;
  /** Z′ of the control wells; null where a seed has none. */
  readonly zPrime: Spread | null;
}

/**
 * Mean and range over the seeds, for every method under every protocol, in the order of the rows.
 *
 * @throws BadTable when a method has a seed twice under a protocol: it would weigh twice.
 */
export function summarize(rows: readonly ComparisonRow[]): readonly ComparisonSummary[] {
  const groups = new Map<string, ComparisonRow[]>();
  for (const row of rows) {
    const key = `${methodKey(row)} ${row.protocol}`;
    const members = groups.get(key) ?? [];
    groups.set(key, members);
    if (members.some(({ seed }) => seed === row.seed)) {
      throw new MilscopeError('BadTable', {
        problem: 'a method has the same seed twice',
        found: `${row.method}, protocol ${row.protocol}, seed ${row.seed}`,
      });
    }
    members.push(row);
  }
  return [...groups.values()].map(summarizeSeeds);
}

function summarizeSeeds(rows: readonly ComparisonRow[]): ComparisonSummary {
  const { method, kind, pooling, sharpness, head, instances, bag, protocol } = rows[0]!;
  const counts = (of: (row: ComparisonRow) => number) => spreadOf(rows.map(of))!;
  const spreadOfAll = (of: (row: ComparisonRow) => number | null) => {
    const values = rows.map(of);
    return values.includes(null) ? null : spreadOf(values);
  };
  return {
    ...{ method, kind, pooling, sharpness, head, instances, bag, protocol },
    seeds: rows.map(({ seed }) => seed).sort((a, b) => a - b),
    folds: counts(({ folds }) => folds),
    fields: counts(({ fields }) => fields),
    fieldAccuracy95: meanInterval(rows.map(({ accuracy95 }) => accuracy95)),
    fieldAccuracy: counts(({ fields, correctFields }) => correctFields / fields),
    meanClassAccuracy: spreadOfAll(({ meanClassAccuracy }) => meanClassAccuracy),
    meanAveragePrecision: spreadOfAll(({ meanAveragePrecision }) => meanAveragePrecision),
    treatments: counts(({ treatments }) => treatments),
    correctTreatments: counts(({ correctTreatments }) => correctTreatments),
    treatmentAccuracy: spreadOfAll(({ treatments, correctTreatments }) =>
      treatments === 0 ? null : correctTreatments / treatments,
    ),
    zPrime: spreadOfAll(({ zPrime = null }) => zPrime),
  };
}

function meanInterval(intervals: readonly ComparisonRow['accuracy95'][]): ComparisonSummary['fieldAccuracy95'] {
  const known = intervals.filter((interval) => interval !== undefined);
  if (known.length < intervals.length) return null;
  const mean = (of: 'low' | 'high') => known.reduce((sum, interval) => sum + interval[of], 0) / known.length;
  return { low: mean('low'), high: mean('high') };
}
