import type { FieldQuality } from './inspected-field.ts';
import { median } from './robust.ts';

/** One channel over all fields of a screen that could be read. */
export interface ChannelSummary {
  readonly channel: string;
  /** Numbers of fields by the bits of a sample in their file, `{ "16": 144 }`. */
  readonly bitDepths: Readonly<Record<string, number>>;
  /** Bits that the intensities use: 12 for a camera of 12 bits in a file of 16; null for floats. */
  readonly bitsUsed: number | null;
  /** Low bits that are 0 in every pixel of the screen. */
  readonly emptyBits: number;
  /** Smallest and largest intensity. */
  readonly min: number;
  readonly max: number;
  /** Where intensities are cut off, if they are; see {@link ceilingOf}. */
  readonly ceiling: number | null;
  /** Medians over the fields (counts). */
  readonly mean: number;
  readonly percentile1: number;
  readonly median: number;
  readonly percentile99: number;
  /** Medians over the fields: share that stands out from the background, detail and slope of the power. */
  readonly structure: number;
  readonly detail: number;
  readonly slope: number;
}

/** Share of the pixels of a plane that do not have the same largest intensity by chance. */
const PLATEAU = 0.001;

/** Sums up every channel. */
export function summarizeChannels(channels: readonly string[], fields: readonly FieldQuality[]): ChannelSummary[] {
  return channels.map((channel, c) => {
    const planes = fields.map((field) => field.channels[c]!);
    const typical = (pick: (plane: (typeof planes)[number]) => number) => median(planes.map(pick));
    const bitDepths: Record<string, number> = {};
    for (const { bitDepth } of planes) bitDepths[bitDepth] = (bitDepths[bitDepth] ?? 0) + 1;
    const whole = planes.every(({ bitDepth }) => bitDepth !== 32);
    const min = planes.reduce((least, plane) => Math.min(least, plane.min), Number.POSITIVE_INFINITY);
    const max = planes.reduce((most, plane) => Math.max(most, plane.max), Number.NEGATIVE_INFINITY);
    // A plane of zeros has no bits at all.
    const lit = planes.filter((plane) => plane.max > 0);
    const emptyBits = whole && lit.length > 0 ? lit.reduce((bits, plane) => Math.min(bits, plane.emptyBits), 16) : 0;
    const bitsUsed = whole ? Math.max(1, Math.ceil(Math.log2(Math.max(0, max) / 2 ** emptyBits + 1))) : null;
    const plateau = planes.some((plane) => plane.max === max && plane.min < max && plane.atMax >= PLATEAU);
    return {
      channel,
      bitDepths,
      bitsUsed,
      emptyBits,
      min,
      max,
      ceiling: planes.length === 0 ? null : ceilingOf({ max, bitsUsed, emptyBits, plateau }),
      mean: typical((plane) => plane.mean),
      percentile1: typical((plane) => plane.percentile1),
      median: typical((plane) => plane.median),
      percentile99: typical((plane) => plane.percentile99),
      structure: typical((plane) => plane.structure),
      detail: typical((plane) => plane.detail),
      slope: typical((plane) => plane.slope),
    };
  });
}

/**
 * The intensity at which pixels count as saturated: the largest of the screen, if it is the largest that the bits used can
 * say (4095 of 12 bits) or if so many pixels of a field share it that they must have been cut off there. Null where
 * nothing was cut off.
 */
function ceilingOf({
  max,
  bitsUsed,
  emptyBits,
  plateau,
}: {
  max: number;
  bitsUsed: number | null;
  emptyBits: number;
  plateau: boolean;
}): number | null {
  const full = bitsUsed === null ? undefined : (2 ** bitsUsed - 1) * 2 ** emptyBits;
  return plateau || (max === full && max > 1) ? max : null;
}
