import { MilscopeError, named } from '../../errors.ts';
import { layOutProfiles } from '../../evaluation/feature-profile.ts';
import { layOutPredictions, type PredictionColumns, type PredictionRow } from '../../evaluation/prediction-table.ts';
import { resolve } from '../../files/paths.ts';
import type { Cells } from '../../screen/cells/read-cells.ts';
import type { Screen } from '../../screen/screen.ts';
import { openTable } from '../../tables/open-table.ts';
import type { WrittenTable } from '../../tables/written-table.ts';
import type { Host } from '../host.ts';
import { requireApart } from '../shared/places.ts';
import { requireNewFile, requireNewTable } from '../shared/table-output.ts';
import { AUTO_CELLS } from '../shared/training-cells.ts';
import { type CpaFiles, cpaPaths, planCpaFiles } from './cpa/cpa-files.ts';
import { type GroupedTable, groupedTablePath, planGrouping, writeGrouping } from './grouped-tables.ts';
import type { Prediction } from './open-prediction.ts';
import { columnsOfFields, poolFields } from './pooled-cells.ts';
import type { GroupedResult, PredictRequest, PredictResult } from './request.ts';

/** What `predict` is asked to write. */
export type OutputOptions = Pick<PredictRequest, 'out' | 'by' | 'treatment' | 'profile' | 'cpa' | 'overwrite'>;

/** Everything that `predict` writes, a row at a time. */
export interface PredictionOutputs {
  readonly write: (row: PredictionRow) => Promise<void>;
  /** Puts all files in their places; `unread` are the numbers of the fields that could not be read. */
  readonly keep: (unread: ReadonlySet<number>) => Promise<WrittenOutputs>;
  readonly discard: () => Promise<void>;
}

/** What stands beside the table of predictions in the end. */
export type WrittenOutputs = Pick<PredictResult, 'by' | 'profile' | 'cpa'>;

/** Checks that outputs have the names of tables, and that nothing would be lost. @throws BadOption, OutputExists */
export async function requireNewOutputs(
  { out, by = [], profile, cpa, overwrite }: OutputOptions,
  host: Pick<Host, 'files'>,
): Promise<void> {
  await requireNewTable(out, { overwrite, parquet: true }, host);
  if (profile !== undefined) {
    await requireNewTable(profile, { overwrite, option: 'profile', parquet: true }, host);
    if (resolve(profile) === resolve(out)) {
      throw new MilscopeError('BadOption', {
        option: `profile ${profile}`,
        problem: 'the table of profiles cannot be that of predictions',
        expected: `another file than that of ${named('out')}`,
      });
    }
  }
  for (const name of by) await requireNewFile(groupedTablePath(out, name), { overwrite }, host);
  if (cpa) for (const path of Object.values(cpaPaths(out))) await requireNewFile(path, { overwrite }, host);
}

/** Lets outputs pass that are no files which are read, or which plates are written to. @throws BadOption */
export function requireOutputsApart(request: PredictRequest): void {
  const { out, by = [], profile, cpa, cells, plateStatistics, model } = request;
  const beside = [...by.map((name) => groupedTablePath(out, name)), ...(cpa ? Object.values(cpaPaths(out)) : [])];
  const writes = [['out', out], ['profile', profile], ...beside.map((path) => ['out', path])] as const;
  const reads = { cells: cells === AUTO_CELLS ? undefined : cells, plateStatistics, model };
  requireApart(writes as Parameters<typeof requireApart>[0], { asked: request, reads });
  requireApart([['plateStatistics', plateStatistics]], { asked: request, reads: { cells: reads.cells, model } });
}

/** What decides how the tables look. */
export interface OutputLayout extends Pick<Prediction, 'members' | 'model' | 'fields'> {
  readonly columns: PredictionColumns;
  /** How many numbers a profile has. */
  readonly features: number;
  /** Whether cells are predicted, not whole fields; and these, where a table says where they are. */
  readonly ofCells: boolean;
  readonly cells: Cells | undefined;
  /** Side of the square around a cell (pixels). */
  readonly side: number;
}

/**
 * Finds out whether all that is asked for can be made of a screen, before anything is predicted.
 *
 * @returns what begins the files
 * @throws what `planGrouping` and `planCpaFiles` throw
 */
export async function planOutputs(
  screen: Screen,
  { by = [], treatment, cpa, ...options }: OutputOptions & OutputLayout,
  host: Host,
): Promise<() => Promise<PredictionOutputs>> {
  const { out, columns, ofCells, cells, side } = options;
  const ofFields = ofCells ? columnsOfFields(options) : columns;
  const grouped = [...new Set(by)]
    .filter((name) => name !== 'field')
    .map((name) => planGrouping(screen, { by: name, treatment, columns: ofFields }));
  const pooled = ofCells && by.length > 0 ? { ofFields, table: by.includes('field') } : undefined;
  const openCpaFiles = cpa && ofCells ? await planCpaFiles(screen, { out, columns, cells, side }, host) : undefined;
  return async () => openOutputs({ ...options, grouped, pooled, analyst: await openCpaFiles?.() }, host);
}

type OpenedOutputs = Pick<OutputOptions, 'out' | 'profile'> &
  Pick<OutputLayout, 'columns' | 'features' | 'members' | 'model' | 'fields'> & {
    readonly grouped: readonly GroupedTable[];
    /** Where cells are predicted and tables of groups are asked for: how rows of fields look, and whether these are one. */
    readonly pooled: { readonly ofFields: PredictionColumns; readonly table: boolean } | undefined;
    readonly analyst: CpaFiles | undefined;
  };

async function openOutputs(
  { out, profile, columns, features, grouped, pooled, analyst, ...prediction }: OpenedOutputs,
  host: Host,
): Promise<PredictionOutputs> {
  const cells = pooled && poolFields({ ...prediction, columns }, host);
  const tables: WrittenTable<PredictionRow>[] = [];
  const discard = async () => {
    for (const table of tables) await table.discard();
    await analyst?.discard();
  };
  try {
    tables.push(
      await openTable(out, layOutPredictions(columns), host.files, { version: host.about.versions.milscope }),
    );
    if (profile !== undefined)
      tables.push(
        await openTable(profile, layOutProfiles(columns, features), host.files, {
          version: host.about.versions.milscope,
        }),
      );
  } catch (error) {
    await discard();
    throw error;
  }
  return {
    async write(row) {
      for (const table of tables) await table.write(row);
      if (cells) cells.add(row);
      else for (const { groups } of grouped) groups.add(row);
      await analyst?.write(row);
    },
    async keep(unread) {
      for (const table of tables) await table.keep();
      const written: NonNullable<WrittenOutputs['by']> = {};
      if (cells && pooled) {
        const rows = await cells.rows(prediction.fields.filter(({ imageNumber }) => !unread.has(imageNumber)));
        for (const { groups } of grouped) for (const row of rows.bags) groups.add(row);
        if (pooled.table) written.field = await writeFields(rows.fields, { out, columns: pooled.ofFields }, host);
      }
      for (const grouping of grouped) written[grouping.by] = await writeGrouping(grouping, out, host);
      await analyst?.keep(unread);
      return {
        ...(Object.keys(written).length > 0 && { by: written }),
        ...(profile !== undefined && { profile }),
        ...(analyst && { cpa: cpaPaths(out).properties }),
      };
    },
    discard,
  };
}

/** Writes the table of fields of which cells were predicted. */
async function writeFields(
  rows: readonly PredictionRow[],
  { out, columns }: { out: string; columns: PredictionColumns },
  host: Host,
): Promise<GroupedResult> {
  const path = groupedTablePath(out, 'field');
  const table = await openTable(path, layOutPredictions(columns), host.files, {
    version: host.about.versions.milscope,
  });
  try {
    for (const row of rows) await table.write(row);
    await table.keep();
  } catch (error) {
    await table.discard();
    throw error;
  }
  return { out: path, groups: rows.length, leftOut: 0 };
}
