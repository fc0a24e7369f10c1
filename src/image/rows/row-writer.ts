/** Writes an image of one channel from its first row to its last, so that it may be larger than memory. */
export interface RowWriter<Numbers> {
  /** Whole rows, `[rows, width]`, which follow those of before; await it before writing the next ones. */
  readonly write: (rows: Numbers) => Promise<void>;
  /** Ends the file, when all rows are written, and puts it in its place. */
  readonly keep: () => Promise<void>;
  /** Leaves no trace of it. */
  readonly discard: () => Promise<void>;
}

export interface ImageSize {
  readonly height: number;
  readonly width: number;
}
