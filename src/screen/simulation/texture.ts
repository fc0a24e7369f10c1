import type { Random } from '../../random.ts';

/**
 * Smooth noise in -1 … 1: random values on a lattice of `grain` pixels, interpolated. `[height, width]`.
 */
export function drawTexture(
  random: Random,
  { width, height, grain }: { width: number; height: number; grain: number },
): Float32Array {
  const columns = Math.ceil(width / grain) + 2;
  const rows = Math.ceil(height / grain) + 2;
  const lattice = Float32Array.from({ length: columns * rows }, () => 2 * random.uniform() - 1);
  const texture = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const top = Math.floor(y / grain);
    const down = smooth(y / grain - top);
    for (let x = 0; x < width; x++) {
      const left = Math.floor(x / grain);
      const right = smooth(x / grain - left);
      const i = top * columns + left;
      const above = lattice[i]! * (1 - right) + lattice[i + 1]! * right;
      const below = lattice[i + columns]! * (1 - right) + lattice[i + columns + 1]! * right;
      texture[y * width + x] = above * (1 - down) + below * down;
    }
  }
  return texture;
}

const smooth = (t: number): number => t * t * (3 - 2 * t);
