/** The ranks of values from 1, and the sizes of groups of equal values. Equal values share the mean of their ranks. */
export function midRanks(values: readonly number[]): {
  readonly ranks: readonly number[];
  readonly ties: readonly number[];
} {
  const order = values.map((value, place) => ({ value, place })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length).fill(0);
  const ties: number[] = [];
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && order[to]!.value === order[from]!.value) to++;
    for (let i = from; i < to; i++) ranks[order[i]!.place] = (from + 1 + to) / 2;
    ties.push(to - from);
  }
  return { ranks, ties };
}
