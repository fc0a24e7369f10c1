import type { Random } from '../random.ts';
import type { Intensities } from './normalization.ts';

/** A linear change of a channel's intensities: counts · `gain` + `shift`. */
export interface Exposure {
  readonly gain: number;
  readonly shift: number;
}

/**
 * A random exposure for each channel, as if from another plate: a log-normal gain and a normal shift, both of spread
 * `jitter`, the shift in standard deviations of the channel's intensity.
 */
export function drawExposures(
  deviation: readonly number[],
  { jitter, random }: { jitter: number; random: Random },
): Exposure[] {
  return deviation.map((counts) => ({
    gain: Math.exp(jitter * random.normal()),
    shift: jitter * counts * random.normal(),
  }));
}

/** The exposure of each channel that brings mean and deviation `from` to `to`. */
export function matchingExposures(from: Intensities, to: Intensities): Exposure[] {
  return from.mean.map((mean, channel) => {
    const gain = to.deviation[channel]! / from.deviation[channel]!;
    return { gain, shift: to.mean[channel]! - gain * mean };
  });
}

/** The intensity of each channel that its exposure turns into what is given. */
export function beforeExposure(intensities: readonly number[], exposures: readonly Exposure[]): number[] {
  return intensities.map((value, channel) => (value - exposures[channel]!.shift) / exposures[channel]!.gain);
}

/** A field with the exposure of each channel applied, as float32. */
export function exposed<T extends { readonly data: ArrayLike<number>; readonly channels: number }>(
  field: T,
  exposures: readonly Exposure[],
): Omit<T, 'data'> & { readonly data: Float32Array } {
  const { data, channels } = field;
  const pixels = data.length / channels;
  const seen = new Float32Array(data.length);
  for (const [channel, { gain, shift }] of exposures.entries()) {
    for (let i = channel * pixels; i < (channel + 1) * pixels; i++) seen[i] = data[i]! * gain + shift;
  }
  return { ...field, data: seen };
}
