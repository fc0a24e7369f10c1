import { MilscopeError, named } from '../../errors.ts';
import { layOutProfiles } from '../../evaluation/feature-profile.ts';
import { layOutPredictions, type PredictionColumns, type PredictionRow } from '../../evaluation/prediction-table.ts';
import { resolve } from '../../files/paths.ts';
import type { Cells } from '../../screen/cells/read-cells.ts';
import type { Screen } from '../../screen/screen.ts';
import { openTable } from '../../tables/open-table.ts';
import type { WrittenTable } from '../../tables/written-table.ts';
import type { Host } from '../host.ts';
import { requireNewFile, requireNewTable } from '../shared/table-output.ts';
import { type CpaFiles, cpaPaths, planCpaFiles } from './cpa/cpa-files.ts';
import { type GroupedTable, groupedTablePath, planGrouping, writeGrouping } from './grouped-tables.ts';
import type { PredictRequest, PredictResult } from './request.ts';

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

/** What decides how the tables look. */
export interface OutputLayout {
  readonly columns: PredictionColumns;
  /** How many numbers a profile has. */
  readonly features: number;
  /** The cells that are predicted, if not whole fields. */
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
  const { out, columns, cells, side } = options;
  const grouped = [...new Set(by)].map((name) => planGrouping(screen, { by: name, treatment, columns }));
  const openCpaFiles = cpa && cells ? await planCpaFiles(screen, { out, columns, cells, side }, host) : undefined;
  return async () => openOutputs({ ...options, grouped, analyst: await openCpaFiles?.() }, host);
}

type OpenedOutputs = Pick<OutputOptions, 'out' | 'profile'> &
  Pick<OutputLayout, 'columns' | 'features'> & {
    readonly grouped: readonly GroupedTable[];
    readonly analyst: CpaFiles | undefined;
  };

async function openOutputs(
  { out, profile, columns, features, grouped, analyst }: OpenedOutputs,
  host: Host,
): Promise<PredictionOutputs> {
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
      for (const { groups } of grouped) groups.add(row);
      await analyst?.write(row);
    },
    async keep(unread) {
      for (const table of tables) await table.keep();
      const written: NonNullable<WrittenOutputs['by']> = {};
      for (const grouping of grouped) written[grouping.by] = await writeGrouping(grouping, out, host);
      await analyst?.keep(unread);
      return {
        ...(grouped.length > 0 && { by: written }),
        ...(profile !== undefined && { profile }),
        ...(analyst && { cpa: cpaPaths(out).properties }),
      };
    },
    discard,
  };
}
