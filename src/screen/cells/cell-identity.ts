import { MilscopeError } from '../../errors.ts';
import { findColumn } from '../columns.ts';
import { comparableCell } from '../compare-cells.ts';
import { placeColumns } from '../place-columns.ts';
import type { Field, Screen } from '../screen.ts';
import { sharedPlaces } from '../shared-places.ts';
import { placeOf, wellName } from '../well.ts';
import type { CellColumns } from './cell-columns.ts';
import { type FieldsByFile, fieldsByFile } from './fields-by-file.ts';

/** Tells which field the cell of a row is in. */
export interface CellIdentity {
  /** Words for the field that a row of the table of cells names. */
  readonly nameOf: (cells: readonly string[]) => string;
  /** The field itself, where the screen has it. @throws BadTable when the row says two things of its field */
  readonly fieldOf: (cells: readonly string[], row: number) => Field | undefined;
}

/**
 * Matches cells with the fields of a screen: by `ImageNumber` (with `TableNumber`, where both tables have it), else by
 * plate, well and site, as far as both tables have them, else by the names of files, of which ImageJ's `Label` comes last. Matched by number, plate, well and file
 * must still agree; where several fields are at one place, their files tell them apart.
 *
 * @throws MissingColumn when the table names none of these, BadTable when several fields are at one place or have one file
 */
export function identifyCells(screen: Screen, columns: CellColumns, file: string): CellIdentity {
  const shared = sharedParts(screen, columns.columns);
  const files = columns.files.length === 0 ? undefined : fieldsByFile(screen.fields);
  const fieldsOf = (cells: readonly string[]): ReadonlySet<Field> | undefined => filesOf(cells, { columns, files });
  if (columns.imageNumber === undefined) {
    const hasWell = shared.some(({ name }) => name === 'well');
    const place = hasWell ? byPlace(screen, { shared, file, throwing: files === undefined }) : undefined;
    if (place !== undefined) return place;
    if (files !== undefined) return byFile(screen, { columns, fieldsOf, file });
    if (columns.label !== undefined) return byLabel(screen, { columns, label: columns.label, file });
    throw namesNoField(file);
  }

  const { imageNumber, tableNumber } = columns;
  const part = tableNumber === undefined ? undefined : findColumn(screen.columns, 'TableNumber');
  const number = part === undefined ? undefined : findColumn(screen.columns, 'ImageNumber');
  const inParts = part !== undefined && number !== undefined;
  const key = (table: string, image: string) => (inParts ? `${Number(table)} ${Number(image)}` : `${Number(image)}`);
  const fields = new Map(
    screen.fields.map((field) => [
      inParts ? key(field.metadata[part]!.trim(), field.metadata[number]!.trim()) : key('', String(field.imageNumber)),
      field,
    ]),
  );
  const places = shared.filter(({ name }) => name !== 'site');
  return {
    nameOf: (cells) => `ImageNumber ${cells[imageNumber]?.trim() || 'that is empty'}`,
    fieldOf(cells, row) {
      const image = cells[imageNumber]?.trim() ?? '';
      const field = image === '' ? undefined : fields.get(key(cells[tableNumber ?? -1] ?? '', image));
      if (field === undefined) return undefined;
      const other = places.find(({ ofCell, ofField }) => ofCell(cells) !== ofField(field));
      if (other !== undefined) throw notOf(field, other.name, [other.ofCell(cells), other.ofField(field)], row);
      const named = fieldsOf(cells);
      if (named === undefined || named.size === 0 || named.has(field)) return field;
      throw notOf(field, 'image', [fileWords(cells, columns), field.sources[0]?.file ?? ''], row);
    },
  };

  function notOf({ imageNumber: of }: Field, what: string, [found, expected]: [string, string], row: number) {
    const problem = `the ${what} of the cell is not that of field ${of} in ${screen.source}`;
    return new MilscopeError('BadTable', {
      file,
      row,
      problem,
      found,
      expected,
      remedy: 'give the cells of this screen',
    });
  }
}

interface SharedPart {
  readonly name: 'plate' | 'well' | 'site';
  readonly ofCell: (cells: readonly string[]) => string;
  readonly ofField: (field: Field) => string;
}

/** What a table of cells and a screen both say of places: wells also by their row and column. */
function sharedParts(screen: Screen, columns: readonly string[]): readonly SharedPart[] {
  const parts = sharedPlaces(columns, screen.columns).map(({ name, here, there }): SharedPart => {
    const index = columns.indexOf(here);
    return {
      name: name.slice('Metadata_'.length).toLowerCase() as SharedPart['name'],
      ofCell: (cells) => comparableCell(name, cells[index] ?? ''),
      ofField: (field) => comparableCell(name, field.metadata[there] ?? ''),
    };
  });
  const [row] = placeColumns(columns, 'row');
  const [column] = placeColumns(columns, 'column');
  const wells = new Map(screen.fields.map((field) => [field, placeOf(field.metadata).well]));
  const named = placeColumns(columns, 'well')[0];
  const placed = row !== undefined && column !== undefined;
  if (parts.some(({ name }) => name === 'well') || (named === undefined && !placed)) return parts;
  if ([...wells.values()].every((well) => well === '')) return parts;
  const at = (name: string | undefined, cells: readonly string[]) => cells[columns.indexOf(name ?? '')]?.trim() ?? '';
  const ofCell = (cells: readonly string[]) =>
    named === undefined ? wellName(at(row, cells), at(column, cells)) : comparableCell('Well', at(named, cells));
  return [...parts, { name: 'well', ofCell, ofField: (field) => wells.get(field)! }];
}

/** Undefined where several fields are at one place and that is not to be thrown. */
function byPlace(
  screen: Screen,
  { shared, file, throwing }: { shared: readonly SharedPart[]; file: string; throwing: boolean },
): CellIdentity | undefined {
  const fields = new Map<string, Field>();
  for (const field of screen.fields) {
    const key = shared.map(({ name, ofField }) => `${name} ${ofField(field)}`).join(', ');
    const before = fields.get(key);
    if (before !== undefined && !throwing) return undefined;
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

function byFile(
  screen: Screen,
  {
    columns,
    fieldsOf,
    file,
  }: { columns: CellColumns; fieldsOf: (cells: readonly string[]) => ReadonlySet<Field> | undefined; file: string },
): CellIdentity {
  return {
    nameOf: (cells) => `image ${fileWords(cells, columns)}`,
    fieldOf(cells, row) {
      const [field, other] = fieldsOf(cells) ?? [];
      if (other === undefined) return field;
      throw new MilscopeError('BadTable', {
        file,
        row,
        column: columns.columns[columns.files[0]!.file],
        problem: `the name of the image does not tell which field of ${screen.source} the cell is in`,
        found: `${fileWords(cells, columns)}, in rows ${field!.row} and ${other.row}`,
        remedy: 'write the folder before the name, as the screen has it, or add the column ImageNumber',
      });
    },
  };
}

/** By the names of images before what else ImageJ writes into its labels. */
function byLabel(
  screen: Screen,
  { columns, label, file }: { columns: CellColumns; label: number; file: string },
): CellIdentity {
  const files = fieldsByFile(screen.fields);
  const named = { ...columns, files: [{ file: label, folder: undefined }] };
  const fieldsOf = (cells: readonly string[]) => filesOf(cells, { columns: named, files });
  const identity = byFile(screen, { columns: named, fieldsOf, file });
  return {
    ...identity,
    fieldOf(cells, row) {
      const field = identity.fieldOf(cells, row);
      // scikit-image numbers objects by labels.
      if (field === undefined && /^\d+(\.0*)?$/.test(cells[label]?.trim() ?? '')) throw namesNoField(file);
      return field;
    },
  };
}

function namesNoField(file: string): MilscopeError {
  return new MilscopeError('MissingColumn', {
    file,
    column: 'ImageNumber',
    problem: 'nothing in the table tells which field a cell is in',
    expected:
      'ImageNumber; or Metadata_Plate, Metadata_Well and Metadata_Site in this table and in the screen; or the names of the images, such as FileName_DNA, Image, filename or Label',
  });
}

/** The fields of the first image that a row names and the screen has; undefined where the table names no images. */
function filesOf(
  cells: readonly string[],
  { columns, files }: { columns: CellColumns; files: FieldsByFile | undefined },
): ReadonlySet<Field> | undefined {
  if (files === undefined) return undefined;
  const found = columns.files.map(({ file, folder }) => files.find(cells[file] ?? '', cells[folder ?? -1]));
  return found.find(({ size }) => size === 1) ?? found.find(({ size }) => size > 0);
}

/** The first image that a row names, in words. */
function fileWords(cells: readonly string[], { files }: CellColumns): string {
  return files.map(({ file }) => cells[file]?.trim()).find(Boolean) ?? 'without a name';
}
