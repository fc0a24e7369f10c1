import type { PredictionRow } from '../../evaluation/prediction-table.ts';
import { type PackedNumbers, packNumbers, unpackNumbers } from '../../packed-numbers.ts';
import type { SmallField } from '../../report/pictures/small-field.ts';
import type { Field } from '../../screen/screen.ts';
import { type PackedThumbnail, packThumbnail } from '../shared/report/thumbnails.ts';

/** What a part keeps of a row of the table of predictions: all of it but what the screen and the model say. */
export interface RowEntry {
  readonly predicted: string;
  readonly probability: PackedNumbers;
  readonly bag: PackedNumbers;
  readonly channelMeans: PackedNumbers;
  readonly channelLargest?: PackedNumbers;
  readonly novelty?: number;
  readonly profile?: PackedNumbers;
  /** How far models differ; only of several. */
  readonly spread?: number;
  readonly summary?: readonly PackedNumbers[];
  /** A centre may be no number, which JSON does not have. */
  readonly cell?: { readonly objectNumber: number; readonly centre: PackedNumbers };
  /** The field made small, with its first row. */
  readonly thumbnail?: PackedThumbnail;
}

export function entryOfRow(
  { predicted, probability, bag, channelMeans, spread, channelLargest, novelty, profile, summary, cell }: PredictionRow,
  small?: SmallField,
): RowEntry {
  return {
    predicted,
    ...{ probability: packNumbers(probability), bag: packNumbers(bag), channelMeans: packNumbers(channelMeans) },
    ...(spread !== undefined && { spread }),
    ...(channelLargest && { channelLargest: packNumbers(channelLargest) }),
    ...(novelty !== undefined && { novelty }),
    ...(profile && { profile: packNumbers(profile) }),
    ...(summary && { summary: summary.map(packNumbers) }),
    ...(cell && { cell: { objectNumber: cell.objectNumber, centre: packNumbers([cell.x, cell.y]) } }),
    ...(small && { thumbnail: packThumbnail(small) }),
  };
}

/** The row that {@link entryOfRow} was given. */
export function rowOfEntry(
  { predicted, probability, bag, channelMeans, channelLargest, spread, novelty, profile, summary, cell }: RowEntry,
  { field: { imageNumber, metadata }, model }: { readonly field: Field; readonly model: string },
): PredictionRow {
  const [x, y] = cell ? unpackNumbers(cell.centre) : [];
  return {
    ...{ imageNumber, metadata, predicted, model },
    ...{ probability: unpackNumbers(probability), bag: unpackNumbers(bag), channelMeans: unpackNumbers(channelMeans) },
    ...(spread !== undefined && { spread }),
    ...(channelLargest && { channelLargest: unpackNumbers(channelLargest) }),
    ...(novelty !== undefined && { novelty }),
    ...(profile && { profile: unpackNumbers(profile) }),
    ...(summary && { summary: summary.map((part) => unpackNumbers(part) as Float32Array) }),
    ...(cell && { cell: { objectNumber: cell.objectNumber, x: x!, y: y! } }),
  };
}
