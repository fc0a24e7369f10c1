import type { Dropping } from '../../kernels/kernels.ts';
import { createRandom } from '../../random.ts';
import type { Feed } from '../session-pool.ts';

/** Of a layer without dropout. */
export const NOTHING_DROPPED: Dropping = { rate: 0, seed: [0, 0] };

/** What a mask, given as a seed, drops in one of the images. */
export function droppingOf(feed: Feed | undefined, index: number): Dropping {
  if (!feed || !('mask' in feed)) throw new Error('a chain draws its masks itself: it is given their seeds');
  const { rate, seed, keys } = feed.mask;
  const random = createRandom(seed, 'mask', ...keys, index);
  return { rate, seed: [random.word() | 0, random.word() | 0] };
}
