import type { Kernels } from '../../kernels/kernels.ts';
import type { Session } from '../session.ts';
import { blockedConvolution } from './convolution.ts';
import { tensorAt } from './layer.ts';
import type { LayerPlaces, StripSizes } from './places.ts';
import type { CreatePart } from './running.ts';
import { COMBINATIONS, COMBINED_ROWS, TILE_ROWS } from './weights.ts';

/** A convolution of an image, from one place to another. */
export interface RowConvolution {
  readonly run: () => Promise<void>;
  readonly release: Session['release'];
}

/**
 * A convolution of 5×5 pixels with 0.4 of the multiplications (Winograd 1980, in one direction): combinations of eight rows
 * are convolved in parallel, with a kernel of one row each, and give four rows of outputs. As one convolution in groups,
 * some tiles of four rows at a time.
 */
export async function createRowConvolution(
  {
    x,
    y,
    weights,
    bias,
    inputs,
    outputs,
    height,
    rectify,
    lanes,
  }: {
    /** Addresses; `bias` where there is one. */
    readonly x: number;
    readonly y: number;
    readonly weights: number;
    readonly bias?: number;
    readonly inputs: number;
    readonly outputs: number;
    readonly height: number;
    /** Whether what is negative becomes 0. */
    readonly rectify: boolean;
    readonly lanes: number;
  },
  {
    strip: { tiles, columns, margin },
    places: { combined, convolved },
    kernels,
    createSession,
  }: {
    readonly strip: StripSizes;
    readonly places: LayerPlaces;
    readonly kernels: Kernels;
    readonly createSession: CreatePart;
  },
): Promise<RowConvolution> {
  const [from, to] = [COMBINATIONS * inputs, COMBINATIONS * outputs];
  const kernel = [to, inputs, 1, COMBINED_ROWS] as const;
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
  const size = { lanes, h: height, columns };
  return {
    release: () => session.release(),
    async run() {
      for (let first = 0; first * TILE_ROWS < height; first += tiles) {
        const rows = { first, tiles };
        kernels.combineRows({ x, u: combined }, { ...size, blocks: inputs / lanes, above: margin }, rows);
        await session.run(feeds, undefined, into);
        const places = { m: convolved, y, ...(bias !== undefined && { bias }) };
        kernels.separateRows(places, { ...size, blocks: outputs / lanes }, { ...rows, rectify });
      }
    },
  };
}
