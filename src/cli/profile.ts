import { resolve } from 'node:path';
import { MilscopeError } from '../errors.ts';
import { nodeFiles } from '../files/node-files.ts';
import { readVersion } from '../files/version.ts';
import type { FieldProfile } from '../profiling/field-profile.ts';
import { createFieldSource } from '../screen/field-source.ts';
import { nodeAccess } from '../screen/node/access.ts';
import type { Screen } from '../screen/screen.ts';
import type { ScreenOptions } from '../screen/screen-options.ts';
import { requireChannel } from '../screen/select-channel.ts';
import { requireReadable } from '../screen/skipped.ts';
import { openTable } from '../tables/open-table.ts';
import { addMeasureOptions } from '../workflows/profile/measure-field.ts';
import { measureFields } from '../workflows/profile/measure-fields.ts';
import { layOutCells, layOutFields } from '../workflows/profile/profile-table.ts';
import { requireNewTable, writeSkippedBeside } from '../workflows/shared/table-output.ts';
import type { CommonOptions, Console } from './console.ts';
import type { CreateCommand } from './main.ts';
import { openScreen } from './open-screen.ts';
import { createCommand } from './options.ts';
import { createProgress } from './progress.ts';
import { addScreenOptions, SCREEN_ARGUMENT } from './screen-options.ts';
import { addStrictOption, endStrictly, type StrictOptions } from './strict.ts';

interface ProfileOptions extends CommonOptions, ScreenOptions, StrictOptions {
  readonly nucleiChannel: string;
  readonly out: string;
  readonly cells?: string;
  readonly distance: number;
  readonly diameter?: number;
  readonly overwrite: boolean;
}

/** `profile <screen> --nuclei-channel NAME --out <file.csv>`: a row of classical features for every field. */
export const createProfileCommand: CreateCommand = (console) =>
  addMeasureOptions(
    addStrictOption(
      addScreenOptions(
        createCommand('profile', 'Measure the cells of every field as CellProfiler does, for comparison.'),
      ),
    ),
  )
    .argument('<screen>', SCREEN_ARGUMENT)
    .requiredOption('--nuclei-channel <name>', 'the channel that shows nuclei')
    .requiredOption('--out <file>', 'table of the features of every field to write (.csv or .parquet)')
    .option('--cells <file>', 'table of the features of every cell to write as well (.csv or .parquet)')
    .option('--overwrite', 'replace the tables', false)
    .action(async (screen: string, options: ProfileOptions) => {
      const result = await profileScreen(screen, { options, console });
      console.out(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : summary(result));
      endStrictly(result, options);
    });

interface ProfileResult {
  readonly out: string;
  readonly cellsFile: string | null;
  readonly fields: number;
  readonly cells: number;
  /** Features of a field, and of a cell. */
  readonly features: { readonly field: number; readonly cell: number };
  readonly skipped: number;
  readonly skippedFile: string | null;
}

function summary({ out, cellsFile, fields, cells, features, skipped, skippedFile }: ProfileResult): string {
  const lost = skipped > 0 ? `${skipped} fields could not be read: see ${skippedFile}\n` : '';
  const each = cellsFile === null ? '' : `${features.cell} features of each cell: ${cellsFile}\n`;
  return `${fields} fields with ${cells} cells measured, ${features.field} features of each field: ${out}\n${each}${lost}`;
}

async function profileScreen(
  path: string,
  { options, console }: { options: ProfileOptions; console: Console },
): Promise<ProfileResult> {
  const { out, cells: cellsOut, overwrite } = options;
  await requireNewTable(out, { overwrite, parquet: true }, nodeAccess);
  if (cellsOut !== undefined)
    await requireNewTable(cellsOut, { option: '--cells', overwrite, parquet: true }, nodeAccess);
  if (cellsOut !== undefined && resolve(cellsOut) === resolve(out)) {
    throw new MilscopeError('BadOption', {
      option: `--cells ${cellsOut}`,
      problem: 'the table of cells cannot be that of fields',
      expected: 'another file than that of --out',
    });
  }
  const screen = await openScreen(path, options, console);
  const channel = requireChannel(screen, options.nucleiChannel, { option: '--nuclei-channel' });
  const progress = createProgress(console, { label: 'measuring', total: screen.fields.length, unit: 'fields' });
  const source = createFieldSource(screen, { cacheBytes: 0, onSkip: ({ message }) => progress.note(message) });

  // Opened with the first field, whose profile names the columns.
  let tables: Awaited<ReturnType<typeof openTables>> | undefined;
  let [seen, fields, cells] = [0, 0, 0];
  let features = { field: 0, cell: 0 };
  try {
    for await (const { field, profile } of measureFields(screen, { ...options, channel, source })) {
      progress.update(++seen);
      if (!profile) continue;
      features = { field: profile.names.length, cell: profile.cells.names.length };
      tables ??= await openTables(screen, { profile, out, cellsOut });
      await tables.fields.write({ field, profile });
      for (const place of profile.cells.objectNumbers.keys()) await tables.cells?.write({ field, profile, place });
      fields++;
      cells += profile.cells.objectNumbers.length;
    }
    // Without a single field there is no table to keep.
    if (fields === 0) requireReadable(screen, source.skipped());
    await tables?.fields.keep();
    await tables?.cells?.keep();
  } catch (error) {
    await tables?.fields.discard();
    await tables?.cells?.discard();
    throw error;
  }
  progress.finish();
  const skipped = source.skipped();
  return {
    out,
    cellsFile: cellsOut ?? null,
    fields,
    cells,
    features,
    skipped: skipped.length,
    skippedFile: await writeSkippedBeside(out, skipped, nodeAccess),
  };
}

async function openTables(
  screen: Screen,
  { profile, out, cellsOut }: { profile: FieldProfile; out: string; cellsOut: string | undefined },
) {
  return {
    fields: await openTable(out, layOutFields(screen, profile), nodeFiles, { version: await readVersion() }),
    cells:
      cellsOut === undefined
        ? undefined
        : await openTable(cellsOut, layOutCells(screen, profile), nodeFiles, { version: await readVersion() }),
  };
}
