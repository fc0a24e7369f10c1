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
  const right = new Float32Array(height * width);
  const down = new Float32Array(height * width);
  for (const { data } of planes) {
    const deviation = standardDeviation(data);
    if (deviation === 0) continue;
    const scale = 1 / deviation;
    for (let y = 0; y < height; y++) {
      for (let i = y * width, end = i + width; i < end; i++) {
        if (i + 1 < end) right[i]! += (scale * (data[i + 1]! - data[i]!)) ** 2;
        if (y + 1 < height) down[i]! += (scale * (data[i + width]! - data[i]!)) ** 2;
      }
    }
  }
  let sum = 0;
  for (let i = 0; i < right.length; i++) sum += right[i]! + down[i]!;
  const edges = height * (width - 1) + width * (height - 1);
  // Without differences the plain coupling remains, whatever the divisor.
  const steepness = sum === 0 ? 0 : 0.5 / ((sum / edges) * contrast * contrast);
  for (const squares of [right, down]) {
    for (let i = 0; i < squares.length; i++) {
      squares[i] = coupling * (floor + (1 - floor) * Math.exp(-steepness * squares[i]!));
    }
  }
  return { right, down };
}
