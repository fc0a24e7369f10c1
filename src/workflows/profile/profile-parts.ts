import type { FieldProfile } from '../../profiling/field-profile.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import type { Screen } from '../../screen/screen.ts';
import { requireSome, type SkippedField } from '../../screen/skipped.ts';
import { openTable } from '../../tables/open-table.ts';
import type { Host, RunningHost } from '../host.ts';
import { noNuclei } from '../shared/no-nuclei.ts';
import type { Parts } from '../shared/parts/open-parts.ts';
import { beginTask, tellLost } from '../task.ts';
import type { MeasureOptions } from './measure-field.ts';
import { measureFields } from './measure-fields.ts';
import { entryOfProfile, type ProfileEntry, profileOfEntry } from './profile-entry.ts';
import { layOutCells, layOutFields } from './profile-table.ts';

/** The task of measuring every field. */
export const MEASURING = 'measuring';

/** Measures the fields that are still to be done, and keeps what was measured. */
export async function keepProfiles(
  screen: Screen,
  { parts, cells, ...options }: MeasureOptions & { readonly parts: Parts<ProfileEntry>; readonly cells: boolean },
  host: RunningHost,
): Promise<void> {
  const { fields: start } = parts.whole();
  const task = beginTask(host, { task: MEASURING, total: screen.fields.length, unit: 'fields', start });
  const onSkip = (entry: SkippedField) => {
    parts.lose({ ...entry, again: true });
    tellLost(host, entry);
  };
  const source = createFieldSource(screen, { cacheBytes: 0, onSkip }, host);
  const { channels } = screen;
  let done = start;
  let named: unknown;
  for await (const { field, profile } of measureFields(
    { channels, fields: parts.todo },
    { ...options, source, threads: host.threads },
  )) {
    task.update(++done);
    const part = parts.partOf(field);
    if (profile) await parts.write(field, entryOfProfile(profile, { names: part !== named, cells }));
    if (profile) named = part;
    await parts.end(field);
  }
  task.end();
}

/** What was measured of a screen. */
export interface WrittenProfiles {
  readonly fields: number;
  readonly cells: number;
  /** Features of a field, and of a cell. */
  readonly features: { readonly field: number; readonly cell: number };
}

/** Makes the tables of what was kept. @throws TooManyUnreadable when no field could be read, and what `noNuclei` makes when none has a cell */
export async function writeProfiles(
  screen: Screen,
  {
    parts,
    nucleiChannel,
    ...places
  }: {
    readonly parts: Parts<ProfileEntry>;
    readonly nucleiChannel: string;
    readonly out: string;
    readonly cellsOut?: string | undefined;
  },
  host: RunningHost,
): Promise<WrittenProfiles> {
  // Opened with the first field, whose profile names the columns.
  let tables: Awaited<ReturnType<typeof openTables>> | undefined;
  let names: NonNullable<ProfileEntry['names']> | undefined;
  let [fields, cells] = [0, 0];
  try {
    for await (const { field, entry } of parts.read()) {
      host.signal.throwIfAborted();
      names ??= entry.names!;
      const profile = profileOfEntry(entry, names);
      tables ??= await openTables(screen, { profile, ...places }, host);
      await tables.fields.write({ field, profile });
      for (const place of profile.cells.objectNumbers.keys()) await tables.cells?.write({ field, profile, place });
      fields++;
      cells += entry.count;
    }
    // Without a single field there is no table to keep.
    requireSome(screen, { done: fields, skipped: parts.lost() });
    // Parts without a cell are not worth resuming.
    if (cells === 0) await parts.remove();
    if (cells === 0) throw noNuclei(screen, { channel: nucleiChannel, option: 'nucleiChannel' });
    await tables?.fields.keep();
    await tables?.cells?.keep();
  } catch (error) {
    await tables?.fields.discard();
    await tables?.cells?.discard();
    throw error;
  }
  return { fields, cells, features: { field: names?.field.length ?? 0, cell: names?.cell.length ?? 0 } };
}

async function openTables(
  screen: Screen,
  { profile, out, cellsOut }: { profile: FieldProfile; out: string; cellsOut?: string | undefined },
  { files, about }: Host,
) {
  const version = about.versions.milscope;
  return {
    fields: await openTable(out, layOutFields(screen, profile), files, { version }),
    cells:
      cellsOut === undefined ? undefined : await openTable(cellsOut, layOutCells(screen, profile), files, { version }),
  };
}
