import { type Stretch, stretchOf } from '../inspection/thumbnail.ts';
import { intensitiesOf, type SmallField } from './small-field.ts';

/** Pixels of a field and channel that are looked at: enough for percentiles of a plate. */
const LOOKED_AT = 600;

/** Finds what the channels of each plate are drawn between, so that a dim well looks dim beside the others. */
export interface Stretching {
  readonly add: (plate: string, field: SmallField) => void;
  /** Of a plate of which nothing was added, that of all plates together. */
  readonly of: (plate: string) => readonly Stretch[];
}

/** Memory is about 10 kB a field. */
export function createStretching(): Stretching {
  const seen = new Map<string, Float32Array[][]>();
  const known = new Map<string, readonly Stretch[]>();
  const ends = (fields: readonly (readonly Float32Array[])[]): readonly Stretch[] =>
    (fields[0] ?? []).map((_, c) => stretchOf(fields.flatMap((planes) => planes[c] ?? [])));
  return {
    add(plate, { planes }) {
      known.clear();
      const sample = planes.map((plane) => {
        const every = Math.max(1, Math.floor(plane.bytes.length / LOOKED_AT));
        const bytes = new Uint8Array(Math.ceil(plane.bytes.length / every));
        for (let i = 0; i < bytes.length; i++) bytes[i] = plane.bytes[i * every]!;
        return intensitiesOf({ ...plane, bytes });
      });
      const own = seen.get(plate);
      if (own) own.push(sample);
      else seen.set(plate, [sample]);
    },
    of(plate) {
      const before = known.get(plate);
      if (before) return before;
      const found = ends(seen.get(plate) ?? [...seen.values()].flat());
      known.set(plate, found);
      return found;
    },
  };
}
