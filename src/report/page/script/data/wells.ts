import type { ScoredWell } from '../../../../evaluation/assay/assay.ts';
import type { PlateMap } from '../../../inspection/plate-map.ts';
import { columnOf, type FieldTable, textColumn, textOf } from './field-table.ts';
import { naturalOrder } from './natural-order.ts';
import { mapPlates } from './plate-maps.ts';

/** A well with the fields that were taken in it. */
export interface Well {
  readonly plate: string;
  readonly well: string;
  /** Rows of the table of fields, in the order of their sites. */
  readonly rows: readonly number[];
  /** Its score, where an assay was evaluated. */
  readonly scored: ScoredWell | undefined;
}

export interface Plate {
  readonly name: string;
  readonly wells: readonly Well[];
  /** Where its wells are drawn. */
  readonly map: PlateMap;
}

/** The plates in natural order, made of the table of fields and of the scored wells. */
export function readPlates(table: FieldTable, scored: readonly ScoredWell[]): readonly Plate[] {
  const [wells, plates] = [textColumn(table, 'well'), textColumn(table, 'plate')];
  const sites = columnOf(table, 'site');
  const found = new Map<string, Map<string, { rows: number[]; scored?: ScoredWell }>>();
  const at = (plate: string, well: string) => {
    const own = found.get(plate) ?? new Map<string, { rows: number[]; scored?: ScoredWell }>();
    found.set(plate, own);
    const one = own.get(well) ?? { rows: [] };
    own.set(well, one);
    return one;
  };
  for (let row = 0; wells !== undefined && row < table.rows; row++) {
    const well = textOf(wells, row);
    if (well !== '') at(textOf(plates, row), well).rows.push(row);
  }
  for (const one of scored) at(one.plate, one.well).scored = one;
  const bySite = (a: number, b: number) => naturalOrder(textOf(sites, a), textOf(sites, b)) || a - b;
  const maps = mapPlates([...found.values()].map((own) => [...own.keys()]));
  return [...found]
    .map(([name, own], p) => ({
      name,
      wells: [...own].map(([well, { rows, scored: score }]) => ({
        plate: name,
        well,
        rows: sites === undefined ? rows : rows.toSorted(bySite),
        scored: score,
      })),
      map: maps[p]!,
    }))
    .toSorted((a, b) => naturalOrder(a.name, b.name));
}
