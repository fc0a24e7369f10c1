import { named } from '../../errors.ts';
import type { ChannelSummary } from '../../evaluation/inspection/channel-summary.ts';
import type { BatchReport } from '../../evaluation/inspection/classes.ts';
import { percent } from '../../evaluation/inspection/flags.ts';
import type { Inspection } from '../../evaluation/inspection/inspection.ts';
import type { Layout } from '../../evaluation/inspection/layout.ts';
import type { SplitReport } from '../../evaluation/inspection/split.ts';
import { counted } from '../../words.ts';

/** `1 well`, `2 wells`. */
export function count(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? '' : 's'}`;
}

/** Intensities with as many digits as say something. */
export function counts(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return Math.abs(value) >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(3);
}

/** Bits of the file and bits that are used: `16 bit, 12 used`. */
export function bitsOf({ bitDepths, bitsUsed, emptyBits }: ChannelSummary): string {
  const depths = Object.keys(bitDepths).map((bits) => (bits === '32' ? '32 float' : bits));
  if (bitsUsed === null) return `${depths.join(' and ')} bit`;
  const shifted = emptyBits > 0 ? `, the upper ones` : '';
  return `${depths.join(' and ')} bit, ${bitsUsed} used${shifted}`;
}

/** What the screen is, in one sentence or two. */
export function describeScreen({
  fields,
  unreadable,
  layout,
  plates,
  channels,
  size,
}: {
  readonly fields: number;
  readonly unreadable: number;
  readonly layout: Omit<Layout, 'plates' | 'incomplete'>;
} & Pick<Inspection, 'plates' | 'channels' | 'size'>): string {
  const wells = layout.named ? [count(layout.wells, 'well')] : [];
  const onPlates = plates.some(({ plate }) => plate !== '') ? [count(plates.length, 'plate')] : [];
  const sites = layout.sitesPerWell === null || !layout.named ? '' : `, ${count(layout.sitesPerWell, 'field')} a well`;
  const kind =
    layout.format === null || onPlates.length === 0 ? '' : ` of up to ${counted(layout.format.wells, 'well')}`;
  const parts = [count(fields, 'field'), ...wells, ...onPlates].join(', ');
  const shown = `${count(channels.length, 'channel')}: ${channels.map(({ channel }) => channel).join(', ')}`;
  const others = size === null || size.others === 0 ? '' : `, ${size.others} of another size`;
  const shape = size === null ? '' : ` ${size.usual} pixels${others}.`;
  const read = unreadable === 0 ? 'All can be read.' : `${unreadable} cannot be read.`;
  return `${parts}${kind}${sites}; ${shown}. ${read}${shape}`;
}

/** How well a batch tells the label. */
export function describeBatch({ column, batches, wells, accuracy, majority, tells }: BatchReport): string {
  const name = bareName(column);
  const verdict = tells ? 'more than expected by chance' : 'no more than expected by chance';
  return `The label predicted from ${name} alone (${counted(batches.length, 'value')}) is right for ${percent(accuracy)} of ${counted(wells, 'well')}, the most frequent class for ${percent(majority)}: ${verdict}`;
}

/** The name of a column as people say it. */
export function bareName(column: string): string {
  return column.replace(/^(image_)?(metadata_)?/i, '');
}

/** What a training would train on and test; options stand in the marks of `named`. */
export function describeSides({ sides, refused, holdout }: SplitReport): string {
  if (sides === null) return `train would refuse the split: ${refused}`;
  const side = ({ fields, wells }: { fields: number; wells: number }) =>
    `${count(fields, 'field')} of ${count(wells, 'well')}`;
  const test = holdout.length === 0 ? `nothing is held out (see ${named('holdout')})` : `test ${side(sides.test)}`;
  return `train ${side(sides.train)}, validation ${side(sides.validation)}, ${test}`;
}

/** How fields and screen were judged, with sources. */
export const METHODS = [
  'A field is saturated if at least 0.1 % of the pixels of a channel have the largest intensity of the screen, and if this is the largest value of the bits in use or pixels accumulate there.',
  'A field is empty if almost nothing stands out: in every channel, fewer than 0.4 % of its blocks of 4 × 4 pixels differ from a smooth background by five times the noise (or fewer than 3 %, and a tenth of what is usual in the screen).',
  'A field is blurred if waves of 4 to 8 pixels, relative to those of 16 to 32 and without the noise, are 4.5 times weaker than is usual on its plate and channel, and if the difference is at least five robust standard deviations (median and median absolute deviation, Iglewicz & Hoaglin 1993). Its intensity is odd if the mean is twice or half that of its plate, and at least six robust standard deviations away. A plate with fewer than eight fields is compared with the whole screen.',
  'Duplicates have the same decoded pixels. The table of fields has FocusScore and PowerLogLogSlope as CellProfiler’s MeasureImageQuality defines them (Bray et al. 2012, J. Biomol. Screen. 17:266), in counts of the file.',
  'How well a batch predicts the label is cross-validated in ten folds: each well is given the most frequent class among the other wells of its batch.',
] as const;
