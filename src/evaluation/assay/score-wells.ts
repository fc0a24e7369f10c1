import { MilscopeError, named } from '../../errors.ts';
import { findColumn, requireColumn } from '../../screen/columns.ts';
import { isDoseName, isUnitName, unitInName } from '../../screen/dose-names.ts';
import { placeOf } from '../../screen/well.ts';
import { commaRemedy, parseNumber } from '../../tables/parse-number.ts';
import { positionOf } from '../inspection/layout.ts';
import type { PredictionRow, PredictionTable } from '../prediction-table.ts';
import { heardOf, median, saysNothing } from '../treatments.ts';
import { cell } from '../truth.ts';
import type { ScoredWell, WellRole } from './assay.ts';

/** The columns that say what is in a well. */
export interface WellColumns {
  readonly group?: string | undefined;
  readonly treatment?: string | undefined;
  readonly compound?: string | undefined;
  readonly dose?: string | undefined;
  readonly unit?: string | undefined;
  readonly replicate?: string | undefined;
}

/** A well that has its score, and is not yet set against others. */
export type RawWell = Omit<ScoredWell, 'corrected' | 'normalized' | 'fewCells'>;

/** What the fields of wells are scored with, and what is known of them beside the table. */
export interface WellScoring {
  readonly roles: readonly WellRole[];
  readonly scoreOf: (row: PredictionRow) => number;
  /** Cells of a field; undefined where they were not counted. */
  readonly cellsOf?: ((row: PredictionRow) => number) | undefined;
}

/**
 * The wells of a table of fields or wells, each with the median score of its fields, in the order of their first rows. Fields
 * without a cell, where cells are pooled, count only in a well that has no others.
 *
 * @throws MissingColumn, BadTable for a dose that is no number, and for a field without a well; BadLabel for a well whose
 *   fields differ in what is in it
 */
export function scoreWells(
  table: PredictionTable,
  asked: WellColumns,
  { roles, scoreOf, cellsOf }: WellScoring,
): readonly RawWell[] {
  const columns = resolveWellColumns(table, asked);
  const wells = new Map<string, { readonly rows: PredictionRow[]; readonly role: WellRole }>();
  for (const [i, row] of table.rows.entries()) {
    const { plate, well } = placeOf(row.metadata);
    if (well === '') throw withoutWell(table, row);
    const key = JSON.stringify([plate, well]);
    const own = wells.get(key) ?? { rows: [], role: roles[i]! };
    if (own.role !== roles[i]) throw differing(table, well, 'control or sample');
    own.rows.push(row);
    wells.set(key, own);
  }
  return [...wells.values()].map(({ rows, role }) => {
    const { plate, well } = placeOf(rows[0]!.metadata);
    const same = (column: string | undefined) => textOf(rows, column, { table, well });
    return {
      ...{ plate, well, role },
      ...(positionOf(well) ?? { row: null, column: null }),
      group: same(columns.group),
      treatment: same(columns.treatment),
      compound: same(columns.compound),
      dose: doseOf(same(columns.dose), { table, column: columns.dose!, well }),
      unit: same(columns.unit) ?? unitInName(columns.dose ?? '') ?? null,
      replicate: same(columns.replicate),
      fields: rows.length,
      score: median(heardOf(rows, saysNothing).map(scoreOf)),
      cells: cellsOf === undefined ? null : rows.reduce((sum, row) => sum + cellsOf(row), 0),
    };
  });
}

/**
 * The columns as the table names them; those that were not named are found where their names are usual. Doses that nobody named count
 * where wells are told apart by compound alone: the doses of a compound are no replicates.
 */
export function resolveWellColumns(table: PredictionTable, asked: WellColumns): WellColumns {
  const { source, metadata } = table;
  const screen = { source, columns: metadata };
  const find = (option: keyof WellColumns, usual?: string) => {
    const wanted = asked[option];
    if (wanted === undefined) return usual === undefined ? undefined : findColumn(metadata, usual);
    return requireColumn(screen, wanted, { option, elsewhere: `name a table that has it with ${named('labels')}` });
  };
  const [treatment, compound] = [find('treatment', 'Metadata_Treatment'), find('compound', 'Metadata_Compound')];
  const needed = treatment === undefined && compound !== undefined;
  const dose = find('dose') ?? (needed ? usualDose(table) : undefined);
  return {
    group: find('group'),
    ...{ treatment, compound, dose },
    unit: find('unit', dose === undefined ? undefined : metadata.find(isUnitName)),
    replicate: find('replicate', 'Metadata_Replicate'),
  };
}

/** A column named as doses are, if all that it holds are doses, and not all of them 0. */
function usualDose({ metadata, rows }: PredictionTable): string | undefined {
  return metadata.find((column) => {
    if (!isDoseName(column)) return false;
    const doses = rows
      .map((row) => cell(row, column).trim())
      .flatMap((text) => (text === '' ? [] : [parseNumber(text)]));
    return doses.every((dose) => dose >= 0 && Number.isFinite(dose)) && doses.some((dose) => dose > 0);
  });
}

/** The one text of a column in all fields of a well; null where it is empty. */
function textOf(
  rows: readonly PredictionRow[],
  column: string | undefined,
  { table, well }: { table: PredictionTable; well: string },
): string | null {
  if (column === undefined) return null;
  const texts = new Set(rows.map((row) => cell(row, column)));
  if (texts.size > 1) throw differing(table, well, column);
  return [...texts][0] || null;
}

function doseOf(
  text: string | null,
  { table, column, well }: { table: PredictionTable; column: string; well: string },
): number | null {
  if (text === null) return null;
  const dose = parseNumber(text);
  if (Number.isFinite(dose) && dose >= 0) return dose;
  throw new MilscopeError('BadTable', {
    file: table.source,
    column,
    problem: `the dose of well ${well} is no number from 0 on`,
    found: text,
    remedy: commaRemedy(text) ?? `name a column of doses with ${named('dose')}, and one of units with ${named('unit')}`,
  });
}

function withoutWell({ source }: PredictionTable, { imageNumber }: PredictionRow): MilscopeError {
  return new MilscopeError('BadTable', {
    file: source,
    problem: `nothing names the well of field ${imageNumber}`,
    expected: 'a column Metadata_Well in every row: decisions are made on wells',
    remedy: `name a table that has it with ${named('labels')}`,
  });
}

function differing({ source }: PredictionTable, well: string, column: string): MilscopeError {
  return new MilscopeError('BadLabel', {
    file: source,
    column,
    problem: `the fields of well ${well} differ in ${column}`,
    remedy: `correct the table; where several plates have a well ${well}, give it the column Metadata_Plate`,
  });
}
