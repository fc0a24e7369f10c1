import { MilscopeError } from '../../errors.ts';
import { findColumn } from '../columns.ts';

/** The places, among the columns of a table of cells, of what is needed of a cell; undefined where there is none. */
export interface CellColumns {
  readonly x: number;
  readonly y: number;
  readonly objectNumber: number | undefined;
  readonly imageNumber: number | undefined;
  readonly tableNumber: number | undefined;
  readonly plate: number | undefined;
  readonly well: number | undefined;
  readonly site: number | undefined;
}

/** CellProfiler's names for the centre of an object, after the name of the object that there may be. */
const centres = ['Location_Center', 'AreaShape_Center'];

/**
 * Finds the columns of a table of cells without regard to case: the centre in `Location_Center_X` and `_Y` or
 * `AreaShape_Center_X` and `_Y`, perhaps with the name of an object before it (`Nuclei_Location_Center_X`; where there
 * are several objects the nuclei are taken, else the first), the number in `ObjectNumber` or `<object>_Number_Object_Number`.
 *
 * @throws MissingColumn without centres
 */
export function findCellColumns(columns: readonly string[], file: string): CellColumns {
  const places = new Map(columns.map((name, index) => [name.trim().toLowerCase(), index]));
  const found = centres.flatMap((kind) => centresOf(places, kind.toLowerCase()));
  const centre =
    found.find(({ object }) => object === '') ?? found.find(({ object }) => object === 'nuclei_') ?? found[0];
  if (centre === undefined) {
    throw new MilscopeError('MissingColumn', {
      file,
      column: 'Location_Center_X, Location_Center_Y',
      problem: 'the table has no columns for the centres of cells',
      found:
        columns.length > 12 ? `${columns.slice(0, 12).join(', ')} and ${columns.length - 12} more` : columns.join(', '),
      expected: 'such as Location_Center_X, Nuclei_Location_Center_X or AreaShape_Center_X, and the same with Y',
      remedy: 'export the centres from CellProfiler, or let "milscope detect" find the nuclei',
    });
  }
  const place = (name: string): number | undefined => {
    const column = findColumn(columns, name);
    return column === undefined ? undefined : columns.indexOf(column);
  };
  return {
    x: centre.x,
    y: centre.y,
    objectNumber: places.get('objectnumber') ?? places.get(`${centre.object || 'nuclei_'}number_object_number`),
    imageNumber: place('ImageNumber'),
    tableNumber: place('TableNumber'),
    plate: place('Metadata_Plate'),
    well: place('Metadata_Well'),
    site: place('Metadata_Site'),
  };
}

/** The pairs of columns of one kind of centre, with the object's name before each. */
function centresOf(places: ReadonlyMap<string, number>, kind: string) {
  return [...places].flatMap(([name, x]) => {
    if (!name.endsWith(`${kind}_x`)) return [];
    const object = name.slice(0, -`${kind}_x`.length);
    const y = places.get(`${object}${kind}_y`);
    return y === undefined || (object !== '' && !object.endsWith('_')) ? [] : [{ object, x, y }];
  });
}
