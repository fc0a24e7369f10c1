/** Labels of the objects of a field: 0 background, other values the number of the object. `[height, width]`. */
export interface LabelImage {
  readonly labels: Int32Array;
  readonly height: number;
  readonly width: number;
}

/**
 * Cell bodies around nuclei: every pixel within `distance` pixels of a nucleus belongs to the nearest one
 * (CellProfiler's secondary objects by "Distance - N"). A pixel at equal distance from two goes to one of them, always
 * the same one.
 *
 * @returns `[height, width]` with the labels of the nuclei, which keep their own pixels
 */
export function growCells({ labels, height, width }: LabelImage, distance: number): Int32Array {
  const reach = Math.floor(distance);
  const nearest = nearestInColumn({ labels, height, width }, reach);
  const cells = labels.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      if (labels[pixel] !== 0) continue;
      let least = distance ** 2;
      let found = -1;
      for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
        const v = nearest[y * width + u]!;
        if (v < 0) continue;
        const square = (u - x) ** 2 + (v - y) ** 2;
        if (square < least || (square === least && found < 0)) {
          least = square;
          found = v * width + u;
        }
      }
      if (found >= 0) cells[pixel] = labels[found]!;
    }
  }
  return cells;
}

/**
 * The row of the nearest labelled pixel of the same column, up to `reach` away; of two, the upper; -1 if there is none.
 */
function nearestInColumn({ labels, height, width }: LabelImage, reach: number): Int32Array {
  const nearest = new Int32Array(height * width).fill(-1);
  for (let x = 0; x < width; x++) {
    let above = Number.NEGATIVE_INFINITY;
    for (let y = 0; y < height; y++) {
      if (labels[y * width + x] !== 0) above = y;
      if (y - above <= reach) nearest[y * width + x] = above;
    }
    let below = Number.POSITIVE_INFINITY;
    for (let y = height - 1; y >= 0; y--) {
      const pixel = y * width + x;
      if (labels[pixel] !== 0) below = y;
      const known = nearest[pixel]!;
      if (below - y <= reach && (known < 0 || below - y < y - known)) nearest[pixel] = below;
    }
  }
  return nearest;
}
