import type { OpenFile } from '../../files/files.ts';
import { join } from '../../files/paths.ts';
import { unpackNumbers } from '../../packed-numbers.ts';
import type { Screen } from '../../screen/screen.ts';
import { formatSkipped, requireSome, type SkippedField } from '../../screen/skipped.ts';
import type { Host, RunningHost } from '../host.ts';
import type { Parts } from '../shared/parts/open-parts.ts';
import type { FieldFilesOptions } from './field-files.ts';
import { fieldTableHeader } from './field-table.ts';
import { chooseForGalleries, type ShownFields } from './gallery-choice.ts';
import type { JudgeField } from './judged-fields.ts';
import { type FieldOverlap, formatOverlap } from './overlap-table.ts';
import { openRegionTables, type RegionTables } from './region-files.ts';
import type { SegmentLine } from './segment-entry.ts';
import { createTally, type Tally } from './tally.ts';

export interface SegmentOutputsOptions
  extends Pick<FieldFilesOptions, 'out' | 'classes' | 'selections' | 'channelMaps'> {
  readonly parts: Parts<SegmentLine>;
  /** Fields of a gallery; none with 0. */
  readonly galleryRows: number;
  /** Says which fields are right, for the galleries. */
  readonly judge: JudgeField;
  /** Whether fields were measured against a reference. */
  readonly measured: boolean;
}

/** What came of a screen. */
export interface SegmentedScreen extends ReturnType<Tally['counts']> {
  readonly overlaps: readonly FieldOverlap[];
  /** Fields, then references, that could not be read. */
  readonly skipped: readonly SkippedField[];
  readonly lostReferences: readonly SkippedField[];
  readonly skippedFile: string | null;
  /** What the galleries show. */
  readonly shown: readonly ShownFields[];
}

/** Makes the tables of a screen of what was kept of its fields. @throws TooManyUnreadable when no field could be read */
export async function writeSegmentTables(
  screen: Screen,
  { out, classes, selections, channelMaps, parts, galleryRows, judge, measured }: SegmentOutputsOptions,
  host: RunningHost,
): Promise<SegmentedScreen> {
  const tally = createTally(classes);
  const choice = chooseForGalleries(selections, { fields: screen.fields, classes, rows: galleryRows, judge });
  const overlaps: FieldOverlap[] = [];
  const seen = new Set<number>();
  const opened: (OpenFile | RegionTables)[] = [];
  try {
    const regions = await openRegionTables(out, { screen, classes }, host);
    opened.push(regions);
    const table = await host.files.open(join(out, 'fields.csv'));
    opened.push(table);
    await table.write(fieldTableHeader(screen, selections, { channelMaps }));
    for await (const { field, entry } of parts.read()) {
      host.signal.throwIfAborted();
      if ('more' in entry) {
        await regions.addMore(entry.more);
        continue;
      }
      seen.add(field.imageNumber);
      await table.write(entry.row);
      await regions.add(entry.written);
      tally.add(entry.counts);
      choice.add(field, unpackNumbers(entry.probability));
      if (entry.overlap) overlaps.push({ field, ...entry.overlap });
    }
    requireSome(screen, { done: seen.size, skipped: lostOf(parts, seen).unread });
    await regions.close();
    await table.keep();
  } catch (error) {
    for (const one of opened) await one.discard();
    throw error;
  }
  if (measured) await host.files.write(join(out, 'overlap.csv'), formatOverlap(screen, overlaps));
  const { unread, references } = lostOf(parts, seen);
  const skipped = [...unread, ...references];
  return {
    ...tally.counts(),
    ...{ overlaps, skipped, lostReferences: references, skippedFile: await writeSkipped(out, skipped, host) },
    shown: galleryRows === 0 ? [] : choice.chosen(),
  };
}

/** What is lost of a field that was segmented is its reference. */
function lostOf(parts: Parts<SegmentLine>, segmented: ReadonlySet<number>) {
  const lost = parts.lost().map(({ again: _, ...entry }) => entry);
  const ofSegmented = ({ imageNumber }: SkippedField) => segmented.has(imageNumber!);
  return {
    unread: lost.filter((entry) => !ofSegmented(entry)).sort((a, b) => a.imageNumber! - b.imageNumber!),
    references: lost.filter(ofSegmented),
  };
}

/** Writes `skipped.csv`, or removes that of an earlier run where nothing is missing. */
async function writeSkipped(
  out: string,
  skipped: readonly SkippedField[],
  { files, nameOption }: Pick<Host, 'files' | 'nameOption'>,
): Promise<string | null> {
  const file = join(out, 'skipped.csv');
  await files.remove(file);
  if (skipped.length === 0) return null;
  await files.write(file, formatSkipped(skipped, nameOption));
  return file;
}
