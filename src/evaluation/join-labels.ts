import { MilscopeError } from '../errors.ts';
import { comparableCell } from '../screen/compare-cells.ts';
import { placeKindOf } from '../screen/place-columns.ts';
import { sharedPlaces } from '../screen/shared-places.ts';
import { counted, pluralOf } from '../words.ts';
import type { PredictedUnit, PredictionTable } from './prediction-table.ts';

/** A table of fields whose metadata complete those of predictions; a screen is one. */
export interface LabelTable {
  readonly source: string;
  readonly columns: readonly string[];
  /** Whether `imageNumber` only counts the rows, since the table has no numbers of its own. */
  readonly counted?: boolean;
  readonly fields: readonly {
    readonly imageNumber: number;
    readonly metadata: Readonly<Record<string, string>>;
  }[];
}

/** Predictions with what another table says of their fields. */
export interface JoinedLabels {
  readonly table: PredictionTable;
  /** The predicted fields that it does not have, in words. They are not in `table`. */
  readonly unknown: readonly string[];
}

type Identify = (field: LabelTable['fields'][number]) => string;

/**
 * Gives the predictions the metadata of `labels`, which win over those the predictions have. Fields are the same when
 * plate, well and site agree, as far as both tables have them; by `ImageNumber` when there are no wells in common or
 * when the fields of one place differ. Predicted fields that `labels` does not have are set aside.
 *
 * @throws BadLabel when no prediction finds its field, or when one does not and rows were only counted: then fields could be
 *   taken for one another
 */
export function joinLabels(predictions: PredictionTable, labels: LabelTable): JoinedLabels {
  const { unit = 'field' } = predictions;
  const { here, there, byNumber } = identities(predictions.metadata, labels);
  if (byNumber && unit !== 'field') throw noLabelsOfGroups(unit, { predictions, labels });
  const found = new Map(labels.fields.map((field) => [there(field), field.metadata]));
  const rows = predictions.rows.flatMap((row) => {
    const metadata = found.get(here(row));
    return metadata ? [{ ...row, metadata: { ...row.metadata, ...metadata } }] : [];
  });
  const unknown = predictions.rows.map(here).filter((name) => !found.has(name));
  if (rows.length === 0 || (unknown.length > 0 && byNumber && labels.counted)) {
    throw new MilscopeError('BadLabel', {
      file: labels.source,
      problem: `${unknown.length} of ${predictions.rows.length} predicted ${pluralOf(unit)} have no row in this table, the first being ${unknown[0]!}`,
      found: byNumber && labels.counted ? `${counted(labels.fields.length, 'row')} without ImageNumber` : undefined,
      expected: 'the screen that was predicted, or a table of its wells',
      remedy: byNumber
        ? 'give the table the columns Plate and Well, or ImageNumber, as the predictions have them'
        : undefined,
    });
  }
  return {
    table: { ...predictions, metadata: [...new Set([...predictions.metadata, ...labels.columns])], rows },
    unknown,
  };
}

/** Rows of groups have no number of a field by which they could be found. */
function noLabelsOfGroups(
  unit: PredictedUnit,
  { predictions, labels }: { predictions: PredictionTable; labels: LabelTable },
): MilscopeError {
  return new MilscopeError('BadLabel', {
    file: labels.source,
    problem: `the labels of ${pluralOf(unit)} cannot be found in this table`,
    found: `the columns ${labels.columns.join(', ')}`,
    expected:
      unit === 'well' ? 'Plate and Well, and one label for all rows of a well' : 'predictions of fields or wells',
    remedy: `give the table of fields in place of ${predictions.source}`,
  });
}

/** How a field is told apart from others: in the predictions, and in the labels. */
function identities(
  columns: readonly string[],
  labels: LabelTable,
): { readonly here: Identify; readonly there: Identify; readonly byNumber: boolean } {
  const number: Identify = ({ imageNumber }) => `ImageNumber ${imageNumber}`;
  const byNumber = { here: number, there: number, byNumber: true };
  const shared = sharedPlaces(columns, labels.columns);
  if (!shared.some(({ name }) => name === 'Metadata_Well')) return byNumber;
  const place =
    (side: 'here' | 'there'): Identify =>
    ({ metadata }) =>
      shared.map((column) => `${column.name} ${comparableCell(column.name, metadata[column[side]] ?? '')}`).join(', ');
  const ambiguous = new Map<string, string>();
  for (const field of labels.fields) {
    const key = place('there')(field);
    const content = JSON.stringify(labels.columns.map((name) => (isSite(name) ? '' : field.metadata[name])));
    if ((ambiguous.get(key) ?? content) !== content) return byNumber;
    ambiguous.set(key, content);
  }
  return { here: place('here'), there: place('there'), byNumber: false };
}

/** Sites of a well differ in their number and still carry the same labels. */
function isSite(column: string): boolean {
  return placeKindOf(column) === 'site' || /^(image_)?(metadata_)?imagenumber$/i.test(column);
}
