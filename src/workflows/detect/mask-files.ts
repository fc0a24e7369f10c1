import { MilscopeError, named } from '../../errors.ts';
import { join } from '../../files/paths.ts';
import { writeLabels } from '../../image/write-labels.ts';
import type { DetectedNuclei } from '../../localization/nuclei/nuclei.ts';
import { nameFields } from '../../screen/field-names.ts';
import type { Field, Screen } from '../../screen/screen.ts';
import type { Host } from '../host.ts';
import { requireWritable } from '../shared/require-writable.ts';
import { FOLDER_LOCK } from '../shared/with-locks.ts';

/** Writes the nuclei of fields. */
export interface MaskWriter {
  readonly write: (field: Field, found: DetectedNuclei) => Promise<void>;
  /** Removes what was written. */
  readonly discard: () => Promise<void>;
}

/**
 * Makes what writes masks into a folder, as 16-bit label TIFFs: `<name of the image>_nuclei.tif`, with the number of the
 * field before it where several fields have images of one name.
 *
 * @param screen of the one channel that names the masks
 * @throws OutputExists when the folder holds something, CannotWrite
 */
export async function createMaskWriter(
  folder: string,
  { screen, overwrite }: { screen: Screen; overwrite: boolean },
  host: Host,
): Promise<MaskWriter> {
  const { files } = host;
  await requireWritable(folder, host, { folder: true });
  if (
    !overwrite &&
    (await files.status(folder)) &&
    (await files.list(folder)).some(({ name }) => name !== FOLDER_LOCK)
  ) {
    throw new MilscopeError('OutputExists', {
      file: folder,
      problem: 'the folder of masks holds something already',
      remedy: `name a folder that is new or empty with ${named('masks')}, or give ${named('overwrite')}`,
    });
  }
  const names = nameFields(screen.fields);
  const written: string[] = [];
  return {
    async write(field, found) {
      const path = join(folder, `${names.get(field)}_nuclei.tif`);
      written.push(await writeLabels(path, found, host));
    },
    async discard() {
      for (const path of written) await files.remove(path);
    },
  };
}
