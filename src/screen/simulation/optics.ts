import { blur, blurWide } from '../../pixels/gaussian.ts';
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
  const wide = blurWide(light, { width: size, height: size, sigma: haze.sigma, step: 4 });
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
