import { type PlateFormat, smallestFormat } from '../../screen/plates/plate-formats.ts';
import { naturally } from '../protocols/protocol.ts';
import { groupBy } from './group.ts';
import type { InspectedField } from './inspected-field.ts';
import { mostFrequent } from './robust.ts';

/** Row and column on a plate, from 0. */
export interface Position {
  readonly row: number;
  readonly column: number;
}

/** Wells, plates and sites of a screen. */
export interface Layout {
  readonly wells: number;
  /** Whether the table names wells; else every field counts as one. */
  readonly named: boolean;
  /** Names in natural order. */
  readonly plates: readonly string[];
  /** Fields of a usual well; null where wells differ too much to say. */
  readonly sitesPerWell: number | null;
  readonly incomplete: readonly IncompleteWell[];
  /** The plates that are sold with as many rows and columns as the wells need; null where wells have no such names. */
  readonly format: PlateFormat | null;
}

/** A well with fewer fields than is usual. */
export interface IncompleteWell {
  readonly plate: string;
  readonly well: string;
  readonly fields: number;
  /** The sites that other wells have and this one lacks, where the table names sites. */
  readonly missing: readonly string[];
}

/** Wells of the smallest plate that a screen is taken to be on: smaller ones are rare, and a few wells say little of their plate. */
const LEAST_WELLS = 96;

/** Share of the wells from which on something is usual. */
const USUAL = 2 / 3;

/** Says which wells there are, and which of them lack fields. */
export function describeLayout(fields: readonly InspectedField[]): Layout {
  const wells = [...groupBy(fields, ({ place }) => place.key).values()];
  const counts = mostFrequent(wells.map((members) => members.length));
  const sitesPerWell = counts !== undefined && counts.share >= USUAL ? counts.value : null;
  const sites = [...new Set(fields.map(({ place }) => place.site))].filter((site) => {
    const having = wells.filter((members) => members.some(({ place }) => place.site === site)).length;
    return site !== '' && having >= USUAL * wells.length;
  });
  const short = sitesPerWell === null ? [] : wells.filter((members) => members.length < sitesPerWell);
  const positions = fields.map(({ place }) => positionOf(place.well));
  const placed = positions.filter((position) => position !== undefined);
  const needed = (pick: (position: Position) => number) =>
    placed.reduce((most, position) => Math.max(most, pick(position) + 1), 0);
  const [rows, columns] = [needed(({ row }) => row), needed(({ column }) => column)];
  const sold = smallestFormat({ rows, columns }, { least: LEAST_WELLS });
  return {
    wells: wells.length,
    named: fields.some(({ place }) => place.well !== ''),
    plates: naturally([...new Set(fields.map(({ place }) => place.plate))]),
    sitesPerWell,
    incomplete: short.map((members) => {
      const own = new Set(members.map(({ place }) => place.site));
      const { plate, well } = members[0]!.place;
      return { plate, well, fields: members.length, missing: naturally(sites.filter((site) => !own.has(site))) };
    }),
    format: sold !== undefined && placed.length === fields.length && fields.length > 0 ? sold : null,
  };
}

/** Where the well `A01` is; undefined of another name. */
export function positionOf(well: string): Position | undefined {
  const [, letters, digits] = /^([A-Z]{1,2})(\d+)$/.exec(well) ?? [];
  if (letters === undefined || digits === undefined || Number(digits) < 1) return undefined;
  const row = [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0);
  return { row: row - 1, column: Number(digits) - 1 };
}

/** The letter of a row, from 0: 26 is AA. */
export function rowName(row: number): string {
  const last = String.fromCharCode(65 + (row % 26));
  return row < 26 ? last : rowName(Math.floor(row / 26) - 1) + last;
}
