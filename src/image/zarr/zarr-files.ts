import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { readZarrImage } from './zarr-image.ts';

/**
 * The files that one level of an image of OME-Zarr is made of, in a fixed order: its metadata, those of its array, and
 * all chunks; as paths from the folder of the image, with the slashes of any system.
 *
 * @throws as `readZarrImage`
 */
export async function zarrFiles(folder: string, options: { level?: number | undefined } = {}): Promise<string[]> {
  const { array } = readZarrImage(folder, options);
  const found = await readdir(array.folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const own = ['zarr.json', '.zattrs'].map((name) => join(folder, name)).filter((file) => existsSync(file));
  return [...own, ...files.sort()].map((file) => file.slice(join(folder, sep).length).replaceAll(sep, '/'));
}
