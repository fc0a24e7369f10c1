import { MilscopeError } from '../../errors.ts';
import { guidedMask } from '../../localization/segmentation/guided-mask.ts';
import { plainMask } from '../../localization/segmentation/plain-mask.ts';
import type { SegmentMap } from '../../localization/segmentation/segmented.ts';
import type { SegmentationOptions } from './segmentation-options.ts';

/**
 * What makes masks as the options say.
 *
 * @throws BadOption when a threshold is given to the guided recipe, which finds its own
 */
export function createSegmentMap(options: SegmentationOptions): SegmentMap {
  const { threshold } = options;
  if (options.recipe === 'plain')
    return (map) => plainMask(map, { ...options, threshold: threshold ?? { kind: 'otsu' } });
  if (threshold) {
    throw new MilscopeError('BadOption', {
      option: '--threshold',
      problem: 'the guided recipe finds its own edges, field by field',
      remedy: 'leave --threshold out, or give --recipe plain',
    });
  }
  return (map, channels) => guidedMask(map, channels, options);
}
