import type { FieldQuality } from './inspected-field.ts';

/** A field that shows the same as another, in all channels or in some (`channels`: their places). */
export interface Twin {
  /** Place of the other field. */
  readonly other: number;
  readonly channels?: readonly number[] | undefined;
}

/** Fields and channels with the same pixels, in the order of the fields. */
export interface Duplicates {
  readonly fields: readonly (readonly Twin[])[];
  /** Pairs of channels of a field that are the same. */
  readonly channels: readonly (readonly (readonly [number, number])[])[];
}

/**
 * Finds planes with the same hash: each field names the first other one that has all its pixels, else one that has some.
 * Planes of one value are the same everywhere and are not compared.
 */
export function findDuplicates(fields: readonly FieldQuality[]): Duplicates {
  const planes = fields.map(({ hashes, channels }) =>
    hashes.map((hash, c) => (channels[c]!.min < channels[c]!.max ? hash : undefined)),
  );
  const owners = new Map<string, number[]>();
  for (const [i, hashes] of planes.entries()) {
    for (const hash of new Set(hashes)) {
      if (hash === undefined) continue;
      const known = owners.get(hash);
      if (known) known.push(i);
      else owners.set(hash, [i]);
    }
  }
  return {
    fields: planes.map((hashes, i) => {
      const shared = new Map<number, number[]>();
      for (const [c, hash] of hashes.entries()) {
        const other = hash === undefined ? undefined : owners.get(hash)!.find((owner) => owner !== i);
        if (other !== undefined) shared.set(other, [...(shared.get(other) ?? []), c]);
      }
      const real = hashes.filter((hash) => hash !== undefined).length;
      return [...shared].map(([other, channels]) => (channels.length === real ? { other } : { other, channels }));
    }),
    channels: planes.map((hashes) =>
      hashes.flatMap((hash, a) =>
        hashes.flatMap((other, b) => (a < b && hash !== undefined && hash === other ? [[a, b] as const] : [])),
      ),
    ),
  };
}
