import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { averageCells, measureCells } from './cell-features.ts';
import { profileField } from './field-profile.ts';
import { measureImage } from './image-features.ts';

const [height, width] = [40, 60];
const size = height * width;
const channelNames = ['DNA', 'Actin', 'Tubulin'];
/** Two round nuclei, the second with a number that is not the next one. */
const nuclei = Int32Array.from({ length: size }, (_, i) => {
  const [x, y] = [i % width, Math.floor(i / width)];
  if (Math.hypot(x - 15, y - 20) <= 6) return 1;
  return Math.hypot(x - 40, y - 18) <= 8 ? 3 : 0;
});
const random = createRandom(1, 'profile');
const data = Uint16Array.from({ length: 3 * size }, (_, i) => {
  const channel = Math.floor(i / size);
  const inside = nuclei[i % size] !== 0;
  return 100 + random.integer(50) + (inside === (channel === 0) ? 400 : 0);
});
const field = { data, channels: 3, height, width };

/** The value of a feature for one of the rows. */
function feature({ names, values }: { names: readonly string[]; values: Float64Array }, name: string, row = 0): number {
  expect(names).toContain(name);
  return values[row * names.length + names.indexOf(name)]!;
}

describe('measureCells', () => {
  const cells = measureCells(field, nuclei, { channelNames, distance: 5 });

  it('measures every nucleus that is there, with its number and place', () => {
    expect([...cells.objectNumbers]).toEqual([1, 3]);
    expect([...cells.x]).toEqual([15, 40]);
    expect([...cells.y]).toEqual([20, 18]);
    expect(feature(cells, 'Nuclei_AreaShape_Area', 1)).toBe(nuclei.filter((label) => label === 3).length);
    // A disc of radius 6 grown by 5 is one of radius 11, but for the grain of the pixels.
    const area = feature(cells, 'Cells_AreaShape_Area');
    expect(Math.abs(area / (Math.PI * 11 ** 2) - 1)).toBeLessThan(0.05);
    expect(feature(cells, 'Nuclei_Intensity_MeanIntensity_DNA')).toBeGreaterThan(490);
    expect(feature(cells, 'Cytoplasm_Intensity_MeanIntensity_DNA')).toBeLessThan(160);
    expect(feature(cells, 'Cells_Correlation_Correlation_DNA_Actin')).toBeLessThan(-0.9);
    expect(Math.abs(feature(cells, 'Nuclei_Correlation_Correlation_DNA_Actin'))).toBeLessThan(0.3);
  });

  it('names every feature once, in the manner of CellProfiler', () => {
    expect(new Set(cells.names).size).toBe(cells.names.length);
    expect(cells.names.length).toBe(82);
    for (const name of cells.names)
      expect(name).toMatch(/^(Nuclei|Cells|Cytoplasm)_(AreaShape|Intensity|Texture|Correlation)_\w+$/);
    expect(cells.names).toEqual(
      expect.arrayContaining(['Cytoplasm_Texture_Contrast_Tubulin_2_mean_8', 'Nuclei_Intensity_MeanIntensityEdge_DNA']),
    );
  });

  it('moves mean intensities with the exposure, and leaves shape, texture and correlation', () => {
    const brighter = measureCells({ ...field, data: data.map((value) => 2 * value + 1000) }, nuclei, {
      channelNames,
      distance: 5,
    });
    for (const [j, name] of cells.names.entries()) {
      const [before, after] = [cells.values[j]!, brighter.values[j]!];
      if (/_StdIntensity/.test(name)) expect(after / before, name).toBeCloseTo(2, 5);
      else if (/Intensity/.test(name)) expect(after, name).toBeCloseTo(2 * before + 1000, 2);
      else expect(after, name).toBeCloseTo(before, 6);
    }
  });

  it('says what it does not know of a cell without cytoplasm', () => {
    const bare = measureCells(field, nuclei, { channelNames, distance: 0 });
    expect(feature(bare, 'Cytoplasm_Intensity_MeanIntensity_DNA')).toBeNaN();
    expect(feature(bare, 'Cytoplasm_Texture_Entropy_DNA_2_mean_8')).toBeNaN();
    expect(feature(bare, 'Cells_AreaShape_Area')).toBe(feature(bare, 'Nuclei_AreaShape_Area'));
  });
});

describe('profileField', () => {
  it('has the means of the features of the cells, and the features of the image', () => {
    const profile = profileField(field, nuclei, { channelNames });
    expect(new Set(profile.names).size).toBe(profile.names.length);
    expect(profile.values).toHaveLength(profile.names.length);
    expect(feature(profile, 'Count_Cells')).toBe(2);
    const name = 'Nuclei_Intensity_MeanIntensity_DNA';
    expect(feature(profile, name)).toBeCloseTo((feature(profile.cells, name, 0) + feature(profile.cells, name, 1)) / 2);
    expect(feature(profile, 'Image_Intensity_MeanIntensity_DNA')).toBeCloseTo(
      data.subarray(0, size).reduce((a, b) => a + b) / size,
    );
  });

  it('leaves out the cells that have no such feature, and knows of none without cells', () => {
    const names = ['a', 'b'];
    const none = { objectNumbers: new Int32Array(3), x: new Float64Array(3), y: new Float64Array(3) };
    const values = Float64Array.of(1, Number.NaN, 3, Number.NaN, 8, 5);
    expect([...averageCells({ names, values, ...none }).values]).toEqual([4, 5]);
    const empty = profileField(field, new Int32Array(size), { channelNames });
    expect(feature(empty, 'Count_Cells')).toBe(0);
    expect(feature(empty, 'Cells_AreaShape_Area')).toBeNaN();
    expect(feature(empty, 'Image_Intensity_Percentile_50_Actin')).toBeGreaterThan(400);
  });
});

describe('measureImage', () => {
  it('finds blobs where they are largest: in the band of their size', () => {
    const side = 128;
    const energies = [1.5, 6].map((sigma) => {
      const blobs = Float32Array.from({ length: side * side }, (_, i) => {
        const [x, y] = [(i % side) % 64, Math.floor(i / side) % 64];
        return Math.exp(-((x - 32) ** 2 + (y - 32) ** 2) / (2 * sigma ** 2));
      });
      const { names, values } = measureImage({ data: blobs, channels: 1, height: side, width: side }, ['A']);
      const bands = [...names.entries()].filter(([, name]) => name.startsWith('Image_Texture_BlobEnergy_A_'));
      const best = bands.reduce((a, b) => (values[a[0]]! >= values[b[0]]! ? a : b));
      return Number(best[1].split('_').at(-1));
    });
    expect(energies[0]).toBeGreaterThanOrEqual(1);
    expect(energies[0]).toBeLessThanOrEqual(2.8);
    expect(energies[1]).toBeGreaterThanOrEqual(5.6);
  });

  it('correlates a channel with itself by 1 in every band, and knows nothing of an even one', () => {
    const one = Float32Array.from(data.subarray(0, size));
    const planes = new Float32Array(3 * size).fill(7);
    planes.set(one, 0);
    planes.set(one, size);
    const measured = measureImage({ data: planes, channels: 3, height, width }, ['A', 'B', 'C']);
    for (const [i, name] of measured.names.entries()) {
      if (/Correlation_A_B/.test(name)) expect(measured.values[i], name).toBeCloseTo(1, 6);
      else if (/BlobEnergy_C|_[AB]_C/.test(name)) expect(measured.values[i], name).toBeNaN();
      else expect(Number.isFinite(measured.values[i]), name).toBe(true);
    }
    expect(feature(measured, 'Image_Intensity_StdIntensity_C')).toBe(0);
  });
});
