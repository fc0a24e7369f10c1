/** Where the pixels of one channel of a field are. */
export interface ChannelSource {
  /** Absolute path of the file. */
  readonly file: string;
  /** Which plane of the file, from 0: a page of a TIFF or a sample of an RGB pixel. */
  readonly plane: number;
}

/** One field of view: one row of the table. */
export interface Field {
  /** The table's `ImageNumber`, or the row's place from 1. */
  readonly imageNumber: number;
  /** The row of the table, the header being row 1. */
  readonly row: number;
  /** One source a channel, in the order of `Screen.channels`. */
  readonly sources: readonly ChannelSource[];
  /** Every column of the table but those that name files, with its text as written. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A table of fields with everything resolved that can be known without decoding pixels. */
export interface Screen {
  /** The table's path, as given. */
  readonly source: string;
  readonly channels: readonly string[];
  /** Columns of metadata in the order of the table. */
  readonly columns: readonly string[];
  readonly fields: readonly Field[];
}
