import { meanAndDeviation } from './moments.ts';
import { quantile } from './quantile.ts';
import { valuesAt } from './region.ts';

/** CellProfiler's names of what {@link measureIntensity} gives, in its order; between `Intensity_` and the channel. */
export const intensityNames = [
  'MeanIntensity',
  'StdIntensity',
  'MedianIntensity',
  'UpperQuartileIntensity',
  'MeanIntensityEdge',
] as const;

/**
 * Intensities of one channel over the pixels of an object, in counts of the file, in the order of {@link
 * intensityNames}; `edge` are those of its pixels that touch a pixel outside the object.
 */
export function measureIntensity(plane: Float32Array, pixels: Int32Array, edge: Int32Array): readonly number[] {
  const values = valuesAt(plane, pixels).sort();
  const { mean, deviation } = meanAndDeviation(values);
  return [mean, deviation, quantile(values, 0.5), quantile(values, 0.75), meanAndDeviation(valuesAt(plane, edge)).mean];
}
