import { MilscopeError, named } from '../../errors.ts';
import { guidedMask } from '../../localization/segmentation/guided-mask.ts';
import { plainMask } from '../../localization/segmentation/plain-mask.ts';
import type { SegmentMap } from '../../localization/segmentation/segmented.ts';
import type { SegmentationOptions } from './segmentation-fields.ts';

/**
 * What makes masks as the options say.
 *
 * @throws BadOption when an option is given that the recipe does not use
 */
export function createSegmentMap(options: SegmentationOptions): SegmentMap {
  const { recipe, threshold, edge } = options;
  if (recipe === 'plain') {
    const remedy = `give ${named('recipe')} guided`;
    if (edge !== undefined) refuse('edge', { problem: 'the plain recipe does not use the image', remedy });
    return (map) => plainMask(map, { ...options, threshold: threshold ?? { kind: 'otsu' } });
  }
  if (threshold) {
    const remedy = `give ${named('edge')} or ${named('recipe')} plain`;
    refuse('threshold', { problem: 'the guided recipe thresholds the image, not the map', remedy });
  }
  return (map, channels) => guidedMask(map, channels, options);
}

function refuse(option: string, { problem, remedy }: { problem: string; remedy: string }): never {
  throw new MilscopeError('BadOption', { option, problem, remedy: `leave ${named(option)} out, or ${remedy}` });
}
