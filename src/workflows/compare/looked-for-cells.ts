import type { Console } from '../../cli/console.ts';
import { MilscopeError } from '../../errors.ts';
import type { Screen } from '../../screen/screen.ts';
import { requireChannel } from '../../screen/select-channel.ts';
import type { TrainingCells } from '../shared/training-cells.ts';
import type { ExaminedScreen } from '../train/examine-screen.ts';
import { type ComparisonRecord, comparisonFiles } from './comparison-folder.ts';
import type { ComparisonContext } from './context.ts';
import { findCells } from './find-cells.ts';
import { measureProfiles } from './measure-profiles.ts';

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

/** What the baselines on cells share: each is made when it is first asked for, and once. */
export function lookForCells(
  examined: ExaminedScreen,
  {
    folder,
    record: { cells: known, settings, milscope },
    channel,
    given,
    usual,
    threads,
    console,
  }: {
    /** That of the comparison. */
    folder: string;
    record: ComparisonRecord;
    /** The place of the channel that shows nuclei, where anybody looks at it. */
    channel: number | undefined;
    /** Those of a table, for `cropped-cells`. */
    given: TrainingCells | undefined;
    /** What the record does not say when nobody has asked for cells before. */
    usual: { readonly cellSize: number; readonly distance: number };
    threads: number;
    console: Console;
  },
): Pick<ComparisonContext, 'profiles' | 'cells'> {
  const { cellSize, distance, diameter } = { ...usual, diameter: undefined, ...known };
  const options = { channel: channel!, diameter, threads, console };
  const profiles = once(() =>
    measureProfiles(examined, {
      ...{ ...options, distance, milscope },
      file: comparisonFiles(folder).profiles,
      table: String(settings.table),
    }),
  );
  const found = once(() => findCells(examined, { ...options, size: cellSize }));
  return { profiles, cells: async () => given ?? found() };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
