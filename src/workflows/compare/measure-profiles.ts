import type { Console } from '../../cli/console.ts';
import { createProgress } from '../../cli/progress.ts';
import { sha256 } from '../../files/hash.ts';
import type { FieldProfile } from '../../profiling/field-profile.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import { nodeAccess } from '../../screen/node/access.ts';
import { requireReadable } from '../../screen/skipped.ts';
import { MEASUREMENT_VERSION, type MeasureOptions } from '../profile/measure-field.ts';
import { measureFields } from '../profile/measure-fields.ts';
import type { ExaminedScreen } from '../train/examine-screen.ts';
import { keepProfiles, readProfiles } from './kept-profiles.ts';

interface ProfileOptions extends MeasureOptions {
  readonly threads: number;
  /** Where the profiles are kept. */
  readonly file: string;
  /** SHA-256 of the table. */
  readonly table: string;
  /** Version of milscope. */
  readonly milscope: string;
  readonly console: Console;
}

/**
 * Finds the nuclei of every readable field and measures its cells, in order; those that were measured before, of the same
 * images in the same way, are taken from the file in which they are kept. Nothing for a field that can be read no more.
 *
 * @throws TooManyUnreadable when that is more than a tenth of them
 */
export async function measureProfiles(
  examined: ExaminedScreen,
  { file, console, table, milscope, ...options }: ProfileOptions,
): Promise<readonly (FieldProfile | undefined)[]> {
  const { channel, distance, diameter, threads } = options;
  const key = keyOf(examined, { table, milscope, channel, distance, diameter });
  const known = await readProfiles(file, key);
  if (known) {
    console.err(`measuring cells: ${countCells(known)} cells in ${known.length} fields, measured before\n`);
    return known;
  }
  const fields = examined.readable.map(({ field }) => field);
  const progress = createProgress(console, { label: 'measuring cells', total: fields.length, unit: 'fields' });
  const source = createFieldSource(
    examined.screen,
    {
      cacheBytes: 0,
      onSkip: ({ message }) => progress.note(`left out from now on: ${message}`),
    },
    nodeAccess,
  );
  const profiles: (FieldProfile | undefined)[] = [];
  const screen = { ...examined.screen, fields };
  for await (const { profile } of measureFields(screen, { channel, distance, diameter, source, threads })) {
    profiles.push(profile);
    progress.update(profiles.length);
  }
  const measured = profiles.filter((profile) => profile !== undefined);
  progress.finish(`${countCells(measured)} cells`);
  requireReadable(screen, source.skipped());
  if (measured.length === profiles.length) await keepProfiles(file, { key, profiles: measured });
  return profiles;
}

/** A hash of everything that the profiles depend on. */
function keyOf(
  { screen, readable, hashes }: ExaminedScreen,
  options: MeasureOptions & Pick<ProfileOptions, 'table' | 'milscope'>,
): string {
  const images = readable.map(({ field }) => field.sources.map(({ file, plane }) => [hashes.get(file), plane]));
  return sha256(JSON.stringify({ ...options, version: MEASUREMENT_VERSION, channels: screen.channels, images }));
}

function countCells(profiles: readonly FieldProfile[]): number {
  return profiles.reduce((sum, { cells }) => sum + cells.objectNumbers.length, 0);
}
