import type { ClassifiedRegion } from './class-regions.ts';
import type { LabelledRegions, Region } from './measure-labels.ts';

/** A cell whose classes are known: its centre (pixels), and the probability of each class. */
export interface ClassifiedCell {
  readonly x: number;
  readonly y: number;
  readonly probability: ArrayLike<number>;
}

/**
 * Gives each region the class that is most probable over its cells: those whose centres are in it, or else the one nearest to its
 * centre. The mean of each class is that over these cells; 0 where there are no cells at all.
 */
export function classifyByCells(
  found: LabelledRegions,
  { cells, classes }: { readonly cells: readonly ClassifiedCell[]; readonly classes: number },
): LabelledRegions<ClassifiedRegion> {
  const { labels, height, width } = found;
  const inside = new Map<number, ClassifiedCell[]>();
  for (const cell of cells) {
    const [x, y] = [Math.round(cell.x), Math.round(cell.y)];
    const label = x >= 0 && x < width && y >= 0 && y < height ? labels[y * width + x]! : 0;
    inside.set(label, [...(inside.get(label) ?? []), cell]);
  }
  const regions = found.regions.map((region) => {
    const own = inside.get(region.label) ?? nearest(region, cells);
    const means = Array.from({ length: classes }, (_, k) =>
      own.length === 0 ? 0 : own.reduce((sum, { probability }) => sum + probability[k]!, 0) / own.length,
    );
    return { ...region, classIndex: means.indexOf(Math.max(...means)), means };
  });
  return { ...found, regions };
}

function nearest({ x, y }: Region, cells: readonly ClassifiedCell[]): readonly ClassifiedCell[] {
  const distance = (cell: ClassifiedCell) => Math.hypot(cell.x - x, cell.y - y);
  return cells.length === 0 ? [] : [cells.reduce((near, cell) => (distance(cell) < distance(near) ? cell : near))];
}
