/**
 * Blurs a plane `[height, width]` with a Gaussian of `sigma` pixels, cut off at three sigma, in place. The border is
 * continued outwards. Nothing happens for a `sigma` of 0.
 */
export function blur(
  plane: Float32Array,
  { width, height, sigma }: { width: number; height: number; sigma: number },
): void {
  if (sigma <= 0) return;
  const radius = reachOfBlur(sigma);
  const taps = Float32Array.from({ length: radius + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
  const total = taps.reduce((sum, tap, i) => sum + (i === 0 ? tap : 2 * tap), 0);
  for (let i = 0; i < taps.length; i++) taps[i]! /= total;
  blurRows(plane, { width, height, taps });
  blurColumns(plane, { width, height, taps });
}

/** How many pixels away those are that {@link blur} mixes into a pixel. */
export function reachOfBlur(sigma: number): number {
  return sigma <= 0 ? 0 : Math.max(1, Math.round(3 * sigma));
}

/**
 * A wide blur: the means of blocks of `step` × `step` pixels are blurred and interpolated back. It costs `step` squared
 * times less than {@link blur} and is as smooth if `step` is at most half of `sigma`.
 */
export function blurWide(
  plane: Float32Array,
  { width, height, sigma, step }: { width: number; height: number; sigma: number; step: number },
): Float32Array {
  const blocks = meansOfBlocks({ height, width, step });
  blocks.add(plane);
  return blocks.blurred(sigma).rows({ top: 0, height });
}

/** A smooth plane, known at the centres of blocks. */
export interface CoarsePlane {
  /** Interpolated to the pixels of some rows, `[height, width]`. */
  readonly rows: (rows: { readonly top: number; readonly height: number }) => Float32Array;
}

/** The means of the blocks of a plane that comes in strips of rows, from top to bottom, as {@link blurWide} uses them. */
export function meansOfBlocks({ width, height, step }: { width: number; height: number; step: number }): {
  readonly add: (rows: Float32Array) => void;
  /** The whole plane, blurred; `sigma` in pixels. Nothing can be added after that. */
  readonly blurred: (sigma: number) => CoarsePlane;
} {
  const columns = Math.ceil(width / step);
  const rows = Math.ceil(height / step);
  const coarse = new Float32Array(rows * columns);
  let y = 0;
  return {
    add(strip) {
      for (let from = 0; from < strip.length; from += width, y++) {
        const row = Math.floor(y / step) * columns;
        for (let x = 0; x < width; x++) coarse[row + Math.floor(x / step)]! += strip[from + x]!;
      }
    },
    blurred(sigma) {
      const along = (block: number, length: number) => Math.min(step, length - block * step);
      for (let i = 0; i < coarse.length; i++) {
        coarse[i]! /= along(Math.floor(i / columns), height) * along(i % columns, width);
      }
      blur(coarse, { width: columns, height: rows, sigma: sigma / step });
      return interpolated(coarse, { rows, columns, width, step });
    },
  };
}

function interpolated(
  coarse: Float32Array,
  { rows, columns, width, step }: { rows: number; columns: number; width: number; step: number },
): CoarsePlane {
  const across = Array.from({ length: width }, (_, x) => betweenBlocks(x, { step, blocks: columns }));
  return {
    rows({ top, height }) {
      const wide = new Float32Array(width * height);
      for (let y = 0; y < height; y++) {
        const down = betweenBlocks(top + y, { step, blocks: rows });
        const [upper, lower] = [down.before * columns, down.after * columns];
        for (let x = 0; x < width; x++) {
          const { before, after, share } = across[x]!;
          const above = mix(coarse[upper + before]!, coarse[upper + after]!, share);
          const below = mix(coarse[lower + before]!, coarse[lower + after]!, share);
          wide[y * width + x] = mix(above, below, down.share);
        }
      }
      return wide;
    },
  };
}

/** The blocks between whose centres a pixel lies, and the weight of the latter. */
function betweenBlocks(x: number, { step, blocks }: { step: number; blocks: number }) {
  const place = Math.min(blocks - 1, Math.max(0, (x + 0.5) / step - 0.5));
  const before = Math.floor(place);
  return { before, after: Math.min(blocks - 1, before + 1), share: place - before };
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

interface Blurring {
  readonly width: number;
  readonly height: number;
  /** The Gaussian from its centre outwards. */
  readonly taps: Float32Array;
}

/** Two pixels at a time: each is a chain of sums, and the processor can compute two such chains at once. */
function blurRows(plane: Float32Array, { width, height, taps }: Blurring): void {
  const radius = taps.length - 1;
  const wide = Float64Array.from(taps);
  // One more than needed, for the second pixel of the last pair.
  const padded = new Float64Array(width + 2 * radius + 1);
  for (let y = 0; y < height; y++) {
    const row = plane.subarray(y * width, (y + 1) * width);
    padded.fill(row[0]!, 0, radius);
    padded.set(row, radius);
    padded.fill(row[width - 1]!, radius + width);
    for (let x = 0; x < width; x += 2) {
      const middle = x + radius;
      let first = wide[0]! * padded[middle]!;
      let second = wide[0]! * padded[middle + 1]!;
      for (let k = 1; k <= radius; k++) {
        const tap = wide[k]!;
        first += tap * (padded[middle - k]! + padded[middle + k]!);
        second += tap * (padded[middle - k + 1]! + padded[middle + k + 1]!);
      }
      row[x] = first;
      if (x + 1 < width) row[x + 1] = second;
    }
  }
}

/** A row at a time, so that memory is read in order, and two taps at a time; a copy keeps the original rows above. */
function blurColumns(plane: Float32Array, { width, height, taps }: Blurring): void {
  const radius = taps.length - 1;
  const source = plane.slice();
  const line = (y: number): number => Math.min(height - 1, Math.max(0, y)) * width;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) plane[row + x] = taps[0]! * source[row + x]!;
    let k = 1;
    for (; k < radius; k += 2) {
      const [tap, next] = [taps[k]!, taps[k + 1]!];
      const [above, below, higher, lower] = [line(y - k), line(y + k), line(y - k - 1), line(y + k + 1)];
      for (let x = 0; x < width; x++) {
        const near = Math.fround(plane[row + x]! + tap * (source[above + x]! + source[below + x]!));
        plane[row + x] = near + next * (source[higher + x]! + source[lower + x]!);
      }
    }
    if (k > radius) continue;
    const [above, below] = [line(y - k), line(y + k)];
    for (let x = 0; x < width; x++) plane[row + x]! += taps[k]! * (source[above + x]! + source[below + x]!);
  }
}
