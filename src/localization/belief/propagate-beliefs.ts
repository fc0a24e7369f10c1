import { MilscopeError } from '../../errors.ts';
import { requireSize } from '../plane.ts';
import { AREA, type Blocks, blocksOf, forEachPixel } from './blocks.ts';
import { linesOf, solveLines } from './lines.ts';

/**
 * Log weights J ≥ 0 of the edges of a pixel grid, `[height, width]` each: `right` from a pixel to the one on its right
 * (the last column leads out of the plane and is ignored), `down` to the one below (the last row is ignored).
 */
export interface EdgeCouplings {
  readonly right: Float32Array;
  readonly down: Float32Array;
}

export interface BeliefOptions {
  /** Log odds of the pixels alone, θ, `[height, width]`. Beyond ±100 they count as ±100. */
  readonly theta: Float32Array;
  readonly height: number;
  readonly width: number;
  /** Log weight J of two neighbours being equal, of all edges or of each. Above 50 it counts as 50. */
  readonly coupling: number | EdgeCouplings;
  /** Largest change of log odds of a sweep at which a field counts as converged. */
  readonly tolerance?: number;
  /** Maximum number of sweeps, each along the rows and along the columns, in both directions. */
  readonly iterations?: number;
}

export interface Beliefs {
  /** P(s = 1) of every pixel, `[height, width]`. */
  readonly probability: Float32Array;
  /** Sweeps made. */
  readonly iterations: number;
  /** Largest change of the log odds in the last of them. */
  readonly change: number;
  /** Whether that is within the tolerance. If not, the probabilities are those after the last sweep. */
  readonly converged: boolean;
}

const MOST_EVIDENCE = 100;
const MOST_COUPLING = 50;

/**
 * Marginals of a binary Markov random field on the pixel grid by loopy belief propagation (sum-product, Pearl 1988):
 * p(s) ∝ exp(Σ_i ±θ_i / 2 + Σ_ij J_ij [s_i = s_j]), + where s_i = 1 and - where s_i = 0, each pixel with four
 * neighbours. Exact where the edges with J > 0 form no cycle (one row, one column, a forest); otherwise the fixed point
 * of the Bethe free energy (Yedidia, Freeman & Weiss 2001) that is reached from uninformative messages.
 *
 * A sweep solves all rows exactly given the messages of the columns, then all columns given those of the rows. The
 * evidence of a pixel can thus cross the plane in one sweep. Since neighbours attract each other (J ≥ 0), no damping is
 * needed.
 *
 * @throws BadShape when an array does not have `height` times `width` elements.
 * @throws BadOption when a θ is NaN, or a coupling NaN or negative.
 */
export function propagateBeliefs({
  theta,
  height,
  width,
  coupling,
  tolerance = 1e-3,
  iterations = 100,
}: BeliefOptions): Beliefs {
  requireSize('theta', theta, { height, width });
  const blocks = blocksOf({ height, width });
  const places = blocks.rows * blocks.columns * AREA;
  const evidence = new Float64Array(places).fill(1);
  forEachPixel(blocks, (pixel, place) => {
    const value = theta[pixel]!;
    if (Number.isNaN(value)) throw new MilscopeError('BadOption', { problem: 'a pixel has log odds that are NaN' });
    evidence[place] = Math.exp(Math.min(MOST_EVIDENCE, Math.max(-MOST_EVIDENCE, value)));
  });
  const unseen = () => new Float64Array(blocks.rows * blocks.columns).fill(Number.POSITIVE_INFINITY);
  const rows = linesOf(blocks, 'rows', edgesOf(blocks, coupling, 'right'));
  const columns = linesOf(blocks, 'columns', edgesOf(blocks, coupling, 'down'));
  const fromRows = { odds: evidence.slice(), unseen: unseen() };
  const fromColumns = { odds: evidence.slice(), unseen: unseen() };
  // Half of the tolerance for changes that a block may ignore, so that these do not add up to a change that counts.
  const unseenTolerance = tolerance / 2;
  let [change, sweeps] = [Number.POSITIVE_INFINITY, 0];
  while (change > tolerance && sweeps < iterations) {
    const byRows = solveLines(rows, { evidence, across: fromColumns, result: fromRows, tolerance: unseenTolerance });
    const byColumns = solveLines(columns, {
      evidence,
      across: fromRows,
      result: fromColumns,
      tolerance: unseenTolerance,
    });
    change = Math.max(byRows, byColumns);
    sweeps++;
  }
  const probability = new Float32Array(height * width);
  forEachPixel(blocks, (pixel, place) => {
    const odds = (fromRows.odds[place]! * fromColumns.odds[place]!) / evidence[place]!;
    probability[pixel] = odds / (1 + odds);
  });
  return { probability, iterations: sweeps, change, converged: change <= tolerance };
}

/** e^J of the edges to the right or down, in blocks; 1 for those that lead out of the plane. */
function edgesOf(blocks: Blocks, coupling: number | EdgeCouplings, side: 'right' | 'down'): Float64Array {
  const { height, width } = blocks;
  if (typeof coupling !== 'number') requireSize(side, coupling[side], blocks);
  const edges = new Float64Array(blocks.rows * blocks.columns * AREA).fill(1);
  const weight = (value: number) => {
    if (!(value >= 0)) {
      throw new MilscopeError('BadOption', {
        problem: 'a coupling of neighbours is negative or NaN',
        found: String(value),
        expected: '0 or more',
      });
    }
    return Math.exp(Math.min(MOST_COUPLING, value));
  };
  const [lastColumn, lastRow] = side === 'right' ? [width - 1, height] : [width, height - 1];
  const everywhere = typeof coupling === 'number' ? weight(coupling) : undefined;
  const each = typeof coupling === 'number' ? undefined : coupling[side];
  forEachPixel(blocks, (pixel, place, x, y) => {
    if (x < lastColumn && y < lastRow) edges[place] = everywhere ?? weight(each![pixel]!);
  });
  return edges;
}
