import type { PyTorch, Variant } from './pytorch.ts';
import type { Ended } from './run-process.ts';

/** What one process measured. */
export interface Figures {
  /** In the unit of the work. */
  readonly value: number;
  readonly peakBytes: number;
  readonly microBatch?: number;
  readonly pageFaults?: number;
  readonly loaderWorkers?: number;
  /** Of a Jacobian map: its time in forward passes of the same side. */
  readonly passes?: number;
  /** Of a training: the last epoch alone, in which no file is read. */
  readonly later?: number;
  /** How our steps were computed. */
  readonly plan?: string;
  /** Whether the accuracy was reached. */
  readonly arrived?: boolean;
}

/** One work that both sides do. */
export interface Work {
  readonly work: string;
  readonly unit: string;
  /** Whether the better side has more of it. */
  readonly moreIsBetter?: boolean;
  /** What the page faults are counted for. */
  readonly faultsOf?: string;
  /** Pairs at most; as many as were asked for unless given. */
  readonly pairs?: number;
  readonly variants: readonly Variant[];
  /** Makes what both sides read. */
  readonly prepare?: () => Promise<void>;
  /** `pair` counts from 0. */
  readonly ours: (pair: number) => Promise<Figures>;
  readonly theirs: (pair: number, variant: Variant, torch: PyTorch) => Promise<Figures>;
}

/** The figures of a script that printed its median. */
export function figuresOf({ said, peakBytes }: Ended, value: (median: number) => number = (median) => median): Figures {
  const figure = (name: string) => (said[name] === undefined ? {} : { [name]: said[name] });
  const others = ['microBatch', 'pageFaults', 'loaderWorkers', 'passes', 'plan'].map(figure);
  return Object.assign(
    { value: value(Number(said.median)), peakBytes: Number(said.peakBytes ?? peakBytes) },
    ...others,
  );
}
