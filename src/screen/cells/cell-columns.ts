import { MilscopeError } from '../../errors.ts';
import { findNamed } from '../columns.ts';
import { type CellCentre, findCentre } from './cell-centres.ts';

/** The places, among the columns of a table of cells, of what is needed of a cell; undefined where there is none. */
export interface CellColumns extends Omit<CellCentre, 'object'> {
  readonly objectNumber: number | undefined;
  readonly imageNumber: number | undefined;
  readonly tableNumber: number | undefined;
  /** The columns that name the file of the image, with that of its folder where there is one. */
  readonly files: readonly { readonly file: number; readonly folder: number | undefined }[];
  /** ImageJ's `Label`, which begins with the name of the image; in other programs it is a number. */
  readonly label: number | undefined;
  readonly columns: readonly string[];
}

/**
 * Finds the columns of a table of cells without regard to case: the centre as `findCentre` does, the number in `ObjectNumber`,
 * `<object>_Number_Object_Number` or scikit-image's `label`, that of the image in `ImageNumber`, its file in `FileName_<channel>`,
 * `Image` (QuPath), `filename` and the like.
 *
 * @throws MissingColumn without centres
 */
export function findCellColumns(columns: readonly string[], file: string): CellColumns {
  const centre = findCentre(columns);
  if (centre === undefined) {
    throw new MilscopeError('MissingColumn', {
      file,
      column: 'Location_Center_X, Location_Center_Y',
      problem: 'the table has no columns for the centres of cells',
      found:
        columns.length > 12 ? `${columns.slice(0, 12).join(', ')} and ${columns.length - 12} more` : columns.join(', '),
      expected:
        'such as Location_Center_X, Nuclei_Location_Center_X or AreaShape_Center_X, Centroid X px, centroid-1, X or XM, and the same for Y',
      remedy: 'export the centres from CellProfiler, or let "milscope detect" find the nuclei',
    });
  }
  const { object } = centre;
  const places = new Map(columns.map((name, index) => [name.trim().toLowerCase(), index]));
  const place = (...names: readonly string[]): number | undefined => {
    const column = names.map((name) => findNamed(columns, name)).find((name) => name !== undefined);
    return column === undefined ? undefined : columns.indexOf(column);
  };
  return {
    ...{ x: centre.x, y: centre.y, unit: centre.unit },
    objectNumber:
      places.get('objectnumber') ??
      places.get(`${object || 'nuclei_'}number_object_number`) ??
      (object === undefined ? places.get('label') : undefined),
    label: places.get('label'),
    imageNumber: place('ImageNumber', 'Image_Number', 'image number'),
    tableNumber: place('TableNumber'),
    files: columns.flatMap((name, index) => {
      const [, channel] = /^(?:image_)?filename_(.+)$/i.exec(name.trim()) ?? [];
      if (channel !== undefined)
        return [{ file: index, folder: place(`PathName_${channel}`, `Image_PathName_${channel}`) }];
      return namesFile.test(name.trim()) ? [{ file: index, folder: undefined }] : [];
    }),
    columns,
  };
}

/** What QuPath, scripts of Python and others call the file of an image: `Image`, `filename`, `image_path`, `source file`. */
const namesFile =
  /^(?:image_)?(?:metadata_)?(?:(?:source|image|img)?[ _.-]?file(?:[ _.-]?(?:name|path))?|(?:source[ _.-]?)?(?:image|img)(?:[ _.-]?(?:name|path|id))?)$/i;

/** Whether a row may be the header of a table of cells. */
export function namesCells(header: readonly string[]): boolean {
  return findCentre(header) !== undefined;
}
