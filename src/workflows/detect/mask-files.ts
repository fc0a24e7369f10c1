import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MilscopeError } from '../../errors.ts';
import { exists } from '../../files/exists.ts';
import { writeLabels } from '../../image/write-labels.ts';
import type { DetectedNuclei } from '../../localization/nuclei/nuclei.ts';
import { nameFields } from '../../screen/field-names.ts';
import type { Field, Screen } from '../../screen/screen.ts';

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
  const names = nameFields(screen.fields);
  return (field, found) =>
    writeLabels(join(folder, `${names.get(field)}_nuclei.tif`), found, {
      remedy: 'give the --diameter of a nucleus, or leave --masks out',
    });
}
