import type { Random } from '../../random.ts';

/** Smallest and largest number of items in a set. */
type Sizes = readonly [least: number, most: number];

/** Number of sets of every size that together hold each of `items` items at least once a size. */
export function setsInRound(items: number, [least, most]: Sizes): number {
  let sets = 0;
  for (let size = least; size <= most; size++) sets += Math.ceil(items / size);
  return sets;
}

/**
 * Draws `rounds` rounds of sets of `items`: in each, so many sets of every size that every item is in one at least.
 * Among the sets of a size, no item is in more than one set more than another; and those items come together that have
 * been together least. A set is in the order of `items`.
 */
export function drawSets(
  random: Random,
  { items, sizes: [least, most], rounds }: { items: readonly number[]; sizes: Sizes; rounds: number },
): number[][][] {
  const together = items.map(() => items.map(() => 0));
  const used = Array.from({ length: most + 1 }, () => items.map(() => 0));
  const drawSet = (size: number, done: readonly (readonly number[])[]): number[] => {
    const set: number[] = [];
    const order = (a: number, b: number): number =>
      Number(done.some((other) => other.includes(a))) - Number(done.some((other) => other.includes(b))) ||
      used[size]![a]! - used[size]![b]! ||
      sum(set.map((other) => together[a]![other]! - together[b]![other]!));
    while (set.length < size) {
      const free = random.shuffle([...items.keys()].filter((i) => !set.includes(i)));
      set.push(free.reduce((best, i) => (order(i, best) < 0 ? i : best)));
    }
    for (const i of set) {
      used[size]![i]! += 1;
      for (const other of set) together[i]![other]! += 1;
    }
    return set.sort((a, b) => a - b);
  };
  const drawRound = (): number[][] => {
    const round: number[][] = [];
    for (let size = least; size <= most; size++) {
      const done: number[][] = [];
      while (done.length < Math.ceil(items.length / size)) done.push(drawSet(size, done));
      round.push(...done);
    }
    return round.map((set) => set.map((i) => items[i]!));
  };
  return Array.from({ length: rounds }, drawRound);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
