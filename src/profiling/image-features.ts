import { blur } from '../pixels/gaussian.ts';
import { type Image, planesOf } from '../pixels/pixels.ts';
import { correlation } from './correlation.ts';
import { meanAndDeviation } from './moments.ts';
import { quantile } from './quantile.ts';

/** Measurements with their names. NaN where something cannot be measured. */
export interface Measurements {
  readonly names: readonly string[];
  readonly values: Float64Array;
}

const percentiles = [1, 25, 50, 75, 99];
/** Standard deviations (pixels) of the Gaussians whose differences are the bands: half an octave from one to the next. */
const scales = [0.7, 1, 1.4, 2, 2.8, 4, 5.6, 8, 11.2, 16];

/**
 * Simple features of a whole field, without segmentation. For every channel: mean, standard deviation and percentiles
 * of the intensity (counts of the file), and the energy of blobs of every size, which is the logarithm of the variance
 * of a band, a difference of two Gaussians. For every pair of channels: the correlation, overall and in every band.
 * Names are `Image_<group>_<feature>_<channel>…`, with the band's finer scale in pixels at the end.
 */
export function measureImage(field: Image, channelNames: readonly string[]): Measurements {
  const measured: [name: string, value: number][] = [];
  const planes = planesOf(field);
  const bands = planes.map((plane) => bandsOf(plane, field));
  for (const [c, channel] of channelNames.entries()) {
    const { mean, deviation } = meanAndDeviation(planes[c]!);
    measured.push([`Intensity_MeanIntensity_${channel}`, mean], [`Intensity_StdIntensity_${channel}`, deviation]);
    const sorted = planes[c]!.slice().sort();
    for (const p of percentiles) measured.push([`Intensity_Percentile_${p}_${channel}`, quantile(sorted, p / 100)]);
    for (const [i, band] of bands[c]!.entries()) {
      const variance = meanAndDeviation(band).deviation ** 2;
      // In a constant plane only rounding errors are left.
      const energy = variance > 1e-12 * (mean ** 2 + deviation ** 2) ? Math.log(variance) : Number.NaN;
      measured.push([`Texture_BlobEnergy_${channel}_${scales[i]}`, energy]);
    }
    for (let d = 0; d < c; d++) {
      const pair = `${channelNames[d]}_${channel}`;
      measured.push([`Correlation_Correlation_${pair}`, correlation(planes[d]!, planes[c]!)]);
      for (const [i, band] of bands[c]!.entries())
        measured.push([`Correlation_BlobCorrelation_${pair}_${scales[i]}`, correlation(bands[d]![i]!, band)]);
    }
  }
  return {
    names: measured.map(([name]) => `Image_${name}`),
    values: Float64Array.from(measured, ([, value]) => value),
  };
}

/** What each step of smoothing removes, from fine to coarse. */
function bandsOf(plane: Float32Array, { height, width }: Image): readonly Float32Array[] {
  const coarser = plane.slice();
  return scales.map((scale, i) => {
    const band = coarser.slice();
    blur(coarser, { height, width, sigma: Math.sqrt(scale ** 2 - (scales[i - 1] ?? 0) ** 2) });
    for (let pixel = 0; pixel < band.length; pixel++) band[pixel]! -= coarser[pixel]!;
    return band;
  });
}
