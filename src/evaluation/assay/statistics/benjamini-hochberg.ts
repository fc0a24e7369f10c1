/**
 * The p values adjusted after Benjamini & Hochberg (1995): of the results whose q is at most 0.05, no more than 5 % are
 * expected to be false, where the tests are independent or depend positively. q_(i) is the least of p_(j) n / j over j ≥ i, where
 * p_(i) are sorted, and at most 1. A p that is null is no test: its q is null, and it does not count in n.
 */
export function benjaminiHochberg(ps: readonly (number | null)[]): readonly (number | null)[] {
  const tests = ps.flatMap((p, place) => (p === null ? [] : [{ p, place }])).sort((a, b) => b.p - a.p);
  const qs: (number | null)[] = ps.map(() => null);
  let least = 1;
  for (const [i, { p, place }] of tests.entries()) {
    least = Math.min(least, p * (tests.length / (tests.length - i)));
    qs[place] = least;
  }
  return qs;
}
