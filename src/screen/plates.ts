import { MilscopeError, named } from '../errors.ts';
import { type ChannelSums, normalizationOf } from '../pixels/channel-sums.ts';
import { type Exposure, exposed, matchingExposures } from '../pixels/exposure.ts';
import type { Normalization } from '../pixels/normalization.ts';
import type { Image } from '../pixels/pixels.ts';
import { findColumn } from './columns.ts';
import type { Field, Screen } from './screen.ts';

/** Gives the pixels of a field as a model should see them. */
export type AdjustField = (field: Field, image: Image) => Image;

/** Mean and deviation of each channel over all fields of a plate, by the name of the plate. */
export type Plates = Readonly<Record<string, { readonly mean: number[]; readonly deviation: number[] }>>;

/** The plate of every field. Throws `MissingColumn` when the screen does not name them. */
export function plateOf(screen: Screen): (field: Field) => string {
  const column = findColumn(screen.columns, 'Metadata_Plate');
  if (column !== undefined) return ({ metadata }) => metadata[column]!.normalize('NFC');
  throw new MilscopeError('MissingColumn', {
    file: screen.source,
    column: 'Metadata_Plate',
    problem: 'fields cannot be normalized by plate: the table does not name their plates',
    found: screen.columns.join(', ') || 'no metadata',
    remedy: `add the column, or train with ${named('normalization')} screen or field`,
  });
}

/** Measures every plate over those of its fields that could be read. */
export function measurePlates(screen: Screen, measured: Iterable<readonly [Field, ChannelSums]>): Plates {
  const nameOf = plateOf(screen);
  const plates = new Map<string, ChannelSums[]>();
  for (const [field, sums] of measured) {
    const plate = nameOf(field);
    plates.set(plate, [...(plates.get(plate) ?? []), sums]);
  }
  return Object.fromEntries(
    [...plates].map(([name, sums]) => {
      const { mean, deviation } = normalizationOf(sums);
      return [name, { mean: [...mean], deviation: [...deviation] }];
    }),
  );
}

/** What plates are brought to. */
interface MatchedPlates {
  readonly plates: Plates;
  readonly normalization: Normalization;
}

/** Brings a field to the mean and deviation that the network was trained on, by those of its plate. */
export function matchPlates(screen: Screen, matched: MatchedPlates): AdjustField {
  const exposuresOf = plateExposures(screen, matched);
  return (field, image) => exposed(image, exposuresOf(field));
}

/** The change of each channel's intensities that does so. */
export function plateExposures(
  screen: Screen,
  { plates, normalization }: MatchedPlates,
): (field: Field) => readonly Exposure[] {
  const nameOf = plateOf(screen);
  const exposures = new Map(
    Object.entries(plates).map(([name, plate]) => [name, matchingExposures(plate, normalization)]),
  );
  return (field) => exposures.get(nameOf(field))!;
}
