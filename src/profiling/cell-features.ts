import { type Image, planesOf } from '../pixels/pixels.ts';
import { correlation } from './correlation.ts';
import { growCells } from './grow-cells.ts';
import type { Measurements } from './image-features.ts';
import { intensityNames, measureIntensity } from './intensity.ts';
import { meanAndDeviation } from './moments.ts';
import { edgeOf, type Region, regionsOf, valuesAt } from './region.ts';
import { measureShape, shapeNames } from './shape.ts';
import { measureTexture, textureNames, toGreyLevels } from './texture.ts';

/** Features of the cells of a field, one row per cell. */
export interface CellFeatures {
  /** CellProfiler's names: `<compartment>_<group>_<feature>` and the channels; see {@link measureCells}. */
  readonly names: readonly string[];
  /** `[n, features]`; NaN where a cell has too few pixels, or too uniform ones, for a feature. */
  readonly values: Float64Array;
  /** `[n]`, the cell's number among the labels (CellProfiler's ObjectNumber). */
  readonly objectNumbers: Int32Array;
  /** `[n]`, centre of the nucleus (pixels, origin in the middle of the top left one). */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export interface CellOptions {
  readonly channelNames: readonly string[];
  /** How far a cell reaches beyond its nucleus (pixels); CellProfiler's own default is 10. */
  readonly distance?: number;
}

/** Grey levels of the texture, and how far apart the pixels of a pair are. */
const levels = 8;
const textureDistance = 2;

/**
 * Measures every cell of a field: size and shape of nucleus and cell; intensity, edge and texture of every channel in
 * nucleus and cytoplasm; the correlation of every two channels in nucleus and cell. A cell is a nucleus and the pixels
 * nearest to it within `distance`; its cytoplasm is the cell without the nucleus. Lengths are in pixels, intensities in
 * counts of the file. `Texture_<feature>_<channel>_2_mean_8` is over pairs 2 pixels apart, the mean of the four
 * directions, in 8 grey levels.
 *
 * @param nuclei `[height, width]`: 0 background, other values the number of a nucleus
 */
export function measureCells(
  field: Image,
  nuclei: Int32Array,
  { channelNames, distance = 10 }: CellOptions,
): CellFeatures {
  const { height, width } = field;
  const planes = planesOf(field);
  const grey = planes.map((plane) => toGreyLevels(plane, levels));
  const cells = growCells({ labels: nuclei, height, width }, distance);
  const cytoplasm = cells.map((label, pixel) => (nuclei[pixel] === 0 ? label : 0));
  const count = nuclei.reduce((most, label) => Math.max(most, label), 0);
  const [nucleusOf, cellOf, cytoplasmOf] = [nuclei, cells, cytoplasm].map((labels) =>
    regionsOf({ labels, height, width }, count),
  );
  const present = nucleusOf!.filter(({ pixels }) => pixels.length > 0);
  const rows = present.map((nucleus) => {
    const i = nucleus.label - 1;
    return [
      ...measureShape(nucleus, nuclei),
      ...measureShape(cellOf![i]!, cells),
      ...measureChannels(nucleus, nuclei),
      ...measureChannels(cytoplasmOf![i]!, cytoplasm),
      ...correlations(nucleus),
      ...correlations(cellOf![i]!),
    ];
  });
  const names = cellFeatureNames(channelNames);
  const values = new Float64Array(rows.length * names.length);
  for (const [i, row] of rows.entries()) values.set(row, i * names.length);
  return {
    names,
    values,
    objectNumbers: Int32Array.from(present, ({ label }) => label),
    x: Float64Array.from(present, ({ pixels }) => meanAndDeviation(pixels.map((pixel) => pixel % width)).mean),
    y: Float64Array.from(present, ({ pixels }) => meanAndDeviation(pixels.map((p) => Math.floor(p / width))).mean),
  };

  function measureChannels(region: Region, labels: Int32Array): number[] {
    const edge = edgeOf(region, labels);
    return planes.flatMap((plane, c) => [
      ...measureIntensity(plane, region.pixels, edge),
      ...measureTexture(grey[c]!, region, { labels, levels, distance: textureDistance }),
    ]);
  }

  function correlations({ pixels }: Region): number[] {
    const values = planes.map((plane) => valuesAt(plane, pixels));
    return pairs(values).map(([a, b]) => correlation(a, b));
  }
}

/** The mean of every feature over the cells that have it; NaN where none has. */
export function averageCells({ names, values, objectNumbers }: CellFeatures): Measurements {
  const features = names.length;
  const means = names.map((_, j) => {
    const column = Float64Array.from(objectNumbers, (_, i) => values[i * features + j]!);
    return meanAndDeviation(column).mean;
  });
  return { names, values: Float64Array.from(means) };
}

/** The names of the features of {@link measureCells}, in their order. */
function cellFeatureNames(channels: readonly string[]): string[] {
  const shape = shapeNames.map((name) => `AreaShape_${name}`);
  const ofChannels = channels.flatMap((channel) => [
    ...intensityNames.map((name) => `Intensity_${name}_${channel}`),
    ...textureNames.map((name) => `Texture_${name}_${channel}_${textureDistance}_mean_${levels}`),
  ]);
  const correlations = pairs(channels).map(([a, b]) => `Correlation_Correlation_${a}_${b}`);
  const of = (compartment: string, names: readonly string[]) => names.map((name) => `${compartment}_${name}`);
  return [
    ...of('Nuclei', shape),
    ...of('Cells', shape),
    ...of('Nuclei', ofChannels),
    ...of('Cytoplasm', ofChannels),
    ...of('Nuclei', correlations),
    ...of('Cells', correlations),
  ];
}

/** All pairs of items, in their order. */
function pairs<T>(items: readonly T[]): (readonly [T, T])[] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b) => [a, b] as const));
}
