/**
 * Blurs a plane `[height, width]` with a Gaussian of `sigma` pixels, cut off at three of them, in place. The border is
 * continued outwards. Nothing happens for a `sigma` of 0.
 */
export function blur(
  plane: Float32Array,
  { width, height, sigma }: { width: number; height: number; sigma: number },
): void {
  if (sigma <= 0) return;
  const radius = Math.max(1, Math.round(3 * sigma));
  const taps = Float32Array.from({ length: radius + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
  const total = taps.reduce((sum, tap, i) => sum + (i === 0 ? tap : 2 * tap), 0);
  for (let i = 0; i < taps.length; i++) taps[i]! /= total;
  const padded = new Float32Array(width + 2 * radius);
  for (let y = 0; y < height; y++) {
    const row = plane.subarray(y * width, (y + 1) * width);
    padded.fill(row[0]!, 0, radius);
    padded.set(row, radius);
    padded.fill(row[width - 1]!, radius + width);
    for (let x = 0; x < width; x++) {
      let sum = taps[0]! * padded[x + radius]!;
      for (let k = 1; k <= radius; k++) sum += taps[k]! * (padded[x + radius - k]! + padded[x + radius + k]!);
      row[x] = sum;
    }
  }
  // Down the columns a row at a time, so that memory is read in order; a copy keeps the rows above as they were.
  const source = plane.slice();
  const line = (y: number): Float32Array => {
    const inside = Math.min(height - 1, Math.max(0, y));
    return source.subarray(inside * width, (inside + 1) * width);
  };
  for (let y = 0; y < height; y++) {
    const row = plane.subarray(y * width, (y + 1) * width);
    const middle = line(y);
    for (let x = 0; x < width; x++) row[x] = taps[0]! * middle[x]!;
    for (let k = 1; k <= radius; k++) {
      const tap = taps[k]!;
      const above = line(y - k);
      const below = line(y + k);
      for (let x = 0; x < width; x++) row[x]! += tap * (above[x]! + below[x]!);
    }
  }
}
