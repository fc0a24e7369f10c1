import { resolve } from 'node:path';
import { MilscopeError } from '../../errors.ts';
import { layOutProfiles } from '../../evaluation/feature-profile.ts';
import { layOutPredictions, type PredictionColumns, type PredictionRow } from '../../evaluation/prediction-table.ts';
import { nodeFiles } from '../../files/node-files.ts';
import { readVersion } from '../../files/version.ts';
import type { Cells } from '../../screen/cells/read-cells.ts';
import type { Screen } from '../../screen/screen.ts';
import { openTable } from '../../tables/open-table.ts';
import type { WrittenTable } from '../../tables/written-table.ts';
import { requireNewFile, requireNewTable } from '../shared/table-output.ts';
import { type CpaFiles, cpaPaths, openCpaFiles } from './cpa/cpa-files.ts';
import { type GroupedResult, type Grouping, groupedTablePath, planGrouping, writeGrouping } from './grouped-tables.ts';

/** What `predict` is asked to write. */
export interface OutputOptions {
  readonly out: string;
  readonly by?: readonly Grouping[];
  readonly treatment?: string;
  readonly profile?: string;
  readonly cpa: boolean;
  readonly overwrite: boolean;
}

/** Everything that `predict` writes, a row at a time. */
export interface PredictionOutputs {
  readonly write: (row: PredictionRow) => Promise<void>;
  /** Puts all files in their places; `unread` are the numbers of the fields that could not be read. */
  readonly keep: (unread: ReadonlySet<number>) => Promise<WrittenOutputs>;
  readonly discard: () => Promise<void>;
}

/** What stands beside the table of predictions in the end. */
export interface WrittenOutputs {
  readonly by?: Readonly<Partial<Record<Grouping, GroupedResult>>>;
  readonly profile?: string;
  readonly cpa?: string;
}

/** Lets outputs pass whose names are of tables and of which none is there yet. @throws BadOption, OutputExists */
export async function requireNewOutputs({ out, by = [], profile, cpa, overwrite }: OutputOptions): Promise<void> {
  await requireNewTable(out, { overwrite, parquet: true });
  if (profile !== undefined) await requireNewTable(profile, { overwrite, option: '--profile', parquet: true });
  if (profile !== undefined && resolve(profile) === resolve(out)) {
    throw new MilscopeError('BadOption', {
      option: `--profile ${profile}`,
      problem: 'the table of profiles cannot be that of predictions',
      expected: 'another file than that of --out',
    });
  }
  for (const name of by) await requireNewFile(groupedTablePath(out, name), { overwrite });
  if (cpa) for (const path of Object.values(cpaPaths(out))) await requireNewFile(path, { overwrite });
}

/** Begins all files. @throws what `planGrouping` and `openCpaFiles` throw */
export async function openOutputs(
  screen: Screen,
  {
    options: { out, by = [], treatment, profile, cpa },
    columns,
    features,
    cells,
    side,
  }: {
    options: OutputOptions;
    columns: PredictionColumns;
    /** How many numbers a profile has. */
    features: number;
    /** The cells that are predicted, if not whole fields. */
    cells: Cells | undefined;
    /** Side of the square around a cell (pixels). */
    side: number;
  },
): Promise<PredictionOutputs> {
  const grouped = by.map((name) => planGrouping(screen, { by: name, treatment, columns }));
  const analyst: CpaFiles | undefined =
    cpa && cells ? await openCpaFiles(screen, { out, columns, cells, side }) : undefined;
  const tables: WrittenTable<PredictionRow>[] = [];
  const discard = async () => {
    for (const table of tables) await table.discard();
    await analyst?.discard();
  };
  try {
    tables.push(await openTable(out, layOutPredictions(columns), nodeFiles, { version: await readVersion() }));
    if (profile !== undefined)
      tables.push(
        await openTable(profile, layOutProfiles(columns, features), nodeFiles, { version: await readVersion() }),
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
      const written: Partial<Record<Grouping, GroupedResult>> = {};
      for (const grouping of grouped) written[grouping.by] = await writeGrouping(grouping, out);
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
