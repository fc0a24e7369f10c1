import { numberColumn } from '../document/columns.ts';
import { MOST_CHANNELS } from '../inspection/thumbnail.ts';
import type { FieldColumn, ReportDocument } from '../page/document.ts';
import type { SmallField } from './small-field.ts';

/** Largest intensities that cameras and files have: a pixel that reaches one may have been brighter. */
const LIMITS: readonly number[] = [255, 1023, 4095, 16383, 65535];

/** CellProfiler's name for the percentage of pixels that have the largest intensity. */
const PREFIX = 'ImageQuality_PercentMaximal_';

/**
 * The percentage of pixels of each row that reach the largest intensity there can be, a column for each channel in which some do.
 *
 * @param fields the small field of each row, where it has one
 */
export function saturationColumns(
  fields: readonly (SmallField | undefined)[],
  channels: readonly string[],
): readonly FieldColumn[] {
  return channels.slice(0, MOST_CHANNELS).flatMap((of, c) => {
    const planes = fields.map((field) => field?.planes[c]);
    const top = planes.reduce((most, plane) => Math.max(most, plane?.top ?? 0), 0);
    if (!LIMITS.includes(top)) return [];
    const percent = planes.map((plane) => (plane ? (plane.top === top ? 100 * plane.atTop : 0) : null));
    return [numberColumn({ name: PREFIX + of, role: 'metadata', of }, percent)];
  });
}

/** The share of saturated pixels of each channel, over the fields of which it is known. */
export function saturatedShares(fields: NonNullable<ReportDocument['fields']>) {
  return fields.columns.flatMap((column) => {
    if (!column.name.startsWith(PREFIX) || !('numbers' in column)) return [];
    const known = column.numbers.filter((value) => value !== null);
    const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
    return [{ channel: column.of ?? column.name.slice(PREFIX.length), share: mean / 100 }];
  });
}
