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
}

/**
 * The window that cells are trained with: it shows a cell whole that is half as wide as the square, and little beyond two thirds
 * of it. On a simulated screen of cells side by side, a wider and softer one (0.45 and 1) called 0.71 of the normal cells beside
 * few responders normal, this one 0.85.
 */
export const CELL_WINDOW: CellWindow = { full: 0.55, zero: 0.8 };

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
