import type { NormalizationScope } from '../pixels/normalization.ts';
import {
  bitsFor,
  type FieldIntensities,
  type NumberRange,
  outsideOf,
  type SeenChannel,
  type SeenIntensities,
} from '../pixels/seen-intensities.ts';
import { agreeing, counted } from '../words.ts';

/** A channel of which some fields are not of the kind that the training saw. */
export interface UnlikeChannel {
  readonly channel: string;
  /** How many fields these are, and what they have: mean and largest intensity of a field, in counts of the file. */
  readonly fields: number;
  readonly mean: NumberRange;
  readonly largest: NumberRange;
  /** What the fields of the training had. */
  readonly trained: SeenChannel;
}

/** How the intensities of the fields of a screen compare with those of a training. */
export interface IntensityReport {
  readonly fields: number;
  /** Fields that are not of the kind that the training saw. */
  readonly outside: number;
  /** The channels by which they are not. */
  readonly channels: readonly UnlikeChannel[];
}

/** Compares fields with those of a training, one after the other. */
export interface IntensityCheck {
  readonly add: (field: FieldIntensities) => void;
  readonly report: () => IntensityReport;
}

/** Of fewer fields than this share (1 in 20) it is only noted that they are unlike those of the training. */
const WARNED_SHARE = 0.05;

/** Begins to compare fields with those that a model was trained on. Channels are those of the model, in its order. */
export function createIntensityCheck({
  seen,
  channels,
  scope,
}: {
  readonly seen: SeenIntensities;
  readonly channels: readonly string[];
  readonly scope: NormalizationScope | undefined;
}): IntensityCheck {
  const unlike = new Map<number, { fields: number; mean: NumberRange; largest: NumberRange }>();
  let [fields, outside] = [0, 0];
  return {
    add(field) {
      fields++;
      const found = outsideOf(field, seen, { scope });
      if (found.length > 0) outside++;
      for (const { channel } of found) {
        const before = unlike.get(channel);
        unlike.set(channel, {
          fields: (before?.fields ?? 0) + 1,
          mean: widened(before?.mean, field.means[channel]!),
          largest: widened(before?.largest, field.largest[channel]!),
        });
      }
    },
    report: () => ({
      ...{ fields, outside },
      channels: [...unlike]
        .sort(([a], [b]) => a - b)
        .map(([place, found]) => ({ channel: channels[place]!, ...found, trained: seen.channels[place]! })),
    }),
  };
}

/** Whether so many fields are unlike those of the training that a user is to be warned. */
export function isWorthWarning({ fields, outside }: IntensityReport): boolean {
  return outside > WARNED_SHARE * fields;
}

/** Says in words which fields are unlike those of the training, with the numbers of both; nothing where none is. */
export function intensityWords(
  { fields, outside, channels }: IntensityReport,
  { first = false, scope }: { readonly first?: boolean; readonly scope?: NormalizationScope | undefined } = {},
): string | undefined {
  if (outside === 0) return undefined;
  const which = `${outside} of ${first ? 'the first ' : ''}${counted(fields, 'field')}`;
  const found = channels.map(
    ({ channel, mean, largest, trained }) =>
      `${channel}: means ${rangeWords(mean)}, largest values ${rangeWords(largest)} (${bitWords(largest)}); ` +
      `in training means ${rangeWords(trained.mean)}, largest values ${rangeWords(trained.largest)} (${bitWords(trained.largest)})`,
  );
  const alike = scope === undefined || scope === 'screen' ? '' : ', and normalization does not make up for that';
  return (
    `${which} ${agreeing(outside, 'has', 'have')} intensities unlike those that the model was trained on${alike}. ` +
    `${found.join('. ')}. Do not rely on ${agreeing(outside, 'its prediction', 'their predictions')}: ` +
    'give the images as the microscope wrote them, with the same bits and exposure as in training'
  );
}

function widened(range: NumberRange | undefined, value: number): NumberRange {
  return range ? { low: Math.min(range.low, value), high: Math.max(range.high, value) } : { low: value, high: value };
}

function rangeWords({ low, high }: NumberRange): string {
  const [from, to] = [shortNumber(low), shortNumber(high)];
  return from === to ? from : `${from} to ${to}`;
}

function bitWords({ high }: NumberRange): string {
  return Number.isInteger(high) ? counted(bitsFor(high), 'bit') : 'not whole counts';
}

/** Three digits, but no less than the whole counts. */
function shortNumber(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
