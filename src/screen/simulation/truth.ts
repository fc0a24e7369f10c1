import type { PlacedCell } from './cell.ts';

/** The truth about one cell of a simulated field. */
export interface SimulatedCell {
  /** Its value in the label images, from 1. */
  readonly objectNumber: number;
  /** Centroid of the visible part of the cell (pixels, origin in the middle of the top left pixel). */
  readonly x: number;
  readonly y: number;
  /** Its true class. */
  readonly phenotype: string;
}

/** What is known of the cells of a field. */
export interface FieldLabels {
  /** Label image of the cells, `[size, size]`, 0 background. */
  readonly cells: Uint16Array;
  /** Label image of the nuclei, with the numbers of their cells. All pieces of a fragmented nucleus have one number. */
  readonly nuclei: Uint16Array;
  readonly truth: readonly SimulatedCell[];
}

/** A cell of which fewer pixels than this are seen is neither labelled nor counted. */
const leastVisible = 30;

/** Whether a cell of which `area` pixels lie in the field is labelled and counted. */
export function isSeen(area: number): boolean {
  return area >= leastVisible;
}

/** Number of pixels of each of `count` cells, by their index + 1; of the background at 0. */
export function measureAreas(owner: Uint16Array, count: number): Float64Array {
  const areas = new Float64Array(count + 1);
  for (const index of owner) areas[index]! += 1;
  return areas;
}

/** Numbers the cells that are seen, from 1, and finds their centroids. `owner` and `nucleusOf` have indices + 1. */
export function labelCells(
  placed: readonly PlacedCell[],
  { owner, nucleusOf, size }: { owner: Uint16Array; nucleusOf: Uint16Array; size: number },
): FieldLabels {
  const areas = measureAreas(owner, placed.length);
  const sumX = new Float64Array(placed.length + 1);
  const sumY = new Float64Array(placed.length + 1);
  for (let y = 0, pixel = 0; y < size; y++) {
    for (let x = 0; x < size; x++, pixel++) {
      const index = owner[pixel]!;
      sumX[index]! += x;
      sumY[index]! += y;
    }
  }
  const numbers = new Uint16Array(placed.length + 1);
  const truth: SimulatedCell[] = [];
  placed.forEach(({ phenotype }, n) => {
    const pixels = areas[n + 1]!;
    if (!isSeen(pixels)) return;
    const objectNumber = truth.length + 1;
    numbers[n + 1] = objectNumber;
    truth.push({ objectNumber, x: sumX[n + 1]! / pixels, y: sumY[n + 1]! / pixels, phenotype });
  });
  const renumber = (labels: Uint16Array) => labels.map((index) => numbers[index]!);
  return { cells: renumber(owner), nuclei: renumber(nucleusOf), truth };
}
