/** Places of fields on a map (CSS pixels); NaN for one that is not on it. */
export interface Places {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** The row nearest to a point, within `reach`; undefined without any. */
export function nearestRow(
  { x, y }: Places,
  rows: ArrayLike<number>,
  at: { readonly x: number; readonly y: number; readonly reach: number },
): number | undefined {
  let found: number | undefined;
  let least = at.reach ** 2;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const distance = (x[row]! - at.x) ** 2 + (y[row]! - at.y) ** 2;
    if (distance <= least) {
      least = distance;
      found = row;
    }
  }
  return found;
}

/**
 * The next row from a row in a direction: the nearest within 45 degrees of it. Distance along the direction counts, and twice
 * that across it, so that keys lead straight on.
 */
export function nextRow(
  { x, y }: Places,
  rows: ArrayLike<number>,
  { from, right, down }: { readonly from: number; readonly right: number; readonly down: number },
): number | undefined {
  let found: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const [dx, dy] = [x[row]! - x[from]!, y[row]! - y[from]!];
    const along = dx * right + dy * down;
    const across = Math.abs(dx * down) + Math.abs(dy * right);
    if (row === from || !(along > 0) || across > along) continue;
    const far = along + 2 * across;
    if (far < least) {
      least = far;
      found = row;
    }
  }
  return found;
}
