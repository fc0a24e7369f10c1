import { createRandom } from '../../random.ts';
import type { Mask } from '../plane.ts';

/** A mask from lines of text: `#` inside, anything else outside. */
export function maskOf(...lines: readonly string[]): Mask {
  const width = lines[0]!.length;
  return { data: Uint8Array.from(lines.join(''), (sign) => (sign === '#' ? 1 : 0)), height: lines.length, width };
}

/** Label images as lines of text: `.` background, `1`, `2` … */
export function linesOf(labels: { data: ArrayLike<number>; width: number }): string[] {
  const text = Array.from(labels.data, (label) => (label === 0 ? '.' : String(label))).join('');
  return text.match(new RegExp(`.{${labels.width}}`, 'g'))!;
}

/** A dark field with a bright disc for each of `discs`, and noise of standard deviation `noise`; intensities in counts. */
export function discs(
  centres: readonly (readonly [x: number, y: number])[],
  { size = 96, radius = 10, light = 100, noise = 0, seed = 1 } = {},
) {
  const random = createRandom(seed, 'discs');
  const data = new Float32Array(size * size);
  for (let pixel = 0; pixel < data.length; pixel++) {
    const [x, y] = [pixel % size, Math.floor(pixel / size)];
    const inside = centres.some(([u, v]) => Math.hypot(x - u, y - v) <= radius);
    data[pixel] = 20 + (inside ? light : 0) + (noise > 0 ? noise * random.normal() : 0);
  }
  return { data, height: size, width: size };
}
