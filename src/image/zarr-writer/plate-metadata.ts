import type { Files } from '../../files/files.ts';
import { type OmeZarrVersion, writeGroup } from './ome-zarr-version.ts';

/** A well that was written: its place in the lists of rows and columns, and the paths of its images in it. */
export interface WrittenWell {
  /** Row and column with a slash between: `A/1`. */
  readonly path: string;
  readonly rowIndex: number;
  readonly columnIndex: number;
  readonly images: readonly string[];
}

/** A plate whose images were written. */
export interface WrittenPlate {
  readonly name: string;
  /** Names of rows and columns, letters and digits. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly wells: readonly WrittenWell[];
}

/**
 * Makes a folder with images at `<row>/<column>/<image>` an OME-Zarr plate: the metadata of rows and wells, then those of the
 * plate, https://ngff.openmicroscopy.org/0.5/#plate-md and #well-md.
 */
export async function writePlateMetadata(
  folder: string,
  { name, rows, columns, wells }: WrittenPlate,
  version: OmeZarrVersion,
  files: Files,
): Promise<void> {
  for (const row of new Set(wells.map(({ rowIndex }) => rows[rowIndex]!))) {
    await writeGroup(`${folder}/${row}`, { version }, files);
  }
  for (const { path, images } of wells) {
    const ome = { well: { images: images.map((own) => ({ path: own })) } };
    await writeGroup(`${folder}/${path}`, { version, ome }, files);
  }
  const plate = {
    ...{ name, rows: rows.map((own) => ({ name: own })), columns: columns.map((own) => ({ name: own })) },
    field_count: Math.max(...wells.map(({ images }) => images.length)),
    wells: wells.map(({ path, rowIndex, columnIndex }) => ({ path, rowIndex, columnIndex })),
  };
  await writeGroup(folder, { version, ome: { plate } }, files);
}
