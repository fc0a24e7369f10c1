import { MilscopeError, named } from '../../errors.ts';
import { describeIntensities } from '../../pixels/channel-quantiles.ts';
import type { ChannelSums } from '../../pixels/channel-sums.ts';
import { type Exposure, exposed, matchingExposures } from '../../pixels/exposure.ts';
import { type Intensities, type Normalization, type PlateMeasure, referenceOf } from '../../pixels/normalization.ts';
import type { Image } from '../../pixels/pixels.ts';
import { counted } from '../../words.ts';
import { findColumn } from '../columns.ts';
import type { Field, Screen } from '../screen.ts';

/** Gives the pixels of a field as a model should see them. */
export type AdjustField = (field: Field, image: Image) => Image;

/** The intensities of plates, by their names. */
export type Plates = Readonly<Record<string, { readonly mean: number[]; readonly deviation: number[] }>>;

/** The name of a plate as it is compared. */
export function plateName(text: string): string {
  return text.trim().normalize('NFC');
}

/** The plate of every field. @throws MissingColumn when the screen does not name them, BadTable for a field without one */
export function plateOf(screen: Screen): (field: Field) => string {
  const column = findColumn(screen.columns, 'Metadata_Plate');
  if (column !== undefined) {
    requireNames(screen, column);
    return ({ metadata }) => plateName(metadata[column]!);
  }
  throw new MilscopeError('MissingColumn', {
    file: screen.source,
    column: 'Metadata_Plate',
    problem: 'fields cannot be normalized by plate: the table does not name their plates',
    found: screen.columns.join(', ') || 'no metadata',
    remedy: `add the column, or train with ${named('normalization')} screen or field`,
  });
}

function requireNames({ source, fields }: Screen, column: string): void {
  const nameless = fields.filter(({ metadata }) => plateName(metadata[column]!) === '');
  if (nameless.length === 0) return;
  throw new MilscopeError('BadTable', {
    file: source,
    row: nameless[0]!.row,
    column,
    problem: 'fields cannot be normalized by plate: some name no plate',
    found: `${counted(nameless.length, 'field')} without one`,
    expected: 'a plate in every row',
    remedy: `fill the column, leave these rows out, or train with ${named('normalization')} screen or field`,
  });
}

/** The fields of every plate, of those that were measured, by the name of the plate. */
export function measuredByPlate(
  screen: Screen,
  measured: Iterable<readonly [Field, ChannelSums]>,
): ReadonlyMap<string, readonly ChannelSums[]> {
  const nameOf = plateOf(screen);
  const plates = new Map<string, ChannelSums[]>();
  for (const [field, sums] of measured) {
    const known = plates.get(nameOf(field));
    if (known) known.push(sums);
    else plates.set(nameOf(field), [sums]);
  }
  return plates;
}

/**
 * Describes every plate by those of its fields that could be read.
 *
 * @throws BadImage for a plate with a channel whose deviation is 0, which medians can have
 */
export function measurePlates(
  screen: Screen,
  measured: Iterable<readonly [Field, ChannelSums]>,
  measure: PlateMeasure = 'mean',
): Plates {
  return Object.fromEntries(
    [...measuredByPlate(screen, measured)].map(([name, sums]) => {
      const { mean, deviation } = describeIntensities(sums, measure);
      requireSpread({ mean, deviation }, { screen, of: `plate ${name}` });
      return [name, { mean: [...mean], deviation: [...deviation] }];
    }),
  );
}

/** Lets intensities pass that others can be brought to. @throws BadImage */
export function requireSpread(
  { mean, deviation }: Intensities,
  { screen, of }: { screen: Pick<Screen, 'source' | 'channels'>; of: string },
): void {
  const flat = deviation.findIndex((counts) => !(counts > 0));
  if (flat < 0) return;
  throw new MilscopeError('BadImage', {
    file: screen.source,
    problem: `more than half of the pixels of the channel ${screen.channels[flat]} have the same intensity in ${of}, so medians do not say how it is stained`,
    found: `median ${mean[flat]}, MAD 0`,
    remedy: `describe plates by mean and deviation: train with ${named('plateMeasure')} mean`,
  });
}

/**
 * What is wrong with the control wells of a plate where a channel has one intensity in all of them, though it has others elsewhere:
 * they do not say how the plate is stained.
 */
export function constantControls(
  screen: Pick<Screen, 'source' | 'channels'>,
  { plate, channel, intensity }: { plate: string; channel: number; intensity: number },
): MilscopeError {
  return new MilscopeError('BadImage', {
    file: screen.source,
    problem: `the channel ${screen.channels[channel]} has one intensity in all control wells of plate ${plate}, so they do not say how the plate is stained`,
    found: `${intensity} in every pixel`,
    expected: 'images of cells',
    remedy: `mend these images, leave the plate out, or train with ${named('normalization')} plate`,
  });
}

/** What plates are brought to. */
interface MatchedPlates {
  readonly plates: Readonly<Record<string, Intensities>>;
  readonly normalization: Normalization;
}

/** Brings a field to the intensities that the network was trained on, by those of its plate. */
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
  const to = referenceOf(normalization);
  const exposures = new Map(Object.entries(plates).map(([name, plate]) => [name, matchingExposures(plate, to)]));
  return (field) => {
    const found = exposures.get(nameOf(field));
    if (found) return found;
    throw new MilscopeError('BadImage', {
      file: screen.source,
      row: field.row,
      problem: `the plate ${nameOf(field)} was not measured: none of the fields that it is measured by could be read, or a channel is constant in them`,
      remedy: 'mend one of them, and start again',
    });
  };
}
