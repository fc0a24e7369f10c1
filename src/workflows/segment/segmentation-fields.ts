import * as z from 'zod';
import type { ThresholdChoice } from '../../localization/threshold/threshold.ts';
import { numberBetween, oneOf, wholeNumber } from '../request-fields.ts';

/** How masks are made of maps. */
const RECIPES = ['guided', 'plain'] as const;

const share = numberBetween({ least: 0, most: 1 });
const area = numberBetween({ least: 0, most: Number.MAX_SAFE_INTEGER });

/** A threshold as data, or as text: `otsu`, `otsu-3`, `quantile=0.2`, `value=12`. */
const thresholdChoice = z.union(
  [
    z
      .string()
      .transform(readThreshold)
      .pipe(z.custom<ThresholdChoice>((choice) => choice !== undefined)),
    z.strictObject({ kind: z.literal('otsu') }),
    z.strictObject({ kind: z.literal('otsu-3'), middle: z.enum(['foreground', 'background']) }),
    z.strictObject({ kind: z.literal('quantile'), share }),
    z.strictObject({ kind: z.literal('value'), value: z.number() }),
  ],
  { error: 'Expected otsu, otsu-3, quantile=SHARE (from 0 to 1) or value=NUMBER.' },
);

/** The options that say how maps become masks, and masks regions. */
export const segmentationFields = {
  recipe: oneOf(RECIPES)
    .default('guided')
    .meta({ description: `how a map becomes a mask: ${RECIPES.join(', ')}`, value: 'name', group: 'how' }),
  threshold: thresholdChoice.optional().meta({
    description:
      '‹recipe› plain: threshold of the square root of the map: otsu, otsu-3 (the middle class is foreground), quantile=SHARE or value=NUMBER',
    value: 'how',
    usually: 'otsu',
    group: 'how',
  }),
  edge: share.optional().meta({
    description:
      '‹recipe› guided: where cells end between the intensities of background (0) and foreground (1); 0.5 is half way',
    value: 'share',
    usually: 'estimated for each field',
    group: 'how',
  }),
  coupling: numberBetween({ least: 0, most: 50 }).default(2).meta({
    description: 'how strongly neighbouring pixels agree in belief propagation; 0 leaves it out',
    value: 'j',
    group: 'how',
  }),
  iterations: wholeNumber({ least: 1, most: 10_000 })
    .default(100)
    .meta({ description: 'most iterations of belief propagation', value: 'n', group: 'how' }),
  leastArea: area.default(20).meta({ description: 'leave smaller regions out', value: 'pixels', group: 'how' }),
  largestHole: area
    .default(100)
    .meta({ description: 'fill holes of at most this area', value: 'pixels', group: 'how' }),
  clearBorder: z
    .boolean()
    .default(false)
    .meta({ description: 'leave out regions that touch the border of the field', group: 'how' }),
  split: z
    .boolean()
    .default(false)
    .meta({ description: 'divide touching cells by the distance to the background', group: 'how' }),
  diameter: numberBetween({ least: 2, most: 10_000 }).optional().meta({
    description: 'diameter of a typical cell, for ‹split›',
    value: 'pixels',
    usually: 'estimated for each field',
    group: 'how',
  }),
};

/** How maps become masks, and masks regions. */
export type SegmentationOptions = z.output<z.ZodObject<typeof segmentationFields>>;

/** The threshold that a text names; undefined where it names none. */
function readThreshold(text: string): ThresholdChoice | undefined {
  if (text === 'otsu') return { kind: 'otsu' };
  if (text === 'otsu-3') return { kind: 'otsu-3', middle: 'foreground' };
  const [kind, written = ''] = text.split('=', 2) as [string, string?];
  const number = written.trim() === '' ? Number.NaN : Number(written);
  if (kind === 'quantile' && number >= 0 && number <= 1) return { kind, share: number };
  if (kind === 'value' && Number.isFinite(number)) return { kind, value: number };
  return undefined;
}
