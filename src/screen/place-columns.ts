/**
 * The names that columns of plates, wells and sites have: in CellProfiler, in pycytominer and the tables that it joins
 * (`well_position`, `Assay_Plate_Barcode`), and elsewhere. The first that a table has counts. They are compared without regard
 * to case, blanks, `_`, `-` and `.`, and without the prefixes `Image_` and `Metadata_`.
 */
const names = {
  plate: [
    'plate',
    'platename',
    'plateid',
    'platebarcode',
    'assayplatebarcode',
    'assayplate',
    'destinationplatebarcode',
    'destinationplatename',
    'barcode',
    'platenumber',
    // Plates of one layout have the same map: the last resort.
    'platemapname',
  ],
  well: [
    'well',
    'wellposition',
    'wellpos',
    'wellname',
    'wellid',
    'wellcoordinate',
    'wellcoordinates',
    'destinationwell',
  ],
  site: ['site', 'field', 'fieldid', 'fieldofview', 'fov', 'fieldindex', 'fieldnumber', 'siteid', 'sitenumber'],
  row: ['row', 'wellrow', 'platerow'],
  column: ['column', 'col', 'wellcolumn', 'wellcol', 'platecolumn', 'platecol'],
} as const;

/** What a column says of the place of a field. */
export type PlaceKind = keyof typeof names;

/** A column's name without its prefixes, in small letters. */
export function bareName(column: string): string {
  return column
    .trim()
    .toLowerCase()
    .replace(/^(image_)?(metadata_)?/, '');
}

/** Pairs such as `Plate_Type` and `Well_Type` name no places. */
const ofSomethingElse = /_(type|role|class|count|format|volume|size|comments?|notes?|status)$/;

const folded = (column: string): string => bareName(column).replaceAll(/[\s_.-]/g, '');

/** What a column says of the place of a field; undefined for one that is about anything else. */
export function placeKindOf(column: string): PlaceKind | undefined {
  const name = folded(column);
  return (Object.keys(names) as PlaceKind[]).find((kind) => (names[kind] as readonly string[]).includes(name));
}

/** Whether a column names the layout of a plate, which several plates may share. */
export function isPlateMapName(column: string): boolean {
  return folded(column) === 'platemapname';
}

/** Whether a column may name plates, and other things as well: the layout of a plate, or what is in a well. */
export function isDoubtfulPlate(column: string): boolean {
  return isPlateMapName(column) || folded(column) === 'barcode';
}

/** Whether a column may be one of those that are looked for here, as most are not. */
export function maySayPlace(column: string): boolean {
  return /plate|well|barcode|row|col|site|field|fov/i.test(column);
}

/**
 * The columns that may say one thing of the place of a field, the likeliest first; for plates and wells, last those of a
 * pair with the same ending, as `Plate_DAPI` and `Well_DAPI` in BBBC021.
 */
export function placeColumns(columns: readonly string[], kind: PlaceKind): readonly string[] {
  const byName = new Map(columns.map((column) => [folded(column), column]).reverse() as [string, string][]);
  const known = names[kind].flatMap((name) => byName.get(name) ?? []);
  if (kind !== 'plate' && kind !== 'well') return known;
  const bare = new Map(columns.map((column) => [bareName(column), column]));
  const paired = [...bare].flatMap(([name, column]) => {
    if (!name.startsWith(`${kind}_`) || known.includes(column) || ofSomethingElse.test(name)) return [];
    const other = `${kind === 'plate' ? 'well' : 'plate'}${name.slice(kind.length)}`;
    return bare.has(other) && placeKindOf(other) === undefined ? [column] : [];
  });
  return [...known, ...paired];
}
