import { type PlaneStore, type StoredPlane, stripsOfPlane } from '../../stored/stored-plane.ts';
import { createTally, joinNumbers, numberRuns, type RowRuns } from './row-runs.ts';

/** What `fillHoles` makes of a mask, of a plane of any size: a new one. */
export async function fillHolesOfPlane(
  mask: StoredPlane<'uint8'>,
  { mostArea, store }: { mostArea: number; store: PlaneStore },
): Promise<StoredPlane<'uint8'>> {
  const isHole = await findHoles(mask, { mostArea, store });
  const { height, width } = mask;
  const filled = await store.create('uint8', { height, width });
  const numbering = numberRuns(width, { inside: 0, connectivity: 4 });
  for (const strip of stripsOfPlane(mask, store)) {
    const rows = (await mask.read(strip)).slice();
    for (let y = 0; y < strip.height; y++) {
      const row = rows.subarray(y * width, (y + 1) * width);
      const { count, starts, ends, numbers } = numbering.next(row);
      for (let i = 0; i < count; i++) if (isHole(numbers[i]!)) row.fill(1, starts[i], ends[i]);
    }
    await filled.write(strip, rows);
  }
  return filled;
}

/** Which runs of the background are of holes. */
async function findHoles(
  mask: StoredPlane<'uint8'>,
  { mostArea, store }: { mostArea: number; store: PlaneStore },
): Promise<(number: number) => boolean> {
  const { height, width } = mask;
  const { find, join } = joinNumbers();
  const numbering = numberRuns(width, { inside: 0, connectivity: 4, join });
  const areas = createTally();
  const outside = createTally();
  const count = (runs: RowRuns, y: number) => {
    for (let i = 0; i < runs.count; i++) {
      const [start, end, number] = [runs.starts[i]!, runs.ends[i]!, runs.numbers[i]!];
      areas.add(number, end - start);
      outside.add(number, y === 0 || y === height - 1 || start === 0 || end === width ? 1 : 0);
    }
  };
  for (const strip of stripsOfPlane(mask, store)) {
    const rows = await mask.read(strip);
    for (let y = 0; y < strip.height; y++) {
      count(numbering.next(rows.subarray(y * width, (y + 1) * width)), strip.top + y);
    }
  }
  const [area, border] = [areas.of(), outside.of()];
  for (let number = 1; number <= numbering.given(); number++) {
    const root = find(number);
    if (root === number) continue;
    area[root]! += area[number]!;
    border[root]! += border[number]!;
  }
  return (number) => {
    const root = find(number);
    return border[root] === 0 && area[root]! <= mostArea;
  };
}
