import type { Plane } from './plane.ts';

/** Measures intensities that come in pieces; in which pieces does not matter. */
export interface DeviationMeter {
  readonly add: (data: Plane['data']) => void;
  /** Exactly 0 if all are equal, and 0 for no intensities. */
  readonly result: () => number;
}

export function measureDeviation(): DeviationMeter {
  let [first, sum, squares, count]: [number | undefined, number, number, number] = [undefined, 0, 0, 0];
  return {
    add(data) {
      first ??= data[0];
      const from = first ?? 0;
      let [own, ownSquares] = [sum, squares];
      for (let i = 0; i < data.length; i++) {
        const away = data[i]! - from;
        own += away;
        ownSquares += away ** 2;
      }
      [sum, squares] = [own, ownSquares];
      count += data.length;
    },
    result() {
      const pixels = Math.max(1, count);
      return Math.sqrt(Math.max(0, squares / pixels - (sum / pixels) ** 2));
    },
  };
}

/** Standard deviation of intensities: exactly 0 if all are equal, and 0 for no intensities. */
export function standardDeviation(data: Plane['data']): number {
  const { add, result } = measureDeviation();
  add(data);
  return result();
}
