/** Numbers in a text: `10`, `0.3125`, `1e-05`. */
const NUMBER = /(\d+(?:\.\d+)?(?:e[-+]\d+)?)/i;

const compareTexts = new Intl.Collator('en', { numeric: true }).compare;

/** Texts in the order of people, by the numbers in them: 2 before 10, `taxol 0.3` before `taxol 1.25`. */
export function naturalOrder(a: string, b: string): number {
  // Texts and numbers in turn.
  const [first, second] = [a.split(NUMBER), b.split(NUMBER)];
  for (let i = 0; i < Math.min(first.length, second.length); i++) {
    const [one, other] = [first[i]!, second[i]!];
    const difference = i % 2 === 1 ? Number(one) - Number(other) : compareTexts(one, other);
    if (difference !== 0) return difference;
  }
  return first.length - second.length || compareTexts(a, b);
}

/** The place of each text in natural order; each is compared once, however often it occurs. */
export function naturalRanks(texts: Iterable<string>): ReadonlyMap<string, number> {
  return new Map([...new Set(texts)].sort(naturalOrder).map((text, rank) => [text, rank]));
}
