import { MilscopeError } from '../../errors.ts';
import { findColumn } from '../columns.ts';
import type { Field, Screen } from '../screen.ts';
import { normalWell } from '../well.ts';
import type { CellColumns } from './cell-columns.ts';

/** Tells which field the cell of a row is in. */
export interface CellIdentity {
  /** Words for the field that a row of the table of cells names. */
  readonly nameOf: (cells: readonly string[]) => string;
  /** The field itself, where the screen has it. @throws BadTable when the row names another well than the field's */
  readonly fieldOf: (cells: readonly string[], row: number) => Field | undefined;
}

/**
 * Matches cells with the fields of a screen: by `ImageNumber` (with `TableNumber`, where both tables have it), else by
 * plate, well and site, as far as both tables have them. Matched by number, plate and well must still agree.
 *
 * @throws MissingColumn when the table names neither, BadTable when several fields are at one place
 */
export function identifyCells(screen: Screen, columns: CellColumns, file: string): CellIdentity {
  const text = (field: Field, column: string | undefined) =>
    column === undefined ? '' : field.metadata[column]!.trim();
  const shared = (['plate', 'well', 'site'] as const).flatMap((name) => {
    const [here, there] = [columns[name], findColumn(screen.columns, `Metadata_${name}`)];
    if (here === undefined || there === undefined) return [];
    const normal = name === 'well' ? normalWell : (value: string) => value.trim();
    const ofCell = (cells: readonly string[]) => normal(cells[here] ?? '');
    return [{ name, ofCell, ofField: (field: Field) => normal(text(field, there)) }];
  });
  if (columns.imageNumber === undefined) return byPlace(screen, { shared, file });

  const { imageNumber, tableNumber } = columns;
  const part = tableNumber === undefined ? undefined : findColumn(screen.columns, 'TableNumber');
  const number = part === undefined ? undefined : findColumn(screen.columns, 'ImageNumber');
  const inParts = part !== undefined && number !== undefined;
  const key = (table: string, image: string) => (inParts ? `${Number(table)} ${Number(image)}` : `${Number(image)}`);
  const fields = new Map(
    screen.fields.map((field) => [
      inParts ? key(text(field, part), text(field, number)) : key('', String(field.imageNumber)),
      field,
    ]),
  );
  const places = shared.filter(({ name }) => name !== 'site');
  return {
    nameOf: (cells) => `ImageNumber ${cells[imageNumber]?.trim() || 'that is empty'}`,
    fieldOf(cells, row) {
      const image = cells[imageNumber]?.trim() ?? '';
      const field = image === '' ? undefined : fields.get(key(cells[tableNumber ?? -1] ?? '', image));
      const other = field && places.find(({ ofCell, ofField }) => ofCell(cells) !== ofField(field));
      if (field === undefined || other === undefined) return field;
      throw new MilscopeError('BadTable', {
        file,
        row,
        problem: `the ${other.name} of the cell is not that of field ${field.imageNumber} in ${screen.source}`,
        found: other.ofCell(cells),
        expected: other.ofField(field),
        remedy: 'give the cells of this screen',
      });
    },
  };
}

interface Shared {
  readonly name: string;
  readonly ofCell: (cells: readonly string[]) => string;
  readonly ofField: (field: Field) => string;
}

function byPlace(screen: Screen, { shared, file }: { shared: readonly Shared[]; file: string }): CellIdentity {
  if (!shared.some(({ name }) => name === 'well')) {
    throw new MilscopeError('MissingColumn', {
      file,
      column: 'ImageNumber',
      problem: 'nothing in the table tells which field a cell is in',
      expected: 'ImageNumber, or Metadata_Plate, Metadata_Well and Metadata_Site in this table and in the screen',
    });
  }
  const fields = new Map<string, Field>();
  for (const field of screen.fields) {
    const key = shared.map(({ name, ofField }) => `${name} ${ofField(field)}`).join(', ');
    const before = fields.get(key);
    if (before !== undefined) {
      throw new MilscopeError('BadTable', {
        file,
        problem: `cells cannot be told apart by ${shared.map(({ name }) => name).join(', ')}`,
        found: `rows ${before.row} and ${field.row} of ${screen.source} at ${key}`,
        remedy: 'add the column ImageNumber, or Metadata_Site to both tables',
      });
    }
    fields.set(key, field);
  }
  const nameOf = (cells: readonly string[]) => shared.map(({ name, ofCell }) => `${name} ${ofCell(cells)}`).join(', ');
  return { nameOf, fieldOf: (cells) => fields.get(nameOf(cells)) };
}
