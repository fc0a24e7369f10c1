/**
 * Which of a field's `cells` an epoch (from 1) shows, as indices: all, or `perEpoch` of them. No cell is shown twice
 * before all have been shown, and a field with many cells has no more weight than one with few.
 */
export function cellsOfEpoch(cells: number, { perEpoch, epoch }: { perEpoch: number; epoch: number }): number[] {
  return Array.from({ length: Math.min(cells, perEpoch) }, (_, i) => ((epoch - 1) * perEpoch + i) % cells);
}
