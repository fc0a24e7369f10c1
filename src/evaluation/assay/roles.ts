import { MilscopeError, named } from '../../errors.ts';
import { requireColumn } from '../../screen/columns.ts';
import { listed, sameCell } from '../../screen/compare-cells.ts';
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
 * Tells controls from samples. Values are compared without regard to case, as numbers, or as wells.
 *
 * @throws MissingColumn, and BadOption for a value that no row has, or that is named as negative and as positive
 */
export function rolesOf(table: PredictionTable, { controlColumn, negative, positive = [] }: ControlRequest): Roles {
  const { source, metadata, rows } = table;
  const elsewhere = `name a table that has it with ${named('labels')}`;
  const column = requireColumn({ source, columns: metadata }, controlColumn, { option: 'controlColumn', elsewhere });
  const isSame = sameCell(column, metadata);
  const plain = (text: string) => text.trim().normalize('NFC').toLowerCase();
  const known = new Set(rows.map((row) => cell(row, column)));
  const meant = (values: readonly string[], option: 'negative' | 'positive') => {
    const found = values.map((value) => {
      const own = [...known].filter((text) => plain(text) === plain(value) || isSame(text, value));
      if (own.length > 0) return own;
      throw new MilscopeError('BadOption', {
        file: source,
        option: `${option} ${value}`,
        problem: `no well has this value in ${column}`,
        found: listed(known),
        remedy: `with ${named(option)}, name one of the values found, or with ${named('controlColumn')} another column`,
      });
    });
    return new Set(found.flat());
  };
  const [negatives, positives] = [meant(negative, 'negative'), meant(positive, 'positive')];
  const both = [...negatives].find((value) => positives.has(value));
  if (both !== undefined) {
    throw new MilscopeError('BadOption', {
      file: source,
      option: `positive ${both}`,
      problem: 'the same wells are named as negative controls',
      remedy: `name other wells with ${named('positive')} or ${named('negative')}`,
    });
  }
  const roleOf = (value: string): WellRole => {
    if (negatives.has(value)) return 'negative';
    return positives.has(value) ? 'positive' : 'sample';
  };
  return {
    of: rows.map((row) => roleOf(cell(row, column))),
    ...{ column, negative: [...negatives], positive: [...positives] },
  };
}
