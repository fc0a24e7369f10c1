import { createRandom } from '../../../../random.ts';
import type { PlacedScore } from '../median-polish.ts';

/** A plate of 8 × 12 with normal scores, and effects of rows and columns on top. */
export function simulatePlate(seed: number, effect: (row: number, column: number) => number): readonly PlacedScore[] {
  const random = createRandom(seed, 'plate');
  return Array.from({ length: 96 }, (_, i) => {
    const [row, column] = [Math.floor(i / 12), i % 12];
    return { row, column, score: random.normal() + effect(row, column) };
  });
}
