import { createRandom } from '../../../random.ts';

/** The wells of a treatment and the negative controls that they are compared with: those of one plate. */
export interface Stratum {
  readonly treated: readonly number[];
  readonly controls: readonly number[];
}

export interface PermutationOptions {
  /** `greater`: the treatment scores higher than the controls; `two-sided`: otherwise than they do. */
  readonly alternative?: 'greater' | 'two-sided';
  /** All arrangements are counted if they are no more than this. */
  readonly exactUpTo?: number;
  /** Otherwise so many are drawn. */
  readonly draws?: number;
  readonly seed?: number;
}

export interface PermutationTest {
  readonly p: number;
  /** The smallest p that the numbers of wells allow. */
  readonly smallestP: number;
  /** Whether all arrangements were counted. */
  readonly exact: boolean;
}

/** Sums that differ by less than this share of all scores are equal but for rounding. */
const ROUNDING = 1e-12;

/**
 * Whether the wells of a treatment score higher than the negative controls of their plates: a permutation test. If the
 * treatment did nothing, its wells could be any of the wells that they are compared with. So p is the share of all choices
 * of as many wells, plate by plate, whose scores add up to at least what those of the treatment do (Fisher 1935; Pitman
 * 1937). `two-sided` counts the choices whose sum is at least as far from its expectation.
 *
 * Where there are too many choices, those that reach the sum are counted if they are few, and else p is (b + 1) / (m + 1) with b
 * of m random choices counted (Phipson & Smyth 2010).
 *
 * Scores of different plates are added, so they should be normalized. A plate without wells of one kind adds nothing.
 *
 * @returns null where no plate has wells of both kinds
 * @throws RangeError for a score that is not finite
 */
export function permutationTest(
  strata: readonly Stratum[],
  { alternative = 'greater', exactUpTo = 100_000, draws = 19_999, seed = 0 }: PermutationOptions = {},
): PermutationTest | null {
  const used = strata.filter(({ treated, controls }) => treated.length > 0 && controls.length > 0);
  if (used.length === 0) return null;
  const pooled = used.map(({ treated, controls }) => [...treated, ...controls]);
  if (!pooled.flat().every(Number.isFinite)) throw new RangeError('a score is not a finite number');
  const sizes = used.map(({ treated }) => treated.length);
  const expected = pooled.reduce((total, wells, i) => total + (sum(wells) * sizes[i]!) / wells.length, 0);
  const distance = (total: number) => (alternative === 'greater' ? total : Math.abs(total - expected));
  const slack = ROUNDING * sum(pooled.flat().map(Math.abs));
  const least = distance(sum(used.flatMap(({ treated }) => treated))) - slack;
  const arrangements = pooled.reduce((product, wells, i) => product * choices(wells.length, sizes[i]!), 1);

  if (arrangements <= exactUpTo) {
    const sums = pooled.reduce<Float64Array>(
      (before, wells, i) => allSums(before, sumsOfChoices(wells, sizes[i]!)),
      new Float64Array(1),
    );
    // With as many wells as controls everywhere, a choice and its complement are as far from the expectation.
    const mirrored =
      alternative === 'two-sided' && used.every(({ treated, controls }) => treated.length === controls.length);
    const p = sums.reduce((count, total) => count + (distance(total) >= least ? 1 : 0), 0) / arrangements;
    return { p, smallestP: (mirrored ? 2 : 1) / arrangements, exact: true };
  }
  const exact = countExtreme(pooled, { sizes, least, alternative });
  if (exact !== undefined) return { p: exact / arrangements, smallestP: 1 / arrangements, exact: true };
  const random = createRandom(seed, 'permutation');
  let reached = 0;
  for (let draw = 0; draw < draws; draw++) {
    let total = 0;
    for (let i = 0; i < pooled.length; i++) total += sumOfRandomChoice(pooled[i]!, sizes[i]!, random.integer);
    if (distance(total) >= least) reached++;
  }
  // What is extreme enough would have been counted.
  const smallestP = isListable(pooled, { sizes, alternative }) ? 1 / arrangements : 1 / (draws + 1);
  return { p: (reached + 1) / (draws + 1), smallestP, exact: false };
}

/** Steps of {@link countExtreme} at most, and choices of a plate that it lists at most. */
const [MOST_STEPS, MOST_CHOICES] = [20_000, 20_000];

/**
 * The number of arrangements whose sum is at least `least`, where these are few: then p is exact however many arrangements there
 * are. The sums of each plate stand from the largest on, and a branch ends where even the largest ones of the other plates
 * cannot reach it. Undefined where there are too many, as without an effect.
 */
function countExtreme(
  pooled: readonly (readonly number[])[],
  { sizes, least, alternative }: { sizes: readonly number[]; least: number; alternative: string },
): number | undefined {
  if (!isListable(pooled, { sizes, alternative })) return undefined;
  const lists = pooled.map((wells, i) => sumsOfChoices(wells, sizes[i]!).sort().reverse());
  const best = lists.map((_, i) => lists.slice(i + 1).reduce((total, list) => total + list[0]!, 0));
  let steps = 0;
  const count = (i: number, needed: number): number => {
    let found = 0;
    for (const total of lists[i]!) {
      if (total + best[i]! < needed) break;
      if (++steps > MOST_STEPS) return found;
      found += i === lists.length - 1 ? 1 : count(i + 1, needed - total);
    }
    return found;
  };
  const found = count(0, least);
  return steps > MOST_STEPS ? undefined : found;
}

/** Whether the choices of every plate can be listed, to count from the largest on. */
function isListable(
  pooled: readonly (readonly number[])[],
  { sizes, alternative }: { sizes: readonly number[]; alternative: string },
): boolean {
  return alternative === 'greater' && pooled.every((wells, i) => choices(wells.length, sizes[i]!) <= MOST_CHOICES);
}

/** The number of ways to choose `k` of `n`. */
function choices(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = Math.round((ways * (n - i + 1)) / i);
  return ways;
}

/** The sums of all choices of `k` of the values. */
function sumsOfChoices(values: readonly number[], k: number): Float64Array {
  const out = new Float64Array(choices(values.length, k));
  let next = 0;
  const choose = (from: number, left: number, total: number): void => {
    if (left === 0) {
      out[next++] = total;
      return;
    }
    for (let i = from; i <= values.length - left; i++) choose(i + 1, left - 1, total + values[i]!);
  };
  choose(0, k, 0);
  return out;
}

/** Every sum of one of `a` and one of `b`. */
function allSums(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length * b.length);
  for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) out[i * b.length + j] = a[i]! + b[j]!;
  return out;
}

/** Moves `k` random values to the front of `values`, which stays a permutation of itself, and adds them up. */
function sumOfRandomChoice(values: number[], k: number, integer: (below: number) => number): number {
  let total = 0;
  for (let i = 0; i < k; i++) {
    const j = i + integer(values.length - i);
    [values[i], values[j]] = [values[j]!, values[i]!];
    total += values[i]!;
  }
  return total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
