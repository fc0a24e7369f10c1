import { MilscopeError } from '../../errors.ts';
import { groupPredictions, type PredictionGroups } from '../../evaluation/group-predictions.ts';
import type { PredictionColumns, PredictionRow } from '../../evaluation/prediction-table.ts';
import { carriedColumns } from '../../evaluation/prediction-table.ts';
import { findColumn, requireColumn } from '../../screen/columns.ts';
import { isDoseName, isUnitName } from '../../screen/dose-names.ts';
import { isMissingLabel } from '../../screen/labels.ts';
import type { Screen } from '../../screen/screen.ts';
import { wellKey } from '../../screen/well.ts';
import { openTable } from '../../tables/open-table.ts';
import { besideTable } from '../../tables/table-names.ts';
import type { Host } from '../host.ts';
import type { Grouping } from './groupings.ts';
import type { GroupedResult } from './request.ts';

/** The table of a grouping stands beside that of the fields, and is of the same kind. */
export function groupedTablePath(out: string, by: Grouping): string {
  return besideTable(out, `by-${by}`);
}

/** One grouping of the fields of a screen. */
export interface GroupedTable {
  readonly by: Grouping;
  readonly groups: PredictionGroups;
}

/**
 * Begins to group the predictions of a screen.
 *
 * @param treatment column of the treatment, as the user named it; `Metadata_Treatment` unless given, or compound with dose where there is none
 * @throws MissingColumn where no field has a well, or where there is no such column
 */
export function planGrouping(
  screen: Screen,
  { by, treatment, columns }: { by: Grouping; treatment: string | undefined; columns: PredictionColumns },
): GroupedTable {
  const carried = carriedColumns(columns.metadata);
  const names = carried.map(({ name }) => name);
  if (by === 'well') {
    if (screen.fields.every((field) => wellOf(field) === undefined)) throw noWells(screen);
    const named = ['Plate', 'Well'].flatMap((column) => findColumn(names, column) ?? []);
    return { by, groups: groupPredictions(columns, { nameOf: wellOf, named }) };
  }
  const [first, ...more] = treatmentColumns(screen, treatment);
  const nameOf = ({ metadata }: Pick<PredictionRow, 'metadata'>) => {
    const [text, ...others] = [first, ...more].map((column) => (metadata[column] ?? '').trim());
    return isMissingLabel(text!) ? undefined : [text, ...others].filter(Boolean).join(' ');
  };
  const named = carried.filter(({ column }) => column === first || more.includes(column)).map(({ name }) => name);
  return { by, groups: groupPredictions(columns, { nameOf, named }) };
}

/** The columns that tell treatments apart: that of the treatment, else those of the compound, its dose and its unit. */
function treatmentColumns(screen: Screen, asked: string | undefined): readonly [string, ...string[]] {
  const { columns } = screen;
  const own = asked === undefined ? findColumn(columns, 'Metadata_Treatment') : undefined;
  const compound = findColumn(columns, 'Metadata_Compound');
  if (asked !== undefined || own !== undefined || compound === undefined)
    return [own ?? requireColumn(screen, asked ?? 'Metadata_Treatment', { option: 'treatment' })];
  const dose = columns.find(isDoseName);
  const unit = dose === undefined ? undefined : columns.find(isUnitName);
  return [compound, ...[dose, unit].filter((column) => column !== undefined)];
}

/** Writes the table of a grouping beside that of the fields. */
export async function writeGrouping(
  { by, groups }: GroupedTable,
  out: string,
  host: Pick<Host, 'files' | 'about'>,
): Promise<GroupedResult> {
  const found = groups.finish();
  const path = groupedTablePath(out, by);
  const table = await openTable(path, found.layout, host.files, { version: host.about.versions.milscope });
  try {
    for (const group of found.groups) await table.write(group);
    await table.keep();
  } catch (error) {
    await table.discard();
    throw error;
  }
  return { out: path, groups: found.groups.length, leftOut: found.leftOut };
}

type Placed = Pick<PredictionRow, 'imageNumber' | 'metadata'>;

function wellOf({ imageNumber, metadata }: Placed): string | undefined {
  const well = wellKey({ imageNumber, metadata });
  return well === wellKey({ imageNumber, metadata: {} }) ? undefined : well;
}

function noWells({ source, columns }: Screen): MilscopeError {
  return new MilscopeError('MissingColumn', {
    file: source,
    column: 'Metadata_Well',
    option: 'by well',
    problem: 'no field has a well',
    found: columns.length > 0 ? columns.join(', ') : 'no column of metadata at all',
    remedy: 'say in Metadata_Plate and Metadata_Well where each field is',
  });
}
