import { type Intensities, measureIntensities } from './intensities.ts';
import { createSharpness, type Sharpness } from './spectrum.ts';
import { type Pixels, structureShare } from './structure.ts';

/** The quality of one channel of a field, without any segmentation. */
export interface PlaneQuality extends Intensities, Sharpness {
  /** Bits of a sample in the file, also of signed ones: 8, 16, or 32 for float. */
  readonly bitDepth: 8 | 16 | 32;
  /** Share of the field that stands out from its background, see `structureShare`. */
  readonly structure: number;
}

/**
 * Makes a function that measures planes, `[height, width]`, one after another.
 * With `signedBits`, floats were
 * read from signed samples of so many bits.
 */
export function createPlaneQuality(): (
  plane: Pixels,
  size: { height: number; width: number; signedBits?: 8 | 16 | undefined },
) => PlaneQuality {
  const sharpness = createSharpness();
  return (plane, { signedBits, ...size }) => {
    const intensities = measureIntensities(plane);
    const even = intensities.min === intensities.max;
    return {
      ...intensities,
      ...(even ? { slope: 0, detail: Number.NaN } : sharpness(plane, size)),
      structure: even ? 0 : structureShare(plane, size),
      bitDepth: signedBits ?? ((plane.BYTES_PER_ELEMENT * 8) as 8 | 16 | 32),
    };
  };
}
