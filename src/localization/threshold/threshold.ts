import type { Mask, Plane } from '../plane.ts';
import { requireOption } from '../require-option.ts';
import { otsuThreshold, threeClassOtsu } from './otsu.ts';
import { placeOfQuantile } from './quantile.ts';

/** How a threshold is chosen. */
export type ThresholdChoice =
  /** Otsu's, of two classes. */
  | { readonly kind: 'otsu' }
  /** Otsu's of three classes, and what the middle one counts as. */
  | { readonly kind: 'otsu-3'; readonly middle: 'foreground' | 'background' }
  /** The smallest intensity that at least this share of the pixels, 0 to 1, do not exceed. */
  | { readonly kind: 'quantile'; readonly share: number }
  /** The intensity given. */
  | { readonly kind: 'value'; readonly value: number };

/**
 * The threshold of a plane of finite intensities, a finite number; greater pixels are foreground. For a plane without
 * pixels it is 0 unless a value is given.
 *
 * @throws BadOption when a share is not from 0 to 1, or a value not finite.
 */
export function thresholdOf({ data }: Plane, choice: ThresholdChoice): number {
  switch (choice.kind) {
    case 'otsu':
      return otsuThreshold(data);
    case 'otsu-3':
      return threeClassOtsu(data)[choice.middle === 'foreground' ? 0 : 1];
    case 'quantile':
      return quantileOf(data, choice.share);
    case 'value':
      requireOption('value', choice.value, { fits: Number.isFinite(choice.value), expected: 'a finite number' });
      return choice.value;
  }
}

/** The pixels greater than a threshold. */
export function maskAbove({ data, height, width }: Plane, threshold: number): Mask {
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < mask.length; i++) mask[i] = data[i]! > threshold ? 1 : 0;
  return { data: mask, height, width };
}

function quantileOf(data: Plane['data'], share: number): number {
  const place = placeOfQuantile(share, data.length);
  return data.slice().sort()[place] ?? 0;
}
