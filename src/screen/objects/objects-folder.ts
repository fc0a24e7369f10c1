import { MilscopeError } from '../../errors.ts';
import type { Files } from '../../files/files.ts';
import { extname, join } from '../../files/paths.ts';
import type { ScreenAccess } from '../access.ts';
import { nameFields, stemOf } from '../field-names.ts';
import type { Field, Screen } from '../screen.ts';

/** What programs put behind the name of an image to name its label image. */
const suffixes = ['', '_cp_masks', '_masks', '_mask', '_labels', '_label', '_objects', '_nuclei', '_cells', '_seg'];

/**
 * Finds the label images of a screen in a folder of PNGs and TIFFs that are named after its fields: as the first image of
 * a field or another of its channels (or as milscope names the files of a field), with nothing behind it or what programs
 * put there, such as `_masks` or Cellpose's `_cp_masks`. Fields without one are not in the answer.
 *
 * @returns absolute or relative paths, as `folder` is
 * @throws MissingFile when there is no such folder, or none of its files is named after a field
 * @throws DuplicateField when two files are named after one field
 */
export async function findObjectFiles(
  folder: string,
  screen: Pick<Screen, 'fields' | 'source'>,
  { files: access }: Pick<ScreenAccess, 'files'>,
): Promise<ReadonlyMap<Field, string>> {
  const byStem = new Map<string, string[]>();
  for (const name of await imagesOf(folder, access)) {
    const stem = stemOf(name).toLowerCase();
    byStem.set(stem, [...(byStem.get(stem) ?? []), join(folder, name)]);
  }
  const names = nameFields(screen.fields);
  const found = new Map<Field, string>();
  for (const field of screen.fields) {
    // A field with a name of its own has images such as "0", as others have.
    const ofImages = field.name === undefined ? field.sources.map(({ file }) => stemOf(file)) : [];
    const stems = [names.get(field)!, ...ofImages];
    const files = stems
      .map((stem) => suffixes.flatMap((suffix) => byStem.get(stem.toLowerCase() + suffix) ?? []))
      .find((some) => some.length > 0);
    if (files === undefined) continue;
    if (files.length > 1) {
      throw new MilscopeError('DuplicateField', {
        file: folder,
        problem: `several files may be the label image of the field in row ${field.row} of ${screen.source}`,
        found: files.join(', '),
        remedy: 'leave one of them in the folder',
      });
    }
    found.set(field, files[0]!);
  }
  if (found.size > 0) return found;
  throw new MilscopeError('MissingFile', {
    file: folder,
    problem: `no file in the folder is named after a field of ${screen.source}`,
    found: [...byStem.values()].flat().slice(0, 3).join(', ') || 'no PNG or TIFF',
    expected: `such as ${names.get(screen.fields[0]!)}.png`,
    remedy: 'name each label image as the first image of its field',
  });
}

async function imagesOf(folder: string, files: Files): Promise<string[]> {
  try {
    const names = (await files.list(folder)).map(({ name }) => name);
    return names.filter((name) => /^\.(png|tiff?)$/i.test(extname(name))).sort();
  } catch (cause) {
    const code = (cause as { code?: string }).code;
    throw new MilscopeError('MissingFile', {
      file: folder,
      problem: code === 'ENOTDIR' ? 'this is a file, not a folder' : 'the folder does not exist',
      expected: 'a folder of label images',
      cause,
    });
  }
}
