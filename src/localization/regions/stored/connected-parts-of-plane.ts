import { type PlaneStore, type StoredPlane, stripsOfPlane } from '../../stored/stored-plane.ts';
import { joinNumbers, numberRuns } from './row-runs.ts';

/** A label image that may be larger than memory: 0 background, 1..count. */
export interface StoredLabels {
  readonly plane: StoredPlane<'int32'>;
  readonly count: number;
}

/** What `connectedComponents` finds in a mask (joined at corners too), of a plane of any size. */
export async function connectedPartsOfPlane(
  mask: StoredPlane<'uint8'>,
  { store }: { store: PlaneStore },
): Promise<StoredLabels> {
  const { height, width } = mask;
  const { find, join } = joinNumbers();
  const first = numberRuns(width, { inside: 1, connectivity: 8, join });
  const strips = stripsOfPlane(mask, store);
  for (const strip of strips) {
    const rows = await mask.read(strip);
    for (let y = 0; y < strip.height; y++) first.next(rows.subarray(y * width, (y + 1) * width));
  }
  const labels = new Int32Array(first.given() + 1);
  let count = 0;
  for (let number = 1; number < labels.length; number++) {
    const root = find(number);
    labels[number] = root === number ? ++count : labels[root]!;
  }
  const plane = await store.create('int32', { height, width });
  const second = numberRuns(width, { inside: 1, connectivity: 8 });
  for (const strip of strips) {
    const rows = await mask.read(strip);
    const own = new Int32Array(rows.length);
    for (let y = 0, at = 0; y < strip.height; y++, at += width) {
      const runs = second.next(rows.subarray(at, at + width));
      for (let i = 0; i < runs.count; i++)
        own.fill(labels[runs.numbers[i]!]!, at + runs.starts[i]!, at + runs.ends[i]!);
    }
    await plane.write(strip, own);
  }
  return { plane, count };
}
