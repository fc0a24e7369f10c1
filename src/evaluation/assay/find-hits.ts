import { groupBy } from '../inspection/group.ts';
import { median } from '../treatments.ts';
import { stratumOf } from './against-controls.ts';
import type { ScoredWell, TreatmentHit } from './assay.ts';
import { benjaminiHochberg } from './statistics/benjamini-hochberg.ts';
import { meanDifference } from './statistics/mean-difference.ts';
import { permutationTest, type Stratum } from './statistics/permutation.ts';

/** What decides whether a treatment is a hit. */
export interface HitOptions {
  /** Largest share of false hits among the hits (Benjamini and Hochberg). */
  readonly falseDiscoveryRate: number;
  readonly seed: number;
}

/** Where not even the most extreme arrangement of wells has a p below this, no hit is called by p. */
export const LARGEST_P = 0.05;
/** Share of the negative controls that a replicate need not exceed. */
const ALLOWED = 0.05;

type Compared = Pick<TreatmentHit, 'p' | 'smallestP' | 'effect' | 'low' | 'high' | 'above'>;

/**
 * Compares the sample wells of every treatment with the negative controls of their plates and groups: by a permutation test
 * of wells within these, one-sided, since a score tells how little a well is like the controls. A treatment is a hit where
 * its q (Benjamini and Hochberg over all treatments) is at most the rate. Hits come first, and the larger effect before the smaller.
 */
export function findHits(wells: readonly ScoredWell[], options: HitOptions): readonly TreatmentHit[] {
  const controls = groupBy(
    comparable(wells).filter(({ role }) => role === 'negative'),
    stratumOf,
  );
  const samples = wells.filter(({ role, treatment }) => role === 'sample' && treatment !== null);
  const compared = [...groupBy(samples, ({ treatment }) => treatment!).values()].map((own) => {
    const strata = [...groupBy(comparable(own), stratumOf)].map(([key, treated]) => ({
      treated: treated.map(({ normalized }) => normalized),
      controls: (controls.get(key) ?? []).map(({ normalized }) => normalized),
    }));
    return { own, strata, ...compare(strata, options) };
  });
  const adjusted = benjaminiHochberg(compared.map(({ p }) => p));
  const found = compared.map(({ own, strata, ...result }, i): TreatmentHit => {
    const q = adjusted[i]!;
    const fewCells = own.filter((well) => well.fewCells).length * 2 > own.length;
    const hit = q !== null && result.smallestP! <= LARGEST_P && q <= options.falseDiscoveryRate;
    const replicates = strata.reduce((sum, { treated: of }) => sum + of.length, 0);
    const negatives = strata.reduce((sum, { controls: of }) => sum + of.length, 0);
    return {
      ...describe(own, controls),
      ...{ wells: replicates, negatives, plates: new Set(own.map(({ plate }) => plate)).size },
      ...result,
      ...{ q, hit, fewCells },
      reason: reasonOf({ ...result, q, hit, fewCells, wells: replicates, negatives }, options),
    };
  });
  const effectOf = ({ effect }: TreatmentHit) => effect ?? Number.NEGATIVE_INFINITY;
  const byEffect = (a: TreatmentHit, b: TreatmentHit) => (effectOf(a) === effectOf(b) ? 0 : effectOf(b) - effectOf(a));
  return found.sort((a, b) => Number(b.hit) - Number(a.hit) || byEffect(a, b));
}

/** A well that can be compared: its score against the controls. */
export type ComparedWell = ScoredWell & { readonly normalized: number };

/** The wells that can be compared. Scores without controls are on another scale, so they are never mixed with these. */
export function comparable(wells: readonly ScoredWell[]): readonly ComparedWell[] {
  return wells.filter((well): well is ComparedWell => well.normalized !== null);
}

function compare(all: readonly Stratum[], { seed }: HitOptions): Compared {
  const strata = all.filter(({ controls }) => controls.length > 0);
  const above = strata.reduce((sum, { treated, controls }) => {
    const limit = controls.toSorted((a, b) => b - a)[Math.floor(ALLOWED * controls.length)]!;
    return sum + treated.filter((score) => score > limit).length;
  }, 0);
  const test = permutationTest(strata, { seed });
  const { effect = null, low = null, high = null } = meanDifference(strata) ?? {};
  return { p: test?.p ?? null, smallestP: test?.smallestP ?? null, effect, low, high, above };
}

function describe(own: readonly ScoredWell[], controls: ReadonlyMap<string, readonly ScoredWell[]>) {
  const [first] = own as [ScoredWell];
  const same = <Key extends 'compound' | 'dose' | 'unit'>(key: Key) =>
    own.every((well) => well[key] === first[key]) ? first[key] : null;
  const shares = own.flatMap((well) => {
    const usual = (controls.get(stratumOf(well)) ?? []).flatMap((one) =>
      one.cells === null ? [] : [one.cells / one.fields],
    );
    const middle = usual.length === 0 ? 0 : median(usual);
    return well.cells === null || middle === 0 ? [] : [well.cells / well.fields / middle];
  });
  const counts = own.flatMap(({ cells }) => (cells === null ? [] : [cells]));
  return {
    treatment: first.treatment!,
    ...{ compound: same('compound'), dose: same('dose'), unit: same('unit') },
    cells: counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0),
    cellShare: shares.length === 0 ? null : median(shares),
  };
}

function reasonOf(
  {
    p,
    smallestP,
    q,
    hit,
    fewCells,
    wells,
    negatives,
  }: Pick<TreatmentHit, 'p' | 'smallestP' | 'q' | 'hit' | 'fewCells' | 'wells' | 'negatives'>,
  { falseDiscoveryRate }: HitOptions,
): string | null {
  if (p === null) return 'none of its wells can be compared with negative controls of its plate';
  if (smallestP! > LARGEST_P)
    return `${wells} against ${negatives} wells give a p of ${smallestP!.toPrecision(2)} at the least: too few to call a hit`;
  if (hit) return fewCells ? 'few cells: it may only kill' : null;
  if (p > LARGEST_P) return null;
  const floor = isAtFloor({ p, smallestP }) ? `, though ${small(p)} is the smallest p that its wells can give` : '';
  return `q ${small(q!)} is above ${falseDiscoveryRate}${floor}`;
}

/** Whether p is as small as the numbers of wells allow. */
export function isAtFloor({ p, smallestP }: Pick<TreatmentHit, 'p' | 'smallestP'>): boolean {
  return p !== null && p <= smallestP! * (1 + 1e-9);
}

function small(value: number): string {
  return String(Number(value.toPrecision(2)));
}
