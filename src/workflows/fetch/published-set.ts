/** A screen that is published as tables and an archive for every plate. */
export interface PublishedSet {
  readonly name: string;
  /** Where it is published; ends with `/`. */
  readonly baseUrl: string;
  readonly fieldTable: string;
  readonly mechanismTable: string;
  /** Tables that may be absent. */
  readonly otherTables: readonly string[];
  readonly archiveOf: (plate: string) => string;
  /** Bytes of the images of a plate in relation to those of its archive. */
  readonly unpacked: number;
}

/** Ljosa, Sokolnicki & Carpenter 2012, Nature Methods 9, 637: image set BBBC021v1 of the Broad Bioimage Benchmark Collection. */
export const bbbc021: PublishedSet = {
  name: 'BBBC021v1',
  baseUrl: 'https://data.broadinstitute.org/bbbc/BBBC021/',
  fieldTable: 'BBBC021_v1_image.csv',
  mechanismTable: 'BBBC021_v1_moa.csv',
  otherTables: ['BBBC021_v1_compound.csv'],
  archiveOf: (plate) => `BBBC021_v1_images_${plate}.zip`,
  // 720 images of 1280 × 1024 pixels of 16 bits are 1.9 GB, in an archive of 750 to 840 MB.
  unpacked: 2.5,
};
