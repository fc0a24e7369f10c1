import { type Flag, flagKinds } from '../../evaluation/inspection/flags.ts';
import { groupBy } from '../../evaluation/inspection/group.ts';
import type { InspectedField } from '../../evaluation/inspection/inspected-field.ts';
import type { Inspection } from '../../evaluation/inspection/inspection.ts';

/** A field of the screen with what is wrong with it. */
export interface FlaggedField {
  readonly field: InspectedField;
  readonly flags: readonly Flag[];
}

/** Fields of a well, in the order of the screen. */
export type WellFields = readonly FlaggedField[];

/** The wells of a plate, or of the whole screen, by their names or, where they have none, by their keys. */
export function wellsOf({ fields, flags }: Pick<Inspection, 'fields' | 'flags'>, plate?: string): WellFields[] {
  const all = fields.map((field, i): FlaggedField => ({ field, flags: flags[i]! }));
  const own = plate === undefined ? all : all.filter(({ field }) => field.place.plate === plate);
  return [...groupBy(own, ({ field }) => field.place.key).values()];
}

/**
 * The field that must be shown of a well in place of its first: of those that are flagged and can be read the one with the
 * most serious flag; where none is flagged, the first that can be read. Nothing where it is the first of all.
 */
export function shownInstead(well: WellFields): FlaggedField | undefined {
  const readable = well.filter(({ field }) => field.quality !== undefined);
  const rank = ({ flags }: FlaggedField) => Math.min(...flags.map(({ kind }) => flagKinds.indexOf(kind)));
  const flagged = readable.filter(({ flags }) => flags.length > 0).sort((a, b) => rank(a) - rank(b));
  const shown = flagged[0] ?? readable[0];
  return shown === well[0] ? undefined : shown;
}
