import { rowName } from '../../inspection/layout.ts';
import type { PositionEffect } from '../assay.ts';
import { benjaminiHochberg } from './benjamini-hochberg.ts';
import type { PlacedScore } from './median-polish.ts';
import { rankSumTest } from './rank-test.ts';

/** Rows and columns of a plate. */
export interface PlateSize {
  readonly rows: number;
  readonly columns: number;
}

/** Plates of 6 to 1536 wells, after ANSI SLAS 4 and its smaller relatives. */
const formats: readonly PlateSize[] = [
  { rows: 2, columns: 3 },
  { rows: 3, columns: 4 },
  { rows: 4, columns: 6 },
  { rows: 6, columns: 8 },
  { rows: 8, columns: 12 },
  { rows: 16, columns: 24 },
  { rows: 32, columns: 48 },
];

/** A place whose wells could not give a smaller p than this, whatever they score, is not tested. */
const LEVEL = 0.05;

/** The smallest usual plate on which all wells have a place; as large as they need where none is large enough. */
export function plateSizeOf(wells: readonly { readonly row: number; readonly column: number }[]): PlateSize {
  const needed = wells.reduce(
    (size, { row, column }) => ({ rows: Math.max(size.rows, row + 1), columns: Math.max(size.columns, column + 1) }),
    { rows: 0, columns: 0 },
  );
  return formats.find(({ rows, columns }) => rows >= needed.rows && columns >= needed.columns) ?? needed;
}

/**
 * Whether wells at the edge of a plate, in each row and in each column score otherwise than those of the interior: a
 * rank-sum test for each place, adjusted after Benjamini and Hochberg over all places of the plate.
 *
 * The wells of a place are compared with the wells of the interior (not at the edge) that are not of the same row or column.
 * Places with too few wells to ever reach p = 0.05 are left out. The edge is that of the plate, so a plate whose outer wells are empty has
 * no effect of the edge.
 *
 * The caller chooses the wells. They must score alike but for their place: samples, where most of them do nothing; else
 * negative controls. Ignored wells are left out. Positive controls in a column of their own would be found as an effect of
 * the column.
 */
export function positionEffects(
  wells: readonly PlacedScore[],
  size: PlateSize = plateSizeOf(wells),
): readonly PositionEffect[] {
  const used = wells.filter(({ ignored }) => !ignored);
  const isEdge = ({ row, column }: PlacedScore) =>
    row === 0 || column === 0 || row === size.rows - 1 || column === size.columns - 1;
  const places: { kind: PositionEffect['kind']; name: string; has: (well: PlacedScore) => boolean }[] = [
    { kind: 'edge', name: 'edge', has: isEdge },
    ...Array.from({ length: size.rows }, (_, row) => ({
      kind: 'row' as const,
      name: `row ${rowName(row)}`,
      has: (well: PlacedScore) => well.row === row,
    })),
    ...Array.from({ length: size.columns }, (_, column) => ({
      kind: 'column' as const,
      name: `column ${column + 1}`,
      has: (well: PlacedScore) => well.column === column,
    })),
  ];
  const interior = used.filter((well) => !isEdge(well));
  const effects = places.flatMap(({ kind, name, has }) => {
    const there = used.filter(has).map(({ score }) => score);
    const others = interior.filter((well) => !has(well)).map(({ score }) => score);
    if (!canReach(LEVEL, there.length, others.length)) return [];
    const { p, delta } = rankSumTest(there, others);
    return [{ kind, name, wells: there.length, others: others.length, p, delta }];
  });
  const qs = benjaminiHochberg(effects.map(({ p }) => p));
  return effects.map((effect, i) => ({ ...effect, q: qs[i]! }));
}

/** Whether two samples of these sizes can have p at the level: 2 / C(n + m, n) without ties. */
function canReach(level: number, n: number, m: number): boolean {
  let choices = 1;
  for (let i = 1; i <= Math.min(n, m) && choices < 2 / level; i++) choices *= (n + m - i + 1) / i;
  return choices >= 2 / level;
}
