import { sameSize } from './plane.ts';

/** How well a mask agrees with a reference, each 0 to 1. */
export interface Overlap {
  /** Pixels that are foreground in both, divided by those that are foreground in either. */
  readonly foregroundIoU: number;
  /** The same for the background. */
  readonly backgroundIoU: number;
  /** The mean of the two. */
  readonly meanIU: number;
}

/** A mask, or a label image, whose labels all count as foreground: `[height, width]`, 0 is background. */
export interface MaskLike {
  readonly data: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
}

/**
 * Intersection over union of a mask and a reference (mean IU: Long, Shelhamer & Darrell 2015). If neither has
 * foreground, they agree, and its IoU is 1; if only one has, it is 0. The same holds for the background.
 *
 * @throws BadShape when they differ in size.
 */
export function overlapOf(mask: MaskLike, reference: MaskLike): Overlap {
  const { height, width } = sameSize([reference, mask]);
  let [both, neither] = [0, 0];
  const pixels = height * width;
  for (let i = 0; i < pixels; i++) {
    const [inMask, inReference] = [mask.data[i] !== 0, reference.data[i] !== 0];
    if (inMask && inReference) both++;
    else if (!inMask && !inReference) neither++;
  }
  const foregroundIoU = neither === pixels ? 1 : both / (pixels - neither);
  const backgroundIoU = both === pixels ? 1 : neither / (pixels - both);
  return { foregroundIoU, backgroundIoU, meanIU: (foregroundIoU + backgroundIoU) / 2 };
}
