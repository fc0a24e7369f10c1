import type { ChannelSummary } from '../../evaluation/inspection/channel-summary.ts';
import type { BatchReport } from '../../evaluation/inspection/classes.ts';
import { percent } from '../../evaluation/inspection/flags.ts';
import type { Inspection } from '../../evaluation/inspection/inspection.ts';
import type { SplitReport } from '../../evaluation/inspection/split.ts';

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
export function describeScreen({ fields, layout, screen, size, counts: flagged }: Inspection): string {
  const wells = fields.some(({ place }) => place.well !== '') ? [count(layout.wells, 'well')] : [];
  const plates = fields.some(({ place }) => place.plate !== '') ? [count(layout.plates.length, 'plate')] : [];
  const sites =
    layout.sitesPerWell === null || wells.length === 0 ? '' : `, ${count(layout.sitesPerWell, 'field')} a well`;
  const kind = layout.format === null ? '' : ` of up to ${layout.format.wells} wells`;
  const parts = [count(fields.length, 'field'), ...wells, ...plates].join(', ');
  const channels = `${count(screen.channels.length, 'channel')}: ${screen.channels.join(', ')}`;
  const shape =
    size === null ? '' : ` ${size.usual} pixels${size.others > 0 ? `, ${size.others} of another size` : ''}.`;
  const lost = flagged.unreadable;
  const read = lost === 0 ? 'All can be read.' : `${lost} cannot be read.`;
  return `${parts}${plates.length > 0 ? kind : ''}${sites}; ${channels}. ${read}${shape}`;
}

/** How well a batch tells the label. */
export function describeBatch({ column, batches, wells, accuracy, majority, tells }: BatchReport): string {
  const verdict = tells ? 'more than chance would let it' : 'no more than chance would let it';
  return `The label guessed from ${bareName(column)} alone (${batches.length} values) is right for ${percent(accuracy)} of ${wells} wells; the most frequent class is for ${percent(majority)}. So it tells ${verdict}`;
}

/** The name of a column as people say it. */
export function bareName(column: string): string {
  return column.replace(/^(image_)?(metadata_)?/i, '');
}

/** What a training would train on and test. */
export function describeSides({ sides, refused, holdout }: SplitReport): string {
  if (sides === null) return `train would refuse the split: ${refused}`;
  const side = ({ fields, wells }: { fields: number; wells: number }) =>
    `${count(fields, 'field')} of ${count(wells, 'well')}`;
  const test = holdout.length === 0 ? 'none is held out (give --holdout)' : `test ${side(sides.test)}`;
  return `train ${side(sides.train)}, validation ${side(sides.validation)}, ${test}`;
}

/** How everything was judged, with sources. */
export const METHODS = [
  'A field is saturated where 0.1 % of the pixels of a channel have the largest intensity of the screen, if that is the largest that the bits used can say, or if pixels pile up there.',
  'It is empty where next to nothing stands out: fewer than 0.4 % of its blocks of 4 × 4 pixels, in every channel, differ from a smooth background by five times the noise (or fewer than 3 % and a tenth of what is usual in the screen).',
  'It is blurred where waves of 4 to 8 pixels, against those of 16 to 32 and without the noise, are 4.5 times weaker than usual on its plate and channel, and that is five robust standard deviations away (median and median absolute deviation, Iglewicz & Hoaglin 1993). It is odd where its mean intensity is twice or half that of its plate, and six robust standard deviations away. A plate of fewer than eight fields is judged by the whole screen.',
  'Duplicates have the same decoded pixels. The table of fields has FocusScore and PowerLogLogSlope as CellProfiler’s MeasureImageQuality defines them (Bray et al. 2012, J. Biomol. Screen. 17:266), in counts of the file.',
  'What a batch tells is cross-validated in ten folds: each well is given the most frequent class among the other wells of its batch.',
] as const;
