/** The columns of the centre of a cell, and what is known of them. */
export interface CellCentre {
  readonly x: number;
  readonly y: number;
  /** Pixels; micrometres; or pixels unless the program was told otherwise, as in the tables of ImageJ. */
  readonly unit: 'pixels' | 'micrometres' | 'uncertain';
  /** The name of the object that stands before CellProfiler's names, perhaps none; undefined in other tables. */
  readonly object?: string | undefined;
}

/** CellProfiler's names for the centre of an object, after the name of the object that there may be. */
const ofCellProfiler = ['location_center', 'areashape_center'];

/** The names of pairs in other programs, the surest first. */
const ofOthers: readonly (readonly [x: string, y: string, unit: CellCentre['unit']])[] = [
  // QuPath.
  ['centroid x px', 'centroid y px', 'pixels'],
  // scikit-image and napari count axes from the first: of planes, rows come before columns.
  ['centroid-2', 'centroid-1', 'pixels'],
  ['centroid-1', 'centroid-0', 'pixels'],
  ['centroid_1', 'centroid_0', 'pixels'],
  ['axis-2', 'axis-1', 'pixels'],
  ['axis-1', 'axis-0', 'pixels'],
  ['x_px', 'y_px', 'pixels'],
  ['centroid x um', 'centroid y um', 'micrometres'],
  ['x_um', 'y_um', 'micrometres'],
  ['x (um)', 'y (um)', 'micrometres'],
  ['centroid_x', 'centroid_y', 'uncertain'],
  ['centroid x', 'centroid y', 'uncertain'],
  ['center_x', 'center_y', 'uncertain'],
  ['x_centroid', 'y_centroid', 'uncertain'],
  // ImageJ and many others.
  ['x', 'y', 'uncertain'],
  // ImageJ's centres of mass.
  ['xm', 'ym', 'uncertain'],
];

/**
 * Finds the columns of the centre without regard to case: `Location_Center_X` and `_Y` or `AreaShape_Center_X` and `_Y`, perhaps
 * with the name of an object before it (`Nuclei_Location_Center_X`; where there are several objects the nuclei are taken, else
 * the first); else those of another program. Undefined without any.
 */
export function findCentre(columns: readonly string[]): CellCentre | undefined {
  const places = new Map(columns.map((name, index) => [plain(name), index]));
  const found = ofCellProfiler.flatMap((kind) => centresOf(places, kind));
  const own = found.find(({ object }) => object === '') ?? found.find(({ object }) => object === 'nuclei_') ?? found[0];
  if (own !== undefined) return { ...own, unit: 'pixels' };
  const [x, y, unit] = ofOthers.find(([first, second]) => places.has(first) && places.has(second)) ?? [];
  return unit === undefined ? undefined : { x: places.get(x!)!, y: places.get(y!)!, unit };
}

/** A name in small letters, with either sign for micro, and what is left of it in a wrong encoding, as `u`. */
function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/\u00e2?[\u00b5\u03bc]/g, 'u');
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
