import { MilscopeError } from '../errors.ts';
import { placeKindOf } from '../screen/place-columns.ts';
import { sharedPlaces } from '../screen/shared-places.ts';
import { normalWell } from '../screen/well.ts';
import type { PredictionTable } from './prediction-table.ts';

/** A table of fields whose metadata complete those of predictions; a screen is one. */
export interface LabelTable {
  readonly source: string;
  readonly columns: readonly string[];
  readonly fields: readonly {
    readonly imageNumber: number;
    readonly metadata: Readonly<Record<string, string>>;
  }[];
}

type Identify = (field: LabelTable['fields'][number]) => string;

/**
 * Gives the predictions the metadata of `labels`, which win over those the predictions have. Fields are the same when
 * plate, well and site agree, as far as both tables have them; by `ImageNumber` when there are no wells in common or
 * when the fields of one place differ. Throws `BadLabel` when a prediction finds no field.
 */
export function joinLabels(predictions: PredictionTable, labels: LabelTable): PredictionTable {
  const [here, there] = identities(predictions.metadata, labels);
  const found = new Map(labels.fields.map((field) => [there(field), field.metadata]));
  const rows = predictions.rows.map((row) => {
    const metadata = found.get(here(row));
    return metadata && { ...row, metadata: { ...row.metadata, ...metadata } };
  });
  const lost = predictions.rows.filter((_, i) => rows[i] === undefined);
  if (lost.length > 0) {
    throw new MilscopeError('BadLabel', {
      file: labels.source,
      problem: `${lost.length} of ${predictions.rows.length} predicted fields have no row in this table, the first being ${here(lost[0]!)}`,
      expected: 'the screen that was predicted, or a table of its wells',
    });
  }
  return {
    ...predictions,
    metadata: [...new Set([...predictions.metadata, ...labels.columns])],
    rows: rows.filter((row) => row !== undefined),
  };
}

/** How a field is told apart from others: in the predictions, and in the labels. */
function identities(columns: readonly string[], labels: LabelTable): readonly [Identify, Identify] {
  const byNumber: Identify = ({ imageNumber }) => `ImageNumber ${imageNumber}`;
  const shared = sharedPlaces(columns, labels.columns);
  if (!shared.some(({ name }) => name === 'Metadata_Well')) return [byNumber, byNumber];
  const place =
    (side: 'here' | 'there'): Identify =>
    ({ metadata }) =>
      shared
        .map((column) => {
          const text = (metadata[column[side]] ?? '').trim();
          return `${column.name} ${column.name === 'Metadata_Well' ? normalWell(text) : text.normalize('NFC')}`;
        })
        .join(', ');
  const ambiguous = new Map<string, string>();
  for (const field of labels.fields) {
    const key = place('there')(field);
    const content = JSON.stringify(labels.columns.map((name) => (isSite(name) ? '' : field.metadata[name])));
    if ((ambiguous.get(key) ?? content) !== content) return [byNumber, byNumber];
    ambiguous.set(key, content);
  }
  return [place('here'), place('there')];
}

/** Sites of a well differ in their number and still carry the same labels. */
function isSite(column: string): boolean {
  return placeKindOf(column) === 'site' || /^(image_)?(metadata_)?imagenumber$/i.test(column);
}
