import type { Assay } from '../../evaluation/assay/assay.ts';
import {
  layOutDoses,
  layOutHits,
  layOutPlates,
  layOutPositions,
  layOutWells,
  placedEffects,
} from '../../evaluation/assay/tables.ts';
import { openTable } from '../../tables/open-table.ts';
import type { TableLayout } from '../../tables/table-layout.ts';
import { besideTable } from '../../tables/table-names.ts';
import type { Host } from '../host.ts';

/** Where the tables of an assay are, beside that of its treatments: `hits.csv`, `hits.wells.csv` and so on. */
export interface AssayTables {
  readonly wells: string;
  readonly plateQuality: string;
  readonly positions: string;
  readonly doses: string;
}

/** The tables beside `out`. */
export function tablesBeside(out: string): AssayTables {
  return {
    wells: besideTable(out, 'wells'),
    plateQuality: besideTable(out, 'plates'),
    positions: besideTable(out, 'positions'),
    doses: besideTable(out, 'doses'),
  };
}

/**
 * Writes the tables of an assay. A table that would have no row is not written, and one of before goes; that of treatments is
 * written in any case.
 *
 * @returns which were written
 */
export async function writeAssay(
  assay: Assay,
  out: string,
  { files, about }: Pick<Host, 'files' | 'about'>,
): Promise<{ [Name in keyof AssayTables]: string | null }> {
  const write = async <Row>(path: string, layout: TableLayout<Row>, rows: readonly Row[]): Promise<string | null> => {
    if (rows.length === 0 && path !== out) {
      await files.remove(path);
      return null;
    }
    const table = await openTable(path, layout, files, { version: about.versions.milscope });
    try {
      for (const row of rows) await table.write(row);
      await table.keep();
    } catch (error) {
      await table.discard();
      throw error;
    }
    return path;
  };
  const names = tablesBeside(out);
  const wells = await write(names.wells, layOutWells(assay), assay.wells);
  const plateQuality = await write(names.plateQuality, layOutPlates(assay), assay.plates);
  const positions = await write(names.positions, layOutPositions(), placedEffects(assay.plates));
  const doses = await write(names.doses, layOutDoses(assay), assay.doseResponse);
  await write(out, layOutHits(), assay.hits);
  return { wells, plateQuality, positions, doses };
}
