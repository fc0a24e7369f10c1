import { MilscopeError, named } from '../../errors.ts';
import { requireColumn } from '../../screen/columns.ts';
import { findControls } from '../../screen/plates/control-wells.ts';
import type { PredictionTable } from '../prediction-table.ts';
import { cell } from '../truth.ts';
import type { WellRole } from './assay.ts';

/** Which wells are controls. */
export interface ControlRequest {
  /** The column that tells control wells from others. */
  readonly controlColumn: string;
  readonly negative: readonly string[];
  readonly positive?: readonly string[] | undefined;
}

/** The role of every row, and the controls as the table writes them. */
export interface Roles {
  readonly of: readonly WellRole[];
  readonly column: string;
  readonly negative: readonly string[];
  readonly positive: readonly string[];
}

/**
 * Tells controls from samples, by values that are compared as `findControls` does.
 *
 * @throws what `findControls` throws, and BadOption for a value that is named as negative and as positive
 */
export function rolesOf(table: PredictionTable, { controlColumn, negative, positive = [] }: ControlRequest): Roles {
  const { source, metadata, rows } = table;
  const screen = { source, columns: metadata, fields: rows };
  const otherwise = `name a table that has it with ${named('labels')}`;
  const column = requireColumn(screen, controlColumn, { option: 'controlColumn', elsewhere: otherwise });
  const find = (option: 'negative' | 'positive', values: readonly string[]) =>
    values.length === 0 ? () => false : findControls(screen, { column, values: [...values] }, { option, otherwise });
  const [isNegative, isPositive] = [find('negative', negative), find('positive', positive)];
  const both = rows.find((row) => isNegative(row) && isPositive(row));
  if (both !== undefined) {
    throw new MilscopeError('BadOption', {
      file: source,
      option: `positive ${cell(both, column)}`,
      problem: 'the same wells are named as negative controls',
      remedy: `name other wells with ${named('positive')} or ${named('negative')}`,
    });
  }
  const of = rows.map((row): WellRole => {
    if (isNegative(row)) return 'negative';
    return isPositive(row) ? 'positive' : 'sample';
  });
  const written = (role: WellRole) => [
    ...new Set(rows.flatMap((row, i) => (of[i] === role ? [cell(row, column)] : []))),
  ];
  return { of, column, negative: written('negative'), positive: written('positive') };
}
