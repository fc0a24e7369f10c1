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
  sameSize([reference, mask]);
  const { add, result } = measureOverlap();
  add(mask.data, reference.data);
  return result();
}

/** {@link overlapOf} of a mask and a reference that come in pieces. */
export function measureOverlap(): {
  readonly add: (mask: ArrayLike<number>, reference: ArrayLike<number>) => void;
  readonly result: () => Overlap;
} {
  let [both, neither, pixels] = [0, 0, 0];
  return {
    add(mask, reference) {
      let [inBoth, inNeither] = [0, 0];
      for (let i = 0; i < mask.length; i++) {
        const [inMask, inReference] = [mask[i] !== 0, reference[i] !== 0];
        if (inMask && inReference) inBoth++;
        else if (!inMask && !inReference) inNeither++;
      }
      both += inBoth;
      neither += inNeither;
      pixels += mask.length;
    },
    result() {
      const foregroundIoU = neither === pixels ? 1 : both / (pixels - neither);
      const backgroundIoU = both === pixels ? 1 : neither / (pixels - both);
      return { foregroundIoU, backgroundIoU, meanIU: (foregroundIoU + backgroundIoU) / 2 };
    },
  };
}
