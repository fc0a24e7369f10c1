/** A table that is written a row at a time beside its place, and stands there whole or not at all. */
export interface WrittenTable<Row> {
  /** Follows the rows before it; to be waited for before the next one is written. */
  readonly write: (row: Row) => Promise<void>;
  /** Ends the table and puts it in its place. */
  readonly keep: () => Promise<void>;
  /** Leaves no trace of it. */
  readonly discard: () => Promise<void>;
}
