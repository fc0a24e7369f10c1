/** A small grey image that light is painted into: `[height, width]`, in any unit. */
export interface Canvas {
  readonly light: Float32Array;
  readonly width: number;
  readonly height: number;
}

export function createCanvas(width: number, height: number): Canvas {
  return { light: new Float32Array(width * height), width, height };
}

/** Adds `amount` at a point, shared among the four pixels around it. Nothing is painted outside. */
export function addPoint({ light, width, height }: Canvas, x: number, y: number, amount: number): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) return;
  const right = x - left;
  const down = y - top;
  const i = top * width + left;
  light[i]! += amount * (1 - right) * (1 - down);
  light[i + 1]! += amount * right * (1 - down);
  light[i + width]! += amount * (1 - right) * down;
  light[i + width + 1]! += amount * right * down;
}

/** Adds a Gaussian spot of standard deviation `sigma` pixels with `amount` at its peak. */
export function addSpot(
  { light, width, height }: Canvas,
  { x, y, sigma, amount }: { x: number; y: number; sigma: number; amount: number },
): void {
  const radius = 3 * sigma;
  const fall = -0.5 / (sigma * sigma);
  const right = Math.min(width - 1, Math.floor(x + radius));
  const bottom = Math.min(height - 1, Math.floor(y + radius));
  for (let row = Math.max(0, Math.ceil(y - radius)); row <= bottom; row++) {
    for (let column = Math.max(0, Math.ceil(x - radius)); column <= right; column++) {
      light[row * width + column]! += amount * Math.exp(fall * ((column - x) ** 2 + (row - y) ** 2));
    }
  }
}

/** Adds a straight line of `amount` per pixel of length. */
export function addLine(
  canvas: Canvas,
  { from, to, amount }: { from: readonly [number, number]; to: readonly [number, number]; amount: number },
): void {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const steps = Math.max(1, Math.ceil(length * 1.5));
  for (let i = 0; i <= steps; i++) {
    const share = i / steps;
    addPoint(
      canvas,
      from[0] + (to[0] - from[0]) * share,
      from[1] + (to[1] - from[1]) * share,
      (amount * length) / (steps + 1),
    );
  }
}
