import { isShared } from '../pixels/shared-memory.ts';
import { writeViews } from '../pixels/view.ts';
import { drawMask } from './random-mask.ts';
import type { Tensors } from './session.ts';
import type { Feed } from './session-pool.ts';
import { float32, sizeOf, type Tensor } from './tensor.ts';

type Feeds<F extends Feed> = Readonly<Record<string, F>>;

/** Makes tensors of feeds: pictures, masks unless a chain draws them, and copies of tensors in shared memory. */
export interface FeedMaker {
  (feeds: Feeds<Feed>): Tensors;
  (feeds: Feeds<Feed>, options: { readonly masks: false }): Feeds<Exclude<Feed, { views: unknown }>>;
}

/**
 * Makes what a worker turns feeds into tensors with. Pictures and masks are as large as activations, so the arrays are kept
 * and written over the next time: a run has to end before the next begins. The runtime reads no shared memory.
 */
export function createFeedMaker(): FeedMaker {
  const kept = new Map<string, Float32Array>();
  const room = (name: string, numbers: number): Float32Array => {
    const known = kept.get(name);
    if (known && known.length >= numbers) return known.subarray(0, numbers);
    const array = new Float32Array(numbers);
    kept.set(name, array);
    return array;
  };
  const made = (name: string, feed: Feed): Tensor => {
    if ('mask' in feed) return drawMask(feed.mask, room(name, sizeOf(feed.mask.shape)));
    if ('views' in feed) {
      const data = room(name, sizeOf(feed.shape));
      writeViews(feed.views, data);
      return float32(data, feed.shape);
    }
    if (!isShared(feed.data) || !(feed.data instanceof Float32Array)) return feed;
    const data = room(name, feed.data.length);
    data.set(feed.data);
    return float32(data, feed.shape);
  };
  return (feeds: Feeds<Feed>, { masks = true }: { masks?: boolean } = {}) =>
    Object.fromEntries(
      Object.entries(feeds).map(([name, feed]) => [name, 'mask' in feed && !masks ? feed : made(name, feed)]),
    ) as Tensors;
}
