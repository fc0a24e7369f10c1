import type { Metrics } from '../../evaluation/evaluate.ts';
import { findColumn } from '../../screen/columns.ts';
import { isDoseName } from '../../screen/dose-names.ts';
import { bareName, placeColumns } from '../../screen/place-columns.ts';
import type { FieldRole } from '../page/document.ts';

/** Columns that are known by what they were named with: the truth, the treatment, the replicate and the batch. */
export type KnownColumns = { readonly [Name in keyof Metrics['columns']]?: string | null | undefined };

const COMPOUND = /^(compound|compoundname|compound_name|drug|molecule)$/;
const TREATMENT = /^treatment(_?name)?$/;
const REPLICATE = /^(replicate|rep|biological_?replicate)$/;
const BATCH = /^batch$/;

/**
 * What the columns of metadata of a table tell. Columns that the evaluation was asked about come first; others are known by
 * their names.
 *
 * @param columns of metadata, as the table has them
 */
export function rolesOf(columns: readonly string[], known: KnownColumns = {}): ReadonlyMap<string, FieldRole> {
  const roles = new Map<string, FieldRole>();
  const taken = new Set<FieldRole>();
  const give = (wanted: string | null | undefined, role: FieldRole) => {
    const column = wanted == null ? undefined : findColumn(columns, wanted);
    if (column === undefined || roles.has(column) || taken.has(role)) return;
    roles.set(column, role);
    taken.add(role);
  };
  give(known.label, 'truth');
  give(placeColumns(columns, 'plate')[0], 'plate');
  give(placeColumns(columns, 'well')[0], 'well');
  give(placeColumns(columns, 'site')[0], 'site');
  give(known.treatment, 'treatment');
  give(known.replicate, 'replicate');
  give(known.batch, 'batch');
  const named = (pattern: RegExp) => columns.find((column) => pattern.test(bareName(column)));
  give(named(TREATMENT), 'treatment');
  give(named(REPLICATE), 'replicate');
  give(named(BATCH), 'batch');
  give(named(COMPOUND), 'compound');
  give(columns.find(isDoseName), 'dose');
  return new Map(columns.map((column) => [column, roles.get(column) ?? 'metadata']));
}
