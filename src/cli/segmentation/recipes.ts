import { guidedMask } from '../../localization/segmentation/guided-mask.ts';
import { plainMask } from '../../localization/segmentation/plain-mask.ts';
import type { SegmentMap } from '../../localization/segmentation/segmented.ts';
import type { SegmentationOptions } from './segmentation-options.ts';

/** What makes masks as the options say. */
export function createSegmentMap(options: SegmentationOptions): SegmentMap {
  if (options.recipe === 'plain') return (map) => plainMask(map, options);
  return (map, channels) => guidedMask(map, channels, options);
}
