import type { Normalization } from '../../pixels/normalization.ts';
import type { Image } from '../../pixels/pixels.ts';
import { createRandom } from '../../random.ts';

/** In 1000 pixels, so many round blobs, of radii in pixels, as bright as so many deviations. */
const BLOBS = { perThousand: 0.5, radius: [8, 20], height: [1, 4] } as const;
/** Deviation of the noise, in deviations of the channel. */
const NOISE = 0.3;

/**
 * A field for trying a model on when no screen is at hand: noise and round blobs, about as bright in every channel as the
 * fields of the training were. It is no picture of cells. The same seed gives the same pixels.
 */
export function syntheticField({
  normalization: { mean, deviation },
  side,
  seed,
}: {
  normalization: Normalization;
  /** Height and width (pixels). */
  side: number;
  seed: number;
}): Image & { readonly data: Float32Array } {
  const random = createRandom(seed, 'synthetic field');
  const between = ([least, most]: readonly [number, number]) => least + (most - least) * random.uniform();
  const blobs = Array.from({ length: Math.ceil((BLOBS.perThousand * side * side) / 1000) }, () => ({
    x: side * random.uniform(),
    y: side * random.uniform(),
    radius: between(BLOBS.radius),
    // As bright as it comes in each channel.
    heights: mean.map(() => between(BLOBS.height)),
  }));
  const data = new Float32Array(mean.length * side * side);
  for (const [channel, level] of mean.entries()) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        // Blobs lie on a ground a deviation below the mean.
        let light = NOISE * random.normal() - 1;
        for (const blob of blobs) {
          const squared = ((x - blob.x) ** 2 + (y - blob.y) ** 2) / blob.radius ** 2;
          if (squared < 1) light += blob.heights[channel]! * (1 - squared);
        }
        data[(channel * side + y) * side + x] = Math.max(0, level + deviation[channel]! * light);
      }
    }
  }
  return { data, channels: mean.length, height: side, width: side };
}
