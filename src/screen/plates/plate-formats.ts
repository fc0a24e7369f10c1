/** Rows and columns of a plate. */
export interface PlateFormat {
  readonly wells: number;
  readonly rows: number;
  readonly columns: number;
}

/** The plates that are sold, the smallest first. */
export const PLATE_FORMATS: readonly PlateFormat[] = [
  { wells: 6, rows: 2, columns: 3 },
  { wells: 12, rows: 3, columns: 4 },
  { wells: 24, rows: 4, columns: 6 },
  { wells: 48, rows: 6, columns: 8 },
  { wells: 96, rows: 8, columns: 12 },
  { wells: 384, rows: 16, columns: 24 },
  { wells: 1536, rows: 32, columns: 48 },
];

/**
 * The smallest plate that has so many rows and columns; undefined where none has.
 *
 * @param least wells that it has at least
 */
export function smallestFormat(
  { rows, columns }: Pick<PlateFormat, 'rows' | 'columns'>,
  { least = 0 }: { readonly least?: number } = {},
): PlateFormat | undefined {
  return PLATE_FORMATS.find((format) => format.wells >= least && rows <= format.rows && columns <= format.columns);
}
