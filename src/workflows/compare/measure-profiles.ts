import type { FieldProfile } from '../../profiling/field-profile.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import { requireReadable, type SkippedField } from '../../screen/skipped.ts';
import { counted } from '../../words.ts';
import type { RunningHost } from '../host.ts';
import { MEASUREMENT_VERSION, type MeasureOptions } from '../profile/measure-field.ts';
import { measureFields } from '../profile/measure-fields.ts';
import { beginTask, tellLost } from '../task.ts';
import type { ExaminedScreen } from '../train/examine-screen.ts';
import { keepProfiles, readProfiles } from './kept-profiles.ts';

interface ProfileOptions extends MeasureOptions {
  /** Where the profiles are kept. */
  readonly file: string;
  /** SHA-256 of the table. */
  readonly table: string;
  /** Version of milscope. */
  readonly milscope: string;
}

/**
 * Finds the nuclei of every readable field and measures its cells, in order; those that were measured before, of the same
 * images in the same way, are taken from the file in which they are kept. Nothing for a field that can be read no more.
 *
 * @throws TooManyUnreadable when that is more than a tenth of them
 */
export async function measureProfiles(
  examined: ExaminedScreen,
  { file, table, milscope, channel, distance, diameter }: ProfileOptions,
  host: RunningHost,
): Promise<readonly (FieldProfile | undefined)[]> {
  const key = await host.hash(keyOf(examined, { table, milscope, channel, distance, diameter }));
  const known = await readProfiles(file, key, host.files);
  if (known) {
    const message = `measuring cells: ${counted(countCells(known), 'cell')} in ${counted(known.length, 'field')}, measured before`;
    host.emit({ event: 'noted', message });
    return known;
  }
  const fields = examined.readable.map(({ field }) => field);
  const task = beginTask(host, { task: 'measuring cells', total: fields.length, unit: 'fields' });
  const onSkip = (entry: SkippedField) =>
    tellLost(host, { ...entry, message: `left out from now on: ${entry.message}` });
  const source = createFieldSource(examined.screen, { cacheBytes: 0, onSkip }, host);
  const profiles: (FieldProfile | undefined)[] = [];
  const screen = { ...examined.screen, fields };
  const options = { channel, distance, diameter, source, threads: host.threads };
  for await (const { profile } of measureFields(screen, options)) {
    profiles.push(profile);
    task.update(profiles.length);
  }
  const measured = profiles.filter((profile) => profile !== undefined);
  task.end(counted(countCells(measured), 'cell'));
  requireReadable(screen, source.skipped());
  if (measured.length === profiles.length) await keepProfiles(file, { key, profiles: measured }, host.files);
  return profiles;
}

/** Everything that the profiles depend on, as text. */
function keyOf(
  { screen, readable, hashes }: ExaminedScreen,
  options: MeasureOptions & Pick<ProfileOptions, 'table' | 'milscope'>,
): string {
  const images = readable.map(({ field }) =>
    field.sources.map(({ file, plane, stack, projection, series, pages, illumination }) => {
      const read = {
        ...{ stack: stack?.map((other) => hashes.get(other)), projection, series, pages },
        ...(illumination !== undefined && { illumination: hashes.get(illumination) }),
      };
      return [hashes.get(file), plane, ...(JSON.stringify(read) === '{}' ? [] : [read])];
    }),
  );
  return JSON.stringify({ ...options, version: MEASUREMENT_VERSION, channels: screen.channels, images });
}

function countCells(profiles: readonly FieldProfile[]): number {
  return profiles.reduce((sum, { cells }) => sum + cells.objectNumbers.length, 0);
}
