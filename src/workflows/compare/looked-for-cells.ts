import { isMilscopeError, MilscopeError, named } from '../../errors.ts';
import type { Screen } from '../../screen/screen.ts';
import type { RunningHost } from '../host.ts';
import { findCells } from '../shared/find-cells.ts';
import { nucleiChannelOf as channelOf, type TrainingCells, usualCellSize } from '../shared/training-cells.ts';
import type { ExaminedScreen } from '../train/examine-screen.ts';
import { type ComparisonRecord, comparisonFiles } from './comparison-folder.ts';
import type { ComparisonContext } from './context.ts';
import { measureProfiles } from './measure-profiles.ts';
import type { CompareRequest } from './request.ts';

/** The place of the channel that shows nuclei. @throws BadOption when none was named and none can be told by its name, or the screen has no such */
export function nucleiChannelOf(screen: Screen, channel: string | undefined, wantedBy: string): number {
  try {
    return channelOf(screen, channel);
  } catch (error) {
    if (channel !== undefined || !isMilscopeError(error)) throw error;
    throw new MilscopeError('BadOption', {
      ...error.details,
      problem: `${wantedBy} looks at cells, and nothing says which channel shows their nuclei`,
      remedy: `name it with ${named('nucleiChannel')}, or leave this method out`,
    });
  }
}

/** What the methods on cells share: each is made when it is first asked for, and once. */
export function lookForCells(
  examined: ExaminedScreen,
  {
    request,
    record: { cells: known, settings, milscope },
    channel,
    given,
  }: {
    request: CompareRequest;
    record: ComparisonRecord;
    /** The place of the channel that shows nuclei, where anybody looks at it. */
    channel: number | undefined;
    /** Those of a table, for networks. */
    given: TrainingCells | undefined;
  },
  host: RunningHost,
): Pick<ComparisonContext, 'profiles' | 'cells'> {
  // The record says nothing of them when nobody has asked for cells before.
  const usual = { cellSize: request.cellSize ?? usualCellSize(request.enlarge), distance: request.distance };
  const { cellSize, distance, diameter } = { ...usual, diameter: undefined, ...known };
  const nuclei = { channel: channel!, diameter };
  const file = comparisonFiles(request.out).profiles;
  const profiles = once(() =>
    measureProfiles(examined, { ...nuclei, distance, milscope, file, table: String(settings.table) }, host),
  );
  const fields = examined.readable.map(({ field }) => field);
  const found = once(() => findCells(examined.screen, { ...nuclei, fields, size: cellSize }, host));
  return { profiles, cells: async () => given ?? found() };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
