import { type Plane, sameSize } from '../plane.ts';
import { requireOption } from '../require-option.ts';
import { standardDeviation } from '../standard-deviation.ts';
import type { EdgeCouplings } from './propagate-beliefs.ts';

export interface EdgeCouplingOptions {
  /** Log weight J ≥ 0 of two neighbours of equal intensity being in the same class. */
  readonly coupling: number;
  /**
   * What counts as an edge: the difference at which the coupling has fallen to exp(-1/2) of itself, in root mean
   * squares of the differences between neighbours. With a smaller contrast, fainter edges count.
   */
  readonly contrast?: number;
  /** Share of the coupling, 0 to 1, that no edge takes away. */
  readonly floor?: number;
}

/**
 * Couplings that weaken across the edges of an image, so that a mask ends at the edges of the cells (Boykov & Jolly
 * 2001; the scale as in GrabCut, Rother, Kolmogorov & Blake 2004): J · (floor + (1 - floor) · exp(-d² / 2β²)), with d²
 * the squared difference of two neighbours, added up over the channels after each is divided by its standard deviation,
 * and β² the mean of d² over all neighbours, times `contrast` squared. A constant plane has no edges and adds nothing.
 *
 * @param planes channels of a field, at least one, of one size, all intensities finite
 * @throws BadShape when there is no plane or they differ in size.
 * @throws BadOption when the coupling is negative, the contrast not above 0, or the floor not from 0 to 1.
 */
export function edgeCouplings(
  planes: readonly Plane[],
  { coupling, contrast = 1, floor = 0 }: EdgeCouplingOptions,
): EdgeCouplings {
  requireOption('coupling', coupling, { fits: coupling >= 0, expected: '0 or more' });
  requireOption('contrast', contrast, { fits: contrast > 0, expected: 'more than 0' });
  requireOption('floor', floor, { fits: floor >= 0 && floor <= 1, expected: 'from 0 to 1' });
  const { height, width } = sameSize(planes);
  const scaled = planes.flatMap(({ data }) => {
    const deviation = standardDeviation(data);
    return deviation === 0 ? [] : [{ data, scale: 1 / deviation }];
  });
  const contrasts = measureContrasts({ height, width, contrast });
  const squares = squaredDifferences(scaled, { height, width });
  contrasts.add(squares);
  return weaken(squares, { coupling, floor, steepness: contrasts.steepness() });
}

/** Squared differences of neighbours, to the right and down, as {@link EdgeCouplings} has places for them. */
interface Squares {
  readonly right: Float32Array;
  readonly down: Float32Array;
}

/** Those of some planes of one size, each times its scale, added up; 0 for edges that lead out of the planes. */
export function squaredDifferences(
  planes: readonly { readonly data: Plane['data']; readonly scale: number }[],
  { height, width }: { height: number; width: number },
): Squares {
  const right = new Float32Array(height * width);
  const down = new Float32Array(height * width);
  for (const { data, scale } of planes) {
    for (let y = 0; y < height; y++) {
      for (let i = y * width, end = i + width; i < end; i++) {
        if (i + 1 < end) right[i]! += (scale * (data[i + 1]! - data[i]!)) ** 2;
        if (y + 1 < height) down[i]! += (scale * (data[i + width]! - data[i]!)) ** 2;
      }
    }
  }
  return { right, down };
}

/** Measures how large squared differences are in a whole plane that comes in strips, from top to bottom. */
export function measureContrasts({
  height,
  width,
  contrast = 1,
}: {
  height: number;
  width: number;
  contrast?: number;
}): {
  readonly add: (squares: Squares) => void;
  /** 1 / 2β² of {@link edgeCouplings}; 0 without differences, when the plain coupling remains. */
  readonly steepness: () => number;
} {
  let sum = 0;
  return {
    add({ right, down }) {
      let own = sum;
      for (let i = 0; i < right.length; i++) own += right[i]! + down[i]!;
      sum = own;
    },
    steepness() {
      const edges = height * (width - 1) + width * (height - 1);
      return sum === 0 ? 0 : 0.5 / ((sum / edges) * contrast * contrast);
    },
  };
}

/** The couplings that remain where neighbours differ. The arrays of the squares are used for them. */
export function weaken(
  squares: Squares,
  { coupling, floor, steepness }: { coupling: number; floor: number; steepness: number },
): EdgeCouplings {
  for (const side of [squares.right, squares.down]) {
    for (let i = 0; i < side.length; i++) {
      side[i] = coupling * (floor + (1 - floor) * Math.exp(-steepness * side[i]!));
    }
  }
  return squares;
}
