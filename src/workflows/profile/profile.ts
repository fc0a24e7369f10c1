import * as z from 'zod';
import { MilscopeError, named } from '../../errors.ts';
import type { FieldProfile } from '../../profiling/field-profile.ts';
import { requireChannel } from '../../screen/channels/select-channel.ts';
import { createFieldSource } from '../../screen/field-source.ts';
import type { Screen } from '../../screen/screen.ts';
import { requireSome, type SkippedField } from '../../screen/skipped.ts';
import { openTable } from '../../tables/open-table.ts';
import type { Host, RunningHost } from '../host.ts';
import { likeModel, overwrite, screen, screenFields, skippedResult, text } from '../request-fields.ts';
import { noNuclei } from '../shared/no-nuclei.ts';
import { openScreenLike } from '../shared/open-model-screen.ts';
import { isSamePlace } from '../shared/places.ts';
import { requireNewTable, writeSkippedBeside } from '../shared/table-output.ts';
import { beginTask, tellLost } from '../task.ts';
import { defineWorkflow } from '../workflow.ts';
import { measureFields } from './measure-fields.ts';
import { measuringFields } from './measuring.ts';
import { layOutCells, layOutFields } from './profile-table.ts';

const request = z.strictObject({
  screen,
  nucleiChannel: text().meta({ description: 'the channel that shows nuclei', value: 'name', group: 'how' }),
  out: text().meta({
    description: 'table of the features of every field to write (.csv or .parquet)',
    value: 'file',
    group: 'output',
  }),
  cells: text().optional().meta({
    description: 'table of the features of every cell to write as well (.csv or .parquet)',
    value: 'file',
    group: 'output',
  }),
  ...measuringFields,
  ...screenFields,
  model: likeModel,
  overwrite: overwrite('the tables'),
});

const result = z.object({
  out: z.string(),
  cellsFile: z.string().nullable(),
  fields: z.number(),
  cells: z.number(),
  /** Features of a field, and of a cell. */
  features: z.object({ field: z.number(), cell: z.number() }),
  ...skippedResult,
});

/** Writes a row of classical features for every field, and for every cell where that is asked. */
export const profile = defineWorkflow(
  {
    title: 'profile',
    description: 'Measure the cells of every field as CellProfiler does, for comparison.',
    request,
    result,
  },
  async (asked, host) => {
    await requireOutputs(asked, host);
    const screen = await openScreenLike(asked.screen, asked, host);
    const { skipped, ...measured } = await writeProfiles(screen, asked, host);
    const skippedFile = await writeSkippedBeside(asked.out, skipped, host);
    return { out: asked.out, cellsFile: asked.cells ?? null, ...measured, skipped: skipped.length, skippedFile };
  },
);

type Request = z.output<typeof request>;

/** Lets tables pass that may be written. @throws BadOption, OutputExists */
async function requireOutputs({ out, cells, overwrite }: Request, host: Host): Promise<void> {
  await requireNewTable(out, { overwrite, parquet: true }, host);
  if (cells === undefined) return;
  await requireNewTable(cells, { option: 'cells', overwrite, parquet: true }, host);
  if (!isSamePlace(cells, out)) return;
  throw new MilscopeError('BadOption', {
    option: `cells ${cells}`,
    problem: 'cells and fields need a table each',
    expected: `another file than that of ${named('out')}`,
  });
}

/** Measures every field and writes it into the tables. @throws TooManyUnreadable when no field can be read */
async function writeProfiles(
  screen: Screen,
  { out, cells: cellsOut, nucleiChannel, distance, diameter }: Request,
  host: RunningHost,
): Promise<Pick<z.output<typeof result>, 'fields' | 'cells' | 'features'> & { skipped: readonly SkippedField[] }> {
  const channel = requireChannel(screen, nucleiChannel, { option: 'nucleiChannel' });
  const task = beginTask(host, { task: 'measuring', total: screen.fields.length, unit: 'fields' });
  const source = createFieldSource(screen, { cacheBytes: 0, onSkip: (field) => tellLost(host, field) }, host);
  // Opened with the first field, whose profile names the columns.
  let tables: Awaited<ReturnType<typeof openTables>> | undefined;
  let [seen, fields, cells] = [0, 0, 0];
  let features = { field: 0, cell: 0 };
  try {
    const measured = measureFields(screen, { channel, distance, diameter, source, threads: host.threads });
    for await (const { field, profile } of measured) {
      task.update(++seen);
      if (!profile) continue;
      features = { field: profile.names.length, cell: profile.cells.names.length };
      tables ??= await openTables(screen, { profile, out, cellsOut }, host);
      await tables.fields.write({ field, profile });
      for (const place of profile.cells.objectNumbers.keys()) await tables.cells?.write({ field, profile, place });
      fields++;
      cells += profile.cells.objectNumbers.length;
    }
    // Without a single field there is no table to keep.
    requireSome(screen, { done: fields, skipped: source.skipped() });
    if (cells === 0) throw noNuclei(screen, { channel: nucleiChannel, option: 'nucleiChannel' });
    await tables?.fields.keep();
    await tables?.cells?.keep();
  } catch (error) {
    await tables?.fields.discard();
    await tables?.cells?.discard();
    throw error;
  }
  task.end();
  return { fields, cells, features, skipped: source.skipped() };
}

async function openTables(
  screen: Screen,
  { profile, out, cellsOut }: { profile: FieldProfile; out: string; cellsOut: string | undefined },
  { files, about }: Host,
) {
  const version = about.versions.milscope;
  return {
    fields: await openTable(out, layOutFields(screen, profile), files, { version }),
    cells:
      cellsOut === undefined ? undefined : await openTable(cellsOut, layOutCells(screen, profile), files, { version }),
  };
}
