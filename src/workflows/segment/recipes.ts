import type { SegmentationOptions } from '../../cli/segmentation-options.ts';
import { MilscopeError } from '../../errors.ts';
import { guidedMask } from '../../localization/segmentation/guided-mask.ts';
import { plainMask } from '../../localization/segmentation/plain-mask.ts';
import type { SegmentMap } from '../../localization/segmentation/segmented.ts';

/**
 * What makes masks as the options say.
 *
 * @throws BadOption when an option is given that the recipe has no use for
 */
export function createSegmentMap(options: SegmentationOptions): SegmentMap {
  const { recipe, threshold, edge } = options;
  if (recipe === 'plain') {
    if (edge !== undefined) refuse('--edge', 'the plain recipe does not see the image', 'give --recipe guided');
    return (map) => plainMask(map, { ...options, threshold: threshold ?? { kind: 'otsu' } });
  }
  if (threshold)
    refuse('--threshold', 'the guided recipe cuts the image, not the map', 'give --edge or --recipe plain');
  return (map, channels) => guidedMask(map, channels, options);
}

function refuse(option: string, problem: string, remedy: string): never {
  throw new MilscopeError('BadOption', { option, problem, remedy: `leave ${option} out, or ${remedy}` });
}
