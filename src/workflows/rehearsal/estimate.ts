import type { TimeRange } from './document.ts';

/** How far some work had come at a time. */
export interface Mark {
  /** Milliseconds. */
  readonly at: number;
  /** Units that were done. */
  readonly done: number;
}

/** How much faster and slower the whole may be than the little that was measured. */
const [FASTER, SLOWER] = [0.8, 1.3];
/** Where several units are done at once, the marks of some of them come together. */
const SLOWER_AT_ONCE = 1.6;
/** Share of the time of a single unit that may have been the beginning: it is not known how much of it was. */
const BEGINNING = 0.5;

/** How fast some work goes: seconds until its first unit is done, and for each of the others. */
export interface Pace {
  readonly first: TimeRange;
  readonly each: TimeRange;
}

/** Seconds that a unit takes of which some were done in so many seconds. */
export function rateOf(seconds: number, units: number): TimeRange {
  return { low: (FASTER * seconds) / units, high: (SLOWER * seconds) / units };
}

/**
 * The pace of work that began at a time, from its marks. Threads and sessions begin before the first unit is done, so that it
 * says little about the others; undefined where none was done.
 */
export function paceOf(began: number, marks: readonly Mark[]): Pace | undefined {
  const [first, last] = [marks.find(({ done }) => done > 0), marks.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const start = (first.at - began) / 1000;
  const units = last.done - first.done;
  const beginning = rateOf(start, first.done);
  if (units === 0) return { first: beginning, each: { low: BEGINNING * beginning.low, high: beginning.high } };
  const each = (last.at - first.at) / 1000 / units;
  return { first: rateOf(start, 1), each: { low: FASTER * each, high: SLOWER_AT_ONCE * each } };
}

/** How long so many units take at a pace. */
export function timeFor({ first, each }: Pace, units: number): TimeRange {
  return units <= 0 ? { low: 0, high: 0 } : together([first, times(each, Math.max(0, units - 1))]);
}

/** So many units. */
export function times({ low, high }: TimeRange, units: number): TimeRange {
  return { low: low * units, high: high * units };
}

/** One thing after the other. */
export function together(parts: readonly TimeRange[]): TimeRange {
  const sum = (of: readonly number[]) => of.reduce((all, one) => all + one, 0);
  return { low: sum(parts.map(({ low }) => low)), high: sum(parts.map(({ high }) => high)) };
}

/** A range in words: `about 4 to 6 min`. */
export function rangeWords({ low, high }: TimeRange): string {
  if (high < 1) return 'less than 1 s';
  const [unit, seconds] = UNITS.findLast(([, size]) => high >= 2 * size) ?? UNITS[0];
  const digits = (value: number) => Number((value / seconds).toPrecision(2));
  const [from, to] = [Math.max(1, Math.round(digits(low))), Math.max(1, Math.ceil(digits(high)))];
  return from === to ? `about ${to} ${unit}` : `about ${from} to ${to} ${unit}`;
}

const UNITS = [
  ['s', 1],
  ['min', 60],
  ['h', 3600],
] as const;
