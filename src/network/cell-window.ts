/**
 * How the neighbours of a cell are hidden: pixels up to `full` from the middle of the square are shown as they are, those from
 * `zero` on as the mean of the training, and between them shares along half a cosine. Both are shares of half the side.
 *
 * What a network is told of a cell would else be told of its neighbours too: of a cell that does not respond, beside some that do,
 * it would learn that it responds.
 */
export interface CellWindow {
  readonly full: number;
  readonly zero: number;
  /**
   * From which distance on another centre is that of another cell, as such a share: what is nearer to it is hidden too, before the
   * model sees the square. Nearer ones are parts of the same cell. No other cells are known unless it is given.
   */
  readonly others?: number | undefined;
}

/**
 * The window that cells are trained with: it shows a cell whole that is 0.7 as wide as the square, and nothing in the corners. On a
 * simulated screen of cells side by side, one of 0.55 and 0.8 called 0.82 of the normal cells beside few responders normal, and
 * nearly all others were less than 28 pixels from a responder; with other cells hidden it called 0.925 normal, and this window 0.935.
 */
export const CELL_WINDOW: CellWindow = { full: 0.7, zero: 1, others: 0.4 };

/** The share of every pixel of a square that is shown, `[side, side]`. */
export function shareShown(side: number, { full, zero }: CellWindow): Float32Array {
  const middle = (side - 1) / 2;
  return Float32Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    const distance = Math.hypot(x - middle, y - middle) / (side / 2);
    const place = Math.min(1, Math.max(0, (distance - full) / (zero - full)));
    return (1 + Math.cos(Math.PI * place)) / 2;
  });
}
