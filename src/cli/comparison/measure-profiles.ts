import { MilscopeError } from '../../errors.ts';
import type { FieldProfile } from '../../profiling/field-profile.ts';
import { readField } from '../../screen/read-field.ts';
import type { Screen } from '../../screen/screen.ts';
import type { Console } from '../console.ts';
import type { ExaminedScreen } from '../examine-screen.ts';
import { createMeasure, type MeasureOptions } from '../measure-field.ts';
import { createProgress } from '../progress.ts';
import { requireChannel } from '../select-channel.ts';

/** The place of the channel that shows nuclei. Throws `BadOption` when none was named, or the screen has no such. */
export function nucleiChannelOf(screen: Screen, named: string | undefined, wantedBy: string): number {
  if (named !== undefined) return requireChannel(screen, named, { option: '--nuclei-channel' });
  throw new MilscopeError('BadOption', {
    option: '--nuclei-channel',
    problem: `${wantedBy} looks at cells, and nobody said which channel shows their nuclei`,
    expected: `one of ${screen.channels.join(', ')}`,
    remedy: 'name it, or leave the baseline out of --baselines',
  });
}

/** Finds the nuclei of every readable field and measures its cells, in order. */
export async function measureProfiles(
  { screen, readable }: ExaminedScreen,
  { console, ...options }: MeasureOptions & { readonly console: Console },
): Promise<readonly FieldProfile[]> {
  const measure = createMeasure(screen, options);
  const progress = createProgress(console, { label: 'measuring cells', total: readable.length, unit: 'fields' });
  const profiles: FieldProfile[] = [];
  for (const { field } of readable) {
    profiles.push(measure(await readField(screen, field)));
    progress.update(profiles.length);
  }
  const cells = profiles.reduce((sum, profile) => sum + profile.cells.objectNumbers.length, 0);
  progress.finish(`${cells} cells`);
  return profiles;
}
