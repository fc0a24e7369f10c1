/**
 * Which of a field's `cells` an epoch (from 1) shows, as places among them: all, or `perEpoch` of them. Epochs go round, so
 * that none comes twice before all have come; a field with many cells therefore has no more weight than one with some.
 */
export function cellsOfEpoch(cells: number, { perEpoch, epoch }: { perEpoch: number; epoch: number }): number[] {
  return Array.from({ length: Math.min(cells, perEpoch) }, (_, i) => ((epoch - 1) * perEpoch + i) % cells);
}
