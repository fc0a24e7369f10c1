import { expect, it } from 'vitest';
import { readImage } from '../src/image/read.ts';
import type { Plane } from '../src/localization/plane.ts';
import { otsuThreshold, threeClassOtsu } from '../src/localization/threshold/otsu.ts';
import { maskAbove } from '../src/localization/threshold/threshold.ts';
import { nodeAccess } from '../src/screen/node/access.ts';
import { describeWithSharedData } from './shared-data.ts';

/** The sum of squares within three classes. */
function varianceWithin(data: Iterable<number>, lower: number, upper: number): number {
  const classes: number[][] = [[], [], []];
  for (const value of data) classes[Number(value > lower) + Number(value > upper)]!.push(value);
  return classes.reduce((sum, values) => {
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    return sum + values.reduce((scatter, value) => scatter + (value - mean) ** 2, 0);
  }, 0);
}

// Computed with threshold_otsu and threshold_multiotsu of scikit-image, which has a bin for every integer too.
const published = [
  { image: 'fkhr/images/A01_dna.png', otsu: 46, foreground: 53946, three: [34, 83] },
  { image: 'fkhr/images/A12_gfp.png', otsu: 53, foreground: 19640, three: [30, 94] },
  { image: 'yeast/images/f01_nuc.png', otsu: 2022, foreground: 39337, three: [736, 2809] },
  { image: 'dsb2018/images/003cee89357d.png', otsu: 33, foreground: 4473, three: [28, 70] },
  { image: 'dsb2018/images/0287e7ee5b00.png', otsu: 30, foreground: 12767, three: [20, 51] },
];

describeWithSharedData('the thresholds of microscope images', (folder) => {
  it.each(published)('are those of scikit-image: $image', async ({ image, otsu, foreground, three }) => {
    const plane: Plane = await readImage(`${folder}/${image}`, {}, nodeAccess);
    const { data } = plane;
    expect(otsuThreshold(data)).toBe(otsu);
    expect(maskAbove(plane, otsu).data.filter((is) => is === 1).length).toBe(foreground);
    if (data instanceof Uint8Array) expect(threeClassOtsu(data)).toEqual(three);
  });

  // There scikit-image compares sums of float32, whose rounding moves its thresholds by a few of 17,483 counts.
  it('leave no more variance than those of scikit-image on 16 bits, and are beside them', async () => {
    const { data } = (await readImage(`${folder}/yeast/images/f01_nuc.png`, {}, nodeAccess)) as { data: Uint16Array };
    const [lower, upper] = threeClassOtsu(data);
    const theirs = varianceWithin(data, 736, 2809);
    expect(varianceWithin(data, lower, upper)).toBeLessThan(theirs);
    expect(varianceWithin(data, lower, upper) / theirs).toBeGreaterThan(1 - 2e-5);
    expect([Math.abs(lower - 736) <= 10, Math.abs(upper - 2809) <= 10]).toEqual([true, true]);
  });
});
