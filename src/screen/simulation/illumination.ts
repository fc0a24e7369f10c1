import type { Random } from '../../random.ts';

/** A smooth fall from a brightest to a darkest place of a field. Places and slopes in shares of the size. */
export interface Shade {
  readonly center: readonly [x: number, y: number];
  readonly tilt: readonly [x: number, y: number];
}

/** Draws a fall whose brightest place is about `center`, in or beyond the field, by default somewhere within it. */
export function drawShade(random: Random, { beyond = 0 }: { beyond?: number } = {}): Shade {
  const place = (): number => 0.5 + (0.35 + beyond) * (2 * random.uniform() - 1);
  return { center: [place(), place()], tilt: [0.3 * random.normal(), 0.3 * random.normal()] };
}

/**
 * The fall at every pixel, `[size, size]`: 1 at the brightest one, 0 at the darkest, a polynomial of the second degree
 * in between.
 */
export function renderShade({ center, tilt }: Shade, size: number): Float32Array {
  const fall = new Float32Array(size * size);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let y = 0, i = 0; y < size; y++) {
    const dy = y / size - center[1];
    for (let x = 0; x < size; x++, i++) {
      const dx = x / size - center[0];
      fall[i] = dx * dx + dy * dy + tilt[0] * dx + tilt[1] * dy;
      least = Math.min(least, fall[i]!);
      most = Math.max(most, fall[i]!);
    }
  }
  return fall.map((value) => (most - value) / (most - least));
}
