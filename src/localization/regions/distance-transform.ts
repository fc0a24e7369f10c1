import type { Mask } from '../plane.ts';

/**
 * The Euclidean distance of every pixel of a mask to the nearest pixel outside of it (pixels; 0 outside), exact, in
 * linear time: Felzenszwalb & Huttenlocher, "Distance transforms of sampled functions" (2012). Places beyond the border
 * of the plane count as neither; if the mask covers the whole plane, the distance is infinite.
 *
 * @returns `[height, width]`
 */
export function distanceTransform({ data, height, width }: Mask): Float32Array {
  const squares = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) squares[i] = Number.POSITIVE_INFINITY;
  const envelope = createEnvelope(Math.max(height, width));
  for (let x = 0; x < width; x++) envelope(squares, { start: x, stride: width, length: height });
  for (let y = 0; y < height; y++) envelope(squares, { start: y * width, stride: 1, length: width });
  const distances = new Float32Array(squares);
  for (let i = 0; i < distances.length; i++) distances[i] = Math.sqrt(distances[i]!);
  return distances;
}

/**
 * Replaces f by min over q of (p - q)² + f(q) along a line of up to `most` pixels: the lower envelope of parabolas.
 * Parabolas at infinity take no part.
 */
export function createEnvelope(most: number) {
  const values = new Float64Array(most);
  const apexes = new Int32Array(most);
  const starts = new Float64Array(most);
  return (f: Float64Array, { start, stride, length }: { start: number; stride: number; length: number }): void => {
    let last = -1;
    for (let q = 0; q < length; q++) {
      const value = f[start + q * stride]!;
      values[q] = value;
      if (value === Number.POSITIVE_INFINITY) continue;
      let from = Number.NEGATIVE_INFINITY;
      while (last >= 0) {
        const p = apexes[last]!;
        from = (value + q * q - values[p]! - p * p) / (2 * (q - p));
        if (from > starts[last]!) break;
        last--;
      }
      last++;
      apexes[last] = q;
      starts[last] = last === 0 ? Number.NEGATIVE_INFINITY : from;
    }
    if (last < 0) return;
    for (let p = 0, k = 0; p < length; p++) {
      while (k < last && starts[k + 1]! < p) k++;
      const q = apexes[k]!;
      f[start + p * stride] = (p - q) * (p - q) + values[q]!;
    }
  };
}
