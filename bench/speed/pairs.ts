import type { BenchOptions } from './options.ts';
import type { PyTorch, Variant } from './pytorch.ts';
import { median } from './repeat.ts';
import type { Figures, Work } from './work.ts';

/** A row of the result; bench/README.md says what its fields are. */
export interface Row extends Variant {
  readonly work: string;
  readonly peer: string;
  readonly unit: string;
  readonly better: 'below 1' | 'above 1';
  readonly ours: number;
  readonly theirs: number | null;
  /** Median, least and largest of the ratios of the pairs. */
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Ours and theirs of each pair. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Why there are no figures of the peer. */
  readonly missing?: string;
  readonly [detail: string]: unknown;
}

/** Runs a work in pairs: ours, then each variant of the peer, and again. `torch`: why there is none, as words. */
export async function measurePairs(work: Work, torch: PyTorch | string, options: BenchOptions): Promise<Row[]> {
  await work.prepare?.();
  // Our figures alone need no row for each of its variants.
  const variants = typeof torch === 'string' ? work.variants.slice(0, 1) : work.variants;
  const count = Math.min(options.pairs, work.pairs ?? options.pairs);
  const ours: Figures[] = [];
  const theirs = variants.map((): Figures[] => []);
  const missing = variants.map((): string | undefined => (typeof torch === 'string' ? torch : undefined));
  for (let pair = 0; pair < count; pair++) {
    ours.push(await work.ours(pair));
    for (const [i, variant] of variants.entries()) {
      if (typeof torch === 'string' || missing[i] !== undefined) continue;
      try {
        theirs[i]!.push(await work.theirs(pair, variant, torch));
      } catch (error) {
        missing[i] = (error as Error).message;
      }
    }
    process.stderr.write(`${work.work}: pair ${pair + 1} of ${count}\n`);
  }
  return variants.map((variant, i) => {
    const peer = `PyTorch ${typeof torch === 'string' ? '' : torch.version}`.trim();
    const name = `${peer}, memory ${variant.memory}${variant.note ? `, ${variant.note}` : ''}`;
    return rowOf(work, { ...variant, peer: name, missing: missing[i] }, { ours, theirs: missing[i] ? [] : theirs[i]! });
  });
}

function rowOf(
  { work, unit, moreIsBetter = false, faultsOf }: Work,
  { missing, ...about }: Variant & { readonly peer: string; readonly missing: string | undefined },
  { ours, theirs }: { readonly ours: readonly Figures[]; readonly theirs: readonly Figures[] },
): Row {
  const pairs = theirs.map(({ value }, i) => [ours[i]!.value, value] as const);
  const ratios = pairs.map(([mine, other]) => mine / other);
  const of = (figures: readonly Figures[], name: keyof Figures) => {
    const numbers = figures.flatMap((figure) => (typeof figure[name] === 'number' ? [figure[name]] : []));
    return numbers.length > 0 ? median(numbers) : undefined;
  };
  const arrived = (figures: readonly Figures[]) =>
    figures.some((figure) => figure.arrived !== undefined)
      ? `${figures.filter((figure) => figure.arrived).length} of ${figures.length}`
      : undefined;
  const known = ratios.length > 0;
  const details = {
    plan: ours.at(-1)?.plan,
    ourMicroBatch: of(ours, 'microBatch'),
    microBatch: of(theirs, 'microBatch'),
    loaderWorkers: of(theirs, 'loaderWorkers'),
    faultsOf,
    pageFaults: faultsOf && of(ours, 'pageFaults'),
    theirPageFaults: faultsOf && of(theirs, 'pageFaults'),
    peakBytes: of(ours, 'peakBytes'),
    theirPeakBytes: of(theirs, 'peakBytes'),
    passes: of(ours, 'passes'),
    theirPasses: of(theirs, 'passes'),
    later: of(ours, 'later'),
    theirLater: of(theirs, 'later'),
    arrived: arrived(ours),
    theirArrived: arrived(theirs),
  };
  return {
    work,
    ...about,
    unit,
    better: moreIsBetter ? 'above 1' : 'below 1',
    ours: of(ours, 'value')!,
    theirs: of(theirs, 'value') ?? null,
    ratio: known ? median(ratios) : null,
    low: known ? Math.min(...ratios) : null,
    high: known ? Math.max(...ratios) : null,
    pairs,
    ...Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)),
    ...(missing !== undefined && { missing }),
  };
}
