/** A row of a table as text. */
export interface TableRow {
  /** The row as a spreadsheet counts it, the header being row 1. */
  readonly row: number;
  readonly cells: readonly string[];
  /** A comma where its table writes numbers so, see `parseNumber`. */
  readonly decimal?: ',' | undefined;
}
