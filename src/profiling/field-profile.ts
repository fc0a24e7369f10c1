import type { Image } from '../pixels/pixels.ts';
import { averageCells, type CellFeatures, type CellOptions, measureCells } from './cell-features.ts';
import { type Measurements, measureImage } from './image-features.ts';

/** Measurements of a field: features of the whole and of each cell. */
export interface FieldProfile extends Measurements {
  readonly cells: CellFeatures;
}

/**
 * Profiles a field: `Count_Cells`, the features of the whole field (`measureImage`), and the means of the features of
 * its cells (`measureCells`), NaN without cells.
 *
 * @param nuclei `[height, width]`: 0 background, other values the number of a nucleus
 */
export function profileField(field: Image, nuclei: Int32Array, options: CellOptions): FieldProfile {
  const image = measureImage(field, options.channelNames);
  const cells = measureCells(field, nuclei, options);
  const means = averageCells(cells);
  return {
    names: ['Count_Cells', ...image.names, ...means.names],
    values: Float64Array.of(cells.objectNumbers.length, ...image.values, ...means.values),
    cells,
  };
}
