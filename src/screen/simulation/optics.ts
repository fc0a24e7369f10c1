import type { Random } from '../../random.ts';
import { drawCount } from './outline.ts';

/** A round part of the field where the focus is lost: centre and standard deviation in pixels. */
interface Defocus {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Mean number of patches out of focus in 512 × 512 pixels. */
const defocusRate = 0.35;
/** Share of the light that a widefield microscope spreads as haze, and how far (standard deviation, pixels). */
const haze = { share: 0.14, sigma: 11 };

/** Draws where a field of `size` × `size` pixels is out of focus; the same in all channels. */
export function drawDefocus(random: Random, { size }: { size: number }): Defocus[] {
  return Array.from({ length: drawCount(random, defocusRate * (size / 512) ** 2) }, () => ({
    x: size * random.uniform(),
    y: size * random.uniform(),
    radius: 22 + 26 * random.uniform(),
  }));
}

/**
 * What the objective makes of the light of one channel, in place: the point spread function (a Gaussian of `sigma`
 * pixels), the haze of light out of the plane, and the patches out of focus, by going over from the sharp image to ever
 * more blurred ones. `light` is `[size, size]`.
 */
export function imageLight(
  light: Float32Array,
  { size, sigma, defocus }: { size: number; sigma: number; defocus: readonly Defocus[] },
): void {
  const wide = spread(light, size, haze.sigma);
  blur(light, { width: size, height: size, sigma });
  for (let i = 0; i < light.length; i++) light[i] = light[i]! * (1 - haze.share) + wide[i]! * haze.share;
  for (const patch of defocus) loseFocus(light, size, patch);
}

/** Blurs one patch, the more the nearer to its middle: from sharp over soft to softer. */
function loseFocus(light: Float32Array, size: number, { x, y, radius }: Defocus): void {
  const around = Math.ceil(1.9 * radius);
  // Blurred beyond the patch, so that the border of the box does not show.
  const beyond = 10;
  const left = Math.max(0, Math.round(x) - around - beyond);
  const top = Math.max(0, Math.round(y) - around - beyond);
  const width = Math.min(size, Math.round(x) + around + beyond) - left;
  const height = Math.min(size, Math.round(y) + around + beyond) - top;
  const soft = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (top + row) * size + left;
    soft.set(light.subarray(start, start + width), row * width);
  }
  blur(soft, { width, height, sigma: 1.8 });
  const softer = soft.slice();
  blur(softer, { width, height, sigma: 3.2 });
  for (let row = 0, from = 0; row < height; row++) {
    for (let column = 0; column < width; column++, from++) {
      const square = ((left + column - x) ** 2 + (top + row - y) ** 2) / (radius * radius);
      if (square > 3.5) continue;
      const amount = 2 * Math.exp(-0.35 * square * square);
      const i = (top + row) * size + left + column;
      light[i] = amount < 1 ? mix(light[i]!, soft[from]!, amount) : mix(soft[from]!, softer[from]!, amount - 1);
    }
  }
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

/** Blurs with a Gaussian of `sigma` pixels, in place; the border is continued outwards. `[height, width]`. */
export function blur(
  plane: Float32Array,
  { width, height, sigma }: { width: number; height: number; sigma: number },
): void {
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

/** A wide blur at a quarter of the resolution, interpolated back: sixteen times cheaper, and just as smooth. */
function spread(plane: Float32Array, size: number, sigma: number): Float32Array {
  const step = 4;
  const small = Math.ceil(size / step);
  const coarse = new Float32Array(small * small);
  const count = new Float32Array(small * small);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const i = Math.floor(y / step) * small + Math.floor(x / step);
      coarse[i]! += plane[y * size + x]!;
      count[i]! += 1;
    }
  }
  for (let i = 0; i < coarse.length; i++) coarse[i]! /= count[i]!;
  blur(coarse, { width: small, height: small, sigma: sigma / step });
  const wide = new Float32Array(size * size);
  const last = small - 1;
  for (let y = 0; y < size; y++) {
    const down = Math.min(last, Math.max(0, (y + 0.5) / step - 0.5));
    const top = Math.floor(down);
    const bottom = Math.min(last, top + 1);
    for (let x = 0; x < size; x++) {
      const across = Math.min(last, Math.max(0, (x + 0.5) / step - 0.5));
      const left = Math.floor(across);
      const right = Math.min(last, left + 1);
      const above = mix(coarse[top * small + left]!, coarse[top * small + right]!, across - left);
      const below = mix(coarse[bottom * small + left]!, coarse[bottom * small + right]!, across - left);
      wide[y * size + x] = mix(above, below, down - top);
    }
  }
  return wide;
}
