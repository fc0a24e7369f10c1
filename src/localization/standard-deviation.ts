import type { Plane } from './plane.ts';

/** Standard deviation of intensities: exactly 0 if all are equal, and 0 for no intensities. */
export function standardDeviation(data: Plane['data']): number {
  const first = data[0] ?? 0;
  let [sum, squares] = [0, 0];
  for (const value of data) {
    sum += value - first;
    squares += (value - first) ** 2;
  }
  const count = Math.max(1, data.length);
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}
