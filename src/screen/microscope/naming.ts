import type { Files } from '../../files/files.ts';

/** What the path of an image says of the plane in it. */
export interface NamedPlane {
  /** Path from the folder of the screen on, with `/`. */
  readonly path: string;
  /** What the field is of, by column: `Metadata_Plate`, `Metadata_Well`, `Metadata_Site` and others. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly channel: string;
  /** What channels are sorted by before their names. */
  readonly rank: string;
  /** Which plane of a stack it is, from the lowest; not given for a projection or where there is but one. */
  readonly depth?: number | undefined;
  /** Side of a pixel (µm), where a file beside the images says so. */
  readonly pixelSize?: number | undefined;
}

/** A place of files: an absolute folder, and the paths of all files in it. */
export interface ImageFolder {
  readonly folder: string;
  /** Wells of a plate, where the user says so and names number the wells. */
  readonly plateFormat?: number | undefined;
  /** Paths from the folder on, with `/`, sorted. */
  readonly files: readonly string[];
}

/** How a microscope or program names the images that it writes. */
export interface Naming {
  /** Who names images so. */
  readonly name: string;
  readonly example: string;
  /** What a path says; `passed over` for a file that belongs to the set but is no image of a field; else undefined. */
  readonly parse: (path: string, at: Pick<ImageFolder, 'folder'>) => NamedPlane | 'passed over' | undefined;
  /** What is known only once all files are: other files beside the images, or several plates of one name. */
  readonly complete?: (planes: readonly NamedPlane[], at: ImageFolder, files: Files) => Promise<CompletedPlanes>;
  /** Whether wells have numbers in it, so that the format of the plate must be known. */
  readonly numbersWells?: boolean;
}

/** Planes, perhaps with sentences on how they were completed. */
export type CompletedPlanes =
  | readonly NamedPlane[]
  | { readonly planes: readonly NamedPlane[]; readonly notes: readonly string[] };

/** The folders that a file is in, from the root of the file system on, and its name. */
export function partsOf(path: string, folder: string): { readonly folders: readonly string[]; readonly name: string } {
  const parts = path.split('/');
  const above = folder.split(/[\\/]/).filter((part) => part !== '');
  return { folders: [...above, ...parts.slice(0, -1)], name: parts.at(-1)! };
}
