/** Height and width (pixels). */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** A part of a plane (pixels). */
export interface Window extends Size {
  readonly left: number;
  readonly top: number;
}

/** The middle of a plane, at most `most` pixels high and wide. */
export function middleOf({ height, width }: Size, most: number): Window {
  const [rows, columns] = [Math.min(height, most), Math.min(width, most)];
  return { left: (width - columns) >> 1, top: (height - rows) >> 1, height: rows, width: columns };
}

/** The pixels of a part of a plane that is `width` pixels wide, `[part.height, part.width]`. */
export function cut<T extends Uint8Array | Uint16Array | Float32Array | Int32Array>(
  plane: T,
  { width, part }: { readonly width: number; readonly part: Window },
): T {
  const out = plane.slice(0, part.height * part.width) as T;
  for (let y = 0; y < part.height; y++) {
    const start = (part.top + y) * width + part.left;
    out.set(plane.subarray(start, start + part.width), y * part.width);
  }
  return out;
}

/**
 * A plane at another size, each pixel the mean of what it covers of the old ones. What is not finite counts as 0.
 *
 * @returns `[to.height, to.width]`
 */
export function resample(
  plane: ArrayLike<number>,
  { from, to }: { readonly from: Size; readonly to: Size },
): Float32Array {
  const across = sharesOf(from.width, to.width);
  const rows = new Float32Array(from.height * to.width);
  for (let y = 0; y < from.height; y++) {
    across.forEach((shares, x) => {
      let sum = 0;
      for (const [place, share] of shares) {
        const value = plane[y * from.width + place]!;
        if (Number.isFinite(value)) sum += share * value;
      }
      rows[y * to.width + x] = sum;
    });
  }
  const out = new Float32Array(to.height * to.width);
  sharesOf(from.height, to.height).forEach((shares, y) => {
    for (const [place, share] of shares) {
      for (let x = 0; x < to.width; x++) out[y * to.width + x]! += share * rows[place * to.width + x]!;
    }
  });
  return out;
}

/** Labels at another size: each pixel has the label at its middle. */
export function resampleLabels(
  labels: Int32Array,
  { from, to }: { readonly from: Size; readonly to: Size },
): Int32Array {
  return Int32Array.from({ length: to.height * to.width }, (_, pixel) => {
    const x = pixel % to.width;
    const y = (pixel - x) / to.width;
    const [u, v] = [((x + 0.5) * from.width) / to.width, ((y + 0.5) * from.height) / to.height];
    return labels[Math.floor(v) * from.width + Math.floor(u)]!;
  });
}

/** For each of `to` places along a line the places of `from` that it covers, and their shares of it. */
function sharesOf(from: number, to: number): (readonly [place: number, share: number])[][] {
  const step = from / to;
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [i * step, Math.min(from, (i + 1) * step)];
    const shares: [number, number][] = [];
    for (let place = Math.floor(start); place < end; place++) {
      const share = (Math.min(end, place + 1) - Math.max(start, place)) / step;
      if (share > 1e-9) shares.push([place, share]);
    }
    return shares;
  });
}
