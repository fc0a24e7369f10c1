import { MilscopeError, named } from '../../errors.ts';
import { guidedMask } from '../../localization/segmentation/guided-mask.ts';
import { plainMask } from '../../localization/segmentation/plain-mask.ts';
import type { SegmentMap } from '../../localization/segmentation/segmented.ts';
import { type SmoothChannels, storedGuidedMask } from '../../localization/segmentation/stored-guided-mask.ts';
import type { StoredMask, StoredMaskOptions } from '../../localization/segmentation/stored-mask.ts';
import { storedPlainMask } from '../../localization/segmentation/stored-plain-mask.ts';
import type { StoredPlane } from '../../localization/stored/stored-plane.ts';
import type { SegmentationOptions } from './segmentation-fields.ts';

/** What makes masks of maps, in one pass and of fields that may be larger than memory. */
export interface Recipe {
  readonly segment: SegmentMap;
  readonly segmentStored: SegmentStoredMap;
}

/**
 * Makes the mask of a stored map.
 *
 * @param smooth smooths the channels of the field, when they are first asked for
 */
export type SegmentStoredMap = (
  map: StoredPlane<'float32'>,
  smooth: () => Promise<SmoothChannels>,
  options: StoredMaskOptions,
) => Promise<StoredMask>;

/**
 * What makes masks as the options say.
 *
 * @throws BadOption when an option is given that the recipe does not use
 */
export function createRecipe(options: SegmentationOptions): Recipe {
  const { recipe, threshold, edge } = options;
  if (recipe === 'plain') {
    const remedy = `give ${named('recipe')} guided`;
    if (edge !== undefined) refuse('edge', { problem: 'the plain recipe does not use the image', remedy });
    const how = { ...options, threshold: threshold ?? ({ kind: 'otsu' } as const) };
    return {
      segment: (map) => plainMask(map, how),
      segmentStored: (map, _, stored) => storedPlainMask(map, { ...how, ...stored }),
    };
  }
  if (threshold) {
    const remedy = `give ${named('edge')} or ${named('recipe')} plain`;
    refuse('threshold', { problem: 'the guided recipe thresholds the image, not the map', remedy });
  }
  return {
    segment: (map, channels) => guidedMask(map, channels, options),
    segmentStored: async (map, smooth, stored) => storedGuidedMask(map, await smooth(), { ...options, ...stored }),
  };
}

function refuse(option: string, { problem, remedy }: { problem: string; remedy: string }): never {
  throw new MilscopeError('BadOption', { option, problem, remedy: `leave ${named(option)} out, or ${remedy}` });
}
