import { MilscopeError } from '../../errors.ts';
import { dirname, join } from '../../files/paths.ts';
import { folderConversion } from '../../image/foreign/conversion.ts';
import { foreignName } from '../../image/foreign/foreign.ts';
import type { ForeignFormat } from '../../image/foreign/formats.ts';
import { listed, tablesOf } from '../../tables/folder-as-table.ts';
import { runFolderError } from '../not-a-screen.ts';
import type { Naming } from './naming.ts';
import { patternAdvice } from './suggestion/pattern-advice.ts';

/** The files of a folder that milscope does not read, by their format, most first. */
export function foreignFiles(paths: readonly string[]): readonly (readonly [ForeignFormat, readonly string[]])[] {
  const found = new Map<ForeignFormat, string[]>();
  for (const path of paths) {
    const format = foreignName(path);
    if (format !== undefined) found.set(format, [...(found.get(format) ?? []), path]);
  }
  return [...found].sort(([, a], [, b]) => b.length - a.length);
}

/** The error for a folder in which nobody knows a single name of an image. */
export function unknownFolder(
  folder: string,
  { images, files, namings }: { images: readonly string[]; files: readonly string[]; namings: readonly Naming[] },
): MilscopeError {
  return (
    runFolderError(folder, files) ??
    foreignFolder(folder, { images, files }) ??
    unknownNames(folder, { images, files, namings })
  );
}

/** The error for a folder of files that have to be converted; undefined where it has more of its own. */
function foreignFolder(
  folder: string,
  { images, files }: { images: readonly string[]; files: readonly string[] },
): MilscopeError | undefined {
  const [most] = foreignFiles(files);
  if (most === undefined) return undefined;
  const [format, paths] = most;
  // Olympus keeps the planes of `a.oif` in the folder `a.oif.files`, under names that say nothing of wells.
  const parts = new Set(paths.map((path) => `${path}.files`));
  if (images.filter((path) => !parts.has(dirname(path))).length >= paths.length) return undefined;
  return new MilscopeError('BadTable', {
    file: folder,
    problem: `the images of this folder are ${format.plural}, which milscope does not read`,
    found: `${paths.length} of them, such as ${paths[0]}`,
    remedy: folderConversion(folder, paths, format),
  });
}

function unknownNames(
  folder: string,
  { images, files, namings }: { images: readonly string[]; files: readonly string[]; namings: readonly Naming[] },
): MilscopeError {
  const tables = tablesOf(files.filter((path) => !path.includes('/')).map((name) => ({ name, kind: 'file' })));
  const some = (images.length > 0 ? images : files).slice(0, 3).join(', ');
  const names = namings.map(({ name }) => name);
  if (images.length === 0 && tables.length > 0) {
    return new MilscopeError('BadTable', {
      file: folder,
      problem: 'there is no image in this folder',
      found: listed(tables),
      expected: 'a table of fields, an OME-Zarr plate, or a folder of images',
      remedy:
        tables.length === 1
          ? `give the table: ${join(folder, tables[0]!)}`
          : `give one of the tables, such as ${join(folder, tables[0]!)}`,
    });
  }
  const known =
    tables.length === 0
      ? ''
      : `give ${tables.length === 1 ? 'the table in it' : 'a table in it'}, ${listed(tables)}; or `;
  return new MilscopeError('BadTable', {
    file: folder,
    problem: 'the file names in this folder follow no pattern that milscope knows',
    found: some === '' ? 'an empty folder' : some,
    expected: `images named by ${names.join(', ')}; or BBBC021_v1_image.csv and BBBC021_v1_moa.csv; or a table of fields`,
    remedy: `${known}describe the names${patternAdvice(images)}`,
  });
}
