import type { Random } from '../../random.ts';
import { renderShade, type Shade } from './illumination.ts';

/** How one channel of a plate was lit and read out. */
export interface ChannelExposure {
  /** Counts per photoelectron, with everything that makes a plate brighter or darker than another. */
  readonly gain: number;
  /** Counts in the dark. */
  readonly offset: number;
  /** Light where nothing is (photoelectrons a pixel). */
  readonly background: number;
  /** Standard deviation of the point spread function (pixels). */
  readonly sigma: number;
  /** Share of the light lost from the brightest point to the corners. */
  readonly vignetting: number;
  /** Where the light is brightest, as a share of the size. */
  readonly center: readonly [x: number, y: number];
  /** Change of the light from one side of the field to the other. */
  readonly tilt: readonly [x: number, y: number];
  /** In place of the last three: a fall of the light, by the share `depth` at the darkest place. */
  readonly illumination?: { readonly depth: number; readonly shade: Shade };
}

/** Standard deviation of the noise of reading out a pixel (photoelectrons). */
const readNoise = 3.5;

/** Draws how each of `channels` channels of a plate was lit and read out. */
export function drawExposures(random: Random, channels: number): ChannelExposure[] {
  return Array.from({ length: channels }, () => ({
    gain: 6 * Math.exp(0.15 * random.normal()),
    offset: Math.round(180 + 70 * random.uniform()),
    background: 28 + 16 * random.uniform(),
    sigma: 0.7 + 0.2 * random.uniform(),
    vignetting: 0.1 + 0.16 * random.uniform(),
    center: [0.35 + 0.3 * random.uniform(), 0.35 + 0.3 * random.uniform()],
    tilt: [0.08 * random.normal(), 0.08 * random.normal()],
  }));
}

/**
 * Turns light into counts: background, uneven illumination, uneven background, shot noise, read noise, gain, offset,
 * 16 bits.
 *
 * Shot noise is drawn as a normal deviate with the variance of the Poisson distribution; from ten photoelectrons on,
 * which the background sees to, the two differ less than the read noise.
 *
 * @param light photoelectrons, `[size, size]`
 * @param counts where the counts go, of the same shape
 * @param options.glow light of an uneven background (photoelectrons), of the same shape; none without it
 */
export function expose(
  light: Float32Array,
  counts: Uint16Array,
  {
    random,
    size,
    exposure,
    stain,
    glow,
  }: { random: Random; size: number; exposure: ChannelExposure; stain: number; glow?: Float32Array | undefined },
): void {
  const { gain, offset, background, vignetting, center, tilt, illumination } = exposure;
  const shade = illumination === undefined ? undefined : renderShade(illumination.shade, size);
  const across = 1 / size;
  for (let y = 0, i = 0; y < size; y++) {
    const dy = y * across - center[1];
    for (let x = 0; x < size; x++, i++) {
      const dx = x * across - center[0];
      const lit =
        illumination === undefined
          ? (1 - 2 * vignetting * (dx * dx + dy * dy)) * (1 + tilt[0] * dx + tilt[1] * dy)
          : 1 - illumination.depth * (1 - shade![i]!);
      const mean = Math.max(0, lit) * (stain * light[i]! + background) + (glow?.[i] ?? 0);
      const electrons = mean + Math.sqrt(mean + readNoise * readNoise) * random.normal();
      counts[i] = Math.min(65535, Math.max(0, Math.round(offset + gain * electrons)));
    }
  }
}
