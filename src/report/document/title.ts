import { naturally } from '../../evaluation/protocols/protocol.ts';
import { bareName } from '../../screen/place-columns.ts';
import { counted } from '../../words.ts';
import { textAt } from './columns.ts';
import type { ReportedFields } from './field-table.ts';

/** What a report is of: `MOA of plates Week1 to Week9`, `Phenotype of 220 fields`. */
export function titleOf(
  what: string | undefined,
  { fields, unit = fields?.unit ?? 'field' }: { readonly fields: ReportedFields | null; readonly unit?: string },
): string {
  const name = what === undefined ? 'Predictions' : readable(what);
  const plate = fields?.columns.find(({ role }) => role === 'plate');
  const plates = plate && 'texts' in plate ? naturally(plate.texts.filter((text) => text !== '')) : [];
  if (plates.length === 1) return `${name} of plate ${plates[0]}`;
  if (plates.length > 1)
    return `${name} of ${plates.length === 2 ? `plates ${plates[0]} and ${plates[1]}` : `plates ${plates[0]} to ${plates.at(-1)}`}`;
  return fields ? `${name} of ${counted(fields.rows, unit)}` : name;
}

/** `Image_Metadata_MOA` is MOA. */
function readable(column: string): string {
  const bare = bareName(column);
  return column.trim().slice(column.trim().length - bare.length);
}

/** Wells of a table, each once; rows without a well count for themselves. */
export function wellsOf(fields: ReportedFields): number {
  const [plate, well] = ['plate', 'well'].map((wanted) => fields.columns.find(({ role }) => role === wanted));
  const names = Array.from({ length: fields.rows }, (_, row) => {
    const name = textAt(well, row) ?? '';
    return name === '' ? `row ${row}` : `${textAt(plate, row) ?? ''} ${name}`;
  });
  return new Set(names).size;
}
