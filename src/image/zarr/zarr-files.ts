import type { ReadFiles } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import { isThere } from './ome-group.ts';
import { readZarrImage } from './zarr-image.ts';

/** Folders within the folder of an array, at most: chunks have one for each dimension. */
const DEEPEST = 16;

/**
 * The files that one level of an image of OME-Zarr is made of, in a fixed order: its metadata, those of its array, and
 * all chunks; as paths from the folder of the image, with `/`.
 *
 * @throws as `readZarrImage`
 */
export async function zarrFiles(
  folder: string,
  options: { level?: number | undefined },
  files: ReadFiles,
): Promise<string[]> {
  const { array } = await readZarrImage(folder, options, files);
  const found: string[] = [];
  const enter = async (path: string, depth: number): Promise<void> => {
    for (const { name, kind } of await files.list(path)) {
      if (kind === 'file') found.push(join(path, name));
      else if (depth < DEEPEST) await enter(join(path, name), depth + 1);
    }
  };
  await enter(array.folder, 0);
  const own: string[] = [];
  for (const name of ['zarr.json', '.zattrs']) {
    if (await isThere(join(folder, name), files)) own.push(join(folder, name));
  }
  return [...own, ...found.sort()].map((file) => file.slice(join(folder, '/').length));
}
