/** How often a measurement repeats its work. */
export interface Repeats {
  readonly repeats: number;
  readonly warmUp: number;
}

/** What a measurement in this process found. */
export interface Repeated {
  readonly median: number;
  /** Of every repeat, in order. */
  readonly all: readonly number[];
  /** Pages of memory taken anew, a repeat. */
  readonly pageFaults: number;
}

/** The number in the middle; of an even number of them the mean of the two. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

/** Seconds of each repeat divided by `per`, after those that warm up. */
export async function repeat(
  work: () => Promise<unknown>,
  { repeats, warmUp, per }: Repeats & { readonly per: number },
): Promise<Repeated> {
  for (let i = 0; i < warmUp; i++) await work();
  const all: number[] = [];
  const faults = process.resourceUsage().minorPageFault;
  for (let i = 0; i < repeats; i++) {
    const began = performance.now();
    await work();
    all.push((performance.now() - began) / 1000 / per);
  }
  const pageFaults = (process.resourceUsage().minorPageFault - faults) / repeats;
  return { median: median(all), all, pageFaults };
}
