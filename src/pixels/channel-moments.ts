import type { Intensities } from './normalization.ts';
import type { Image } from './pixels.ts';
import type { StripMeasure } from './windows/strips.ts';

/**
 * Mean and standard deviation of each channel (counts) of a field whose strips of rows, over its whole width, are added one after the other. Rows are measured one by one and
 * merged (Chan, Golub & LeVeque 1979), so that neither the numbers nor their rounding depend on how the field is cut.
 */
export function measureMoments(channels: number): StripMeasure<Intensities> {
  const own = Array.from({ length: channels }, () => ({ count: 0, mean: 0, squares: 0 }));
  return {
    add({ image: { data, height, width } }) {
      for (const [channel, of] of own.entries()) {
        for (let row = channel * height; row < (channel + 1) * height; row++) {
          const { mean, squares } = momentsOfRow(data, row * width, width);
          const away = mean - of.mean;
          const count = of.count + width;
          of.squares += squares + (away * away * of.count * width) / count;
          of.mean += (away * width) / count;
          of.count = count;
        }
      }
    },
    result: () => ({
      mean: own.map(({ mean }) => mean),
      deviation: own.map(({ squares, count }) => Math.sqrt(squares / count)),
    }),
  };
}

/** The mean of a row, and the sum of squares about it. */
function momentsOfRow(data: Image['data'], from: number, width: number): { mean: number; squares: number } {
  let sum = 0;
  for (let i = from; i < from + width; i++) sum += data[i]!;
  const mean = sum / width;
  let squares = 0;
  for (let i = from; i < from + width; i++) squares += (data[i]! - mean) ** 2;
  return { mean, squares };
}
