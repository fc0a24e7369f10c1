import type { Kernels } from '../../kernels/kernels.ts';
import type { Session } from '../session.ts';
import { blockedConvolution } from './convolution.ts';
import { tensorAt } from './layer.ts';
import type { CombinedRows, LayerPlaces, StripSizes } from './places.ts';
import type { CreatePart } from './running.ts';
import { COMBINATIONS } from './weights.ts';

/** A convolution of some rows at a time, by combinations of rows. */
export interface RowConvolution {
  /** Rows that are computed at once, at most. */
  readonly rows: number;
  /**
   * Computes rows from the `first` on, a multiple of `rows`.
   *
   * @param x address and rows of the input `[blocks, h, columns, lanes]`; row 0 of the outputs looks at the rows from
   * -above on, which are zeros where there are none
   * @param y the address of the first of the rows of outputs, how many there are, and rows from one block to the next
   */
  readonly run: (
    x: { readonly at: number; readonly h: number; readonly above: number },
    y: { readonly at: number; readonly stride: number; readonly rows: number },
    first: number,
  ) => Promise<void>;
  readonly release: Session['release'];
}

/**
 * A convolution of 3×3 or 5×5 pixels with 0.44 or 0.4 of the multiplications (Winograd 1980, in one direction): eight
 * combinations of eight rows are convolved in parallel, with a kernel of one row each, and give six or four rows of outputs. As
 * one convolution in groups, some tiles of so many rows at a time.
 */
export async function createRowConvolution(
  {
    weights,
    bias,
    inputs,
    outputs,
    rectify,
    lanes,
  }: {
    /** Addresses; `bias` where there is one. */
    readonly weights: number;
    readonly bias?: number;
    readonly inputs: number;
    readonly outputs: number;
    /** Whether what is negative becomes 0. */
    readonly rectify: boolean;
    readonly lanes: number;
  },
  {
    combined: { size, high, tiles },
    strip: { columns, margin },
    places: { combined, convolved },
    kernels,
    createSession,
  }: {
    readonly combined: CombinedRows;
    readonly strip: StripSizes;
    readonly places: LayerPlaces;
    readonly kernels: Kernels;
    readonly createSession: CreatePart;
  },
): Promise<RowConvolution> {
  const [from, to] = [COMBINATIONS * inputs, COMBINATIONS * outputs];
  const kernel = [to, inputs, 1, size] as const;
  const model = blockedConvolution({
    image: [from, tiles, columns],
    weights: kernel,
    sides: margin,
    group: COMBINATIONS,
  });
  const session = await createSession(model);
  const feeds = {
    x: tensorAt(kernels, combined, [1, from, tiles, columns]),
    w: tensorAt(kernels, weights, kernel),
  };
  const into = { y: tensorAt(kernels, convolved, [1, to, tiles, columns]) };
  const about = { lanes, columns, high };
  return {
    rows: high * tiles,
    release: () => session.release(),
    async run(x, y, first) {
      const image = { ...about, blocks: inputs / lanes, h: x.h, above: x.above };
      kernels.combineRows({ x: x.at, u: combined }, image, { first: first / high, tiles });
      await session.run(feeds, undefined, into);
      const places = { m: convolved, y: y.at, ...(bias !== undefined && { bias }) };
      const rows = Math.min(high * tiles, y.rows);
      const written = { ...about, blocks: outputs / lanes, stride: y.stride };
      kernels.separateRows(places, written, { tiles, rows, rectify });
    },
  };
}
