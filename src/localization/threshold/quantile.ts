import type { Plane } from '../plane.ts';
import { requireOption } from '../require-option.ts';

/** The place of a quantile among sorted intensities: the smallest that at least this share of them do not exceed. */
export function placeOfQuantile(share: number, count: number): number {
  requireOption('share', share, { fits: share >= 0 && share <= 1, expected: 'from 0 to 1' });
  return Math.max(0, Math.ceil(share * count - 1e-9) - 1);
}

/**
 * Finds the intensity at a place among all sorted ones, from 0, of a plane that comes in pieces twice: exactly, without sorting.
 * The first time the upper halves of their bits are counted, the second time the lower halves of those with the right upper half.
 *
 * @example
 * const find = selectIntensity(place);
 * for (const piece of pieces) find.first(piece);
 * for (const piece of pieces) find.second(piece);
 * find.result();
 */
export function selectIntensity(place: number): {
  readonly first: (data: Plane['data']) => void;
  readonly second: (data: Plane['data']) => void;
  readonly result: () => number;
} {
  const upper = new Float64Array(2 ** 16);
  const lower = new Float64Array(2 ** 16);
  let chosen: { readonly bin: number; readonly rest: number } | undefined;
  return {
    first: (data) => countBits(data, { counts: upper }),
    second(data) {
      chosen ??= binAt(upper, place);
      countBits(data, { counts: lower, within: chosen.bin });
    },
    result() {
      if (!chosen) return 0;
      return fromOrder(chosen.bin * 2 ** 16 + binAt(lower, chosen.rest).bin);
    },
  };
}

function countBits(data: Plane['data'], { counts, within }: { counts: Float64Array; within?: number }): void {
  const values = new Float32Array(Math.min(data.length, PIECE));
  const bits = new Int32Array(values.buffer);
  for (let from = 0; from < data.length; from += PIECE) {
    const piece = data.subarray(from, from + PIECE);
    values.set(piece);
    for (let i = 0; i < piece.length; i++) {
      const order = orderOf(bits[i]!);
      if (within === undefined) counts[order >>> 16]! += 1;
      else if (order >>> 16 === within) counts[order & 0xffff]! += 1;
    }
  }
}

/** Intensities whose bits are looked at together. */
const PIECE = 65536;

/** The bits of a float as a number from 0 that is in the order of the floats. */
function orderOf(bits: number): number {
  return (bits < 0 ? ~bits : bits | 0x8000_0000) >>> 0;
}

function fromOrder(order: number): number {
  const bits = order >= 2 ** 31 ? order & 0x7fff_ffff : ~order;
  return new Float32Array(Int32Array.of(bits).buffer)[0]!;
}

/** The bin that holds a place, and how many places further in than its first that is. */
function binAt(counts: Float64Array, place: number): { readonly bin: number; readonly rest: number } {
  let rest = place;
  for (let bin = 0; bin < counts.length; bin++) {
    if (rest < counts[bin]!) return { bin, rest };
    rest -= counts[bin]!;
  }
  return { bin: 0, rest: 0 };
}
