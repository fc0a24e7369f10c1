import type { Field } from '../../screen/screen.ts';
import { wellKey } from '../../screen/well.ts';

/** Fields that have a thumbnail at most: four of each of 384 wells, and some more. */
const MOST_THUMBNAILS = 1600;

/**
 * The fields that get a thumbnail: all, or of too many the first of each well, then the second of each and so on; of the wells of
 * the last turn as many as there is room for, evenly spread.
 */
export function spreadFields<Of extends Pick<Field, 'imageNumber' | 'metadata'>>(
  fields: readonly Of[],
  { most = MOST_THUMBNAILS }: { readonly most?: number } = {},
): ReadonlySet<Of> {
  if (fields.length <= most) return new Set(fields);
  const seen = new Map<string, number>();
  const turns: Of[][] = [];
  for (const field of fields) {
    const well = wellKey(field);
    const turn = seen.get(well) ?? 0;
    seen.set(well, turn + 1);
    const members = turns[turn];
    if (members) members.push(field);
    else turns[turn] = [field];
  }
  const chosen: Of[] = [];
  for (const turn of turns) {
    const room = most - chosen.length;
    if (room <= 0) break;
    chosen.push(...(turn.length <= room ? turn : evenly(turn, room)));
  }
  return new Set(chosen);
}

/** So many of some items, evenly spread. */
export function evenly<Of>(items: readonly Of[], count: number): readonly Of[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / count)]!);
}
