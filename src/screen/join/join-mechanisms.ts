import { MilscopeError } from '../../errors.ts';
import type { Table, TableRow } from '../../tables/read-table.ts';
import { findColumn, requireColumn } from '../columns.ts';

/** What the columns of `BBBC021_v1_image.csv` that are about wells are called there, and what they become. */
const renamed = [
  ['Metadata_Plate', 'Image_Metadata_Plate_DAPI'],
  ['Metadata_Well', 'Image_Metadata_Well_DAPI'],
  ['Metadata_Replicate', 'Replicate'],
  ['Metadata_Compound', 'Image_Metadata_Compound'],
  ['Metadata_Concentration', 'Image_Metadata_Concentration'],
] as const;

/**
 * The image table of BBBC021 with what is known of every treatment. Its columns about wells become `Metadata_Plate`,
 * `Metadata_Well`, `Metadata_Replicate`, `Metadata_Compound` and `Metadata_Concentration` (µM, as `0.003` where the
 * table has `0.003000`), and these are added:
 *
 * - `Metadata_Site`, the number after `_s` in the file's name (`G10_s1_w1….tif`), empty where it has none;
 * - `Metadata_Batch`, what stands before `_` in the plate's name: `Week4` of `Week4_27481`;
 * - `Metadata_Treatment`, `compound@concentration`;
 * - `Metadata_MOA`, the mechanism that the other table has for this compound at this concentration, empty where it has
 *   none; and for DMSO, the solvent, which that table calls by its own name: it has no mechanism.
 *
 * @throws MissingColumn for a column that either table lacks, BadTable for a concentration that is no number in the
 *   table of mechanisms and for a treatment to which it gives two.
 */
export function joinMechanisms(images: Table, mechanisms: Table): Table {
  const names = new Map(
    renamed.map(([name, published]) => {
      const plain = findColumn(images.columns, name);
      return [plain ?? requireColumn({ source: images.file, columns: images.columns }, published), name] as const;
    }),
  );
  const columns = images.columns.map((column) => names.get(column) ?? column);
  const index = (name: (typeof renamed)[number][0]): number => columns.indexOf(name);
  const file = columns.findIndex((column) => /^(image_)?filename_/i.test(column));
  const moaOf = readMechanisms(mechanisms);

  const describe = (cells: readonly string[]): Readonly<Record<string, string>> => {
    const compound = cells[index('Metadata_Compound')]!.trim();
    const concentration = cells[index('Metadata_Concentration')]!;
    return {
      Metadata_Site: /_s(\d+)(_|\.|$)/i.exec(cells[file] ?? '')?.[1] ?? '',
      Metadata_Batch: cells[index('Metadata_Plate')]!.trim().split('_')[0]!,
      Metadata_Treatment: `${compound}@${concentration}`,
      Metadata_MOA: mechanismOf(compound, moaOf.get(treatmentKey(compound, concentration))?.moa),
    };
  };
  // What the table has of its own, as one that was completed by hand may, is left as it is.
  const added = ['Metadata_Site', 'Metadata_Batch', 'Metadata_Treatment', 'Metadata_MOA'].filter(
    (name) => findColumn(columns, name) === undefined,
  );
  const rows = images.rows.map(({ row, cells: written }): TableRow => {
    const cells = written.with(index('Metadata_Concentration'), plainNumber(written[index('Metadata_Concentration')]!));
    const described = describe(cells);
    return { row, cells: [...cells, ...added.map((name) => described[name]!)] };
  });
  return { file: images.file, columns: [...columns, ...added], rows };
}

/** A control stands among the mechanisms under its own name. */
function mechanismOf(compound: string, moa = ''): string {
  return moa.toLowerCase() === compound.toLowerCase() ? '' : moa;
}

/** The mechanism of every treatment, and the row that says so. */
function readMechanisms({ file, columns, rows }: Table): ReadonlyMap<string, { moa: string; row: number }> {
  const place = (name: string): number => columns.indexOf(requireColumn({ source: file, columns }, name));
  const [compound, concentration, moa] = [place('compound'), place('concentration'), place('moa')];
  const found = new Map<string, { moa: string; row: number }>();
  for (const { cells, row } of rows) {
    const dose = cells[concentration!]!.trim();
    if (dose === '' || !Number.isFinite(Number(dose))) {
      throw new MilscopeError('BadTable', {
        file,
        row,
        column: columns[concentration!],
        problem: 'the concentration is no number',
        found: dose === '' ? 'an empty cell' : dose,
      });
    }
    const key = treatmentKey(cells[compound!]!.trim(), plainNumber(dose));
    const before = found.get(key);
    const here = { moa: cells[moa!]!.trim(), row };
    if (before !== undefined && before.moa !== here.moa) {
      throw new MilscopeError('BadTable', {
        file,
        row,
        column: columns[moa!],
        problem: `row ${before.row} gives the same treatment another mechanism`,
        found: here.moa,
        expected: before.moa,
      });
    }
    found.set(key, before ?? here);
  }
  return found;
}

const treatmentKey = (compound: string, concentration: string): string => JSON.stringify([compound, concentration]);

/** A number as it is shortest, so that 0.003000 is 0.003; any other text as it is. */
function plainNumber(text: string): string {
  const trimmed = text.trim();
  const value = Number(trimmed);
  return trimmed !== '' && Number.isFinite(value) ? String(value) : trimmed;
}
