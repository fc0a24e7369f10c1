/** How the rows of a table are read. */
export interface RecordOptions {
  /** What separates the cells of a text, where that is known. */
  readonly separator?: string;
  /** Whether a row may be the header that is looked for, where a workbook has several sheets or titles above it. */
  readonly fits?: ((header: readonly string[]) => boolean) | undefined;
  /** What table it should be, for whoever gave something else. */
  readonly wanted?: WantedTable | undefined;
  /** Whether a row may have fewer cells than the header, as in a table that another program is still writing. */
  readonly shorter?: boolean;
  /** Is told what there is to know of the table beside its rows, before the header. */
  readonly describe?: ((about: AboutTable) => void) | undefined;
}

/** A table that is asked for. */
export interface WantedTable {
  /** In words: `a plate map`. */
  readonly what: string;
  /** The field of the request that names it. */
  readonly option?: string | undefined;
  /** Tells its header from those of other tables, where {@link RecordOptions.fits} lets more pass. */
  readonly fits?: RecordOptions['fits'];
}

/** What is known of a table beside its rows. */
export interface AboutTable {
  /** The text above its header. */
  readonly title?: string | undefined;
  /** What a user should know of how it was read, a sentence each. */
  readonly notes: readonly string[];
}
