import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { MilscopeError } from '../errors.ts';
import { writeTiff } from '../image/write.ts';
import type { DetectedNuclei } from '../localization/nuclei.ts';
import type { Field, Screen } from '../screen/screen.ts';
import { exists } from './run-folder.ts';

/** Writes the nuclei of one field. */
export type MaskWriter = (field: Field, found: DetectedNuclei) => Promise<void>;

/**
 * Makes what writes masks into a folder, as 16-bit label TIFFs: `<name of the image>_nuclei.tif`, with the number of the
 * field before it where several fields have images of one name.
 *
 * @param screen of the one channel that names the masks
 * @throws OutputExists when the folder holds something
 */
export async function createMaskWriter(
  folder: string,
  { screen, overwrite }: { screen: Screen; overwrite: boolean },
): Promise<MaskWriter> {
  if (!overwrite && (await exists(folder)) && (await readdir(folder)).length > 0) {
    throw new MilscopeError('OutputExists', {
      file: folder,
      problem: 'the folder of masks holds something already',
      remedy: 'name a folder that is new or empty with --masks, or give --overwrite',
    });
  }
  const stem = ({ sources }: Field) => basename(sources[0]!.file, extname(sources[0]!.file));
  const unique = new Set(screen.fields.map((field) => stem(field).toLowerCase())).size === screen.fields.length;
  return async (field, { labels, height, width, nuclei }) => {
    const file = join(folder, `${unique ? '' : `${field.imageNumber}_`}${stem(field)}_nuclei.tif`);
    if (nuclei.length > 65535) {
      throw new MilscopeError('BadImage', {
        file,
        problem: 'a 16-bit mask cannot number so many nuclei',
        found: String(nuclei.length),
        expected: 'at most 65535',
        remedy: 'give the --diameter of a nucleus, or leave --masks out',
      });
    }
    await writeTiff(file, { data: Uint16Array.from(labels), channels: 1, height, width });
  };
}
