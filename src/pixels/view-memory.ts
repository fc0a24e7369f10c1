import { pixelsIn } from './pixels.ts';
import { CAN_SHARE, isShared } from './shared-memory.ts';
import { sizeOfView, type View, wholeOf } from './view.ts';

/** Memory that is lent to show views to another thread, and used again for the next. */
export interface ViewMemory {
  /**
   * The same views, ready to be sent: with what they show of images that are not shared copied to lent memory.
   *
   * @returns also what gives the memory back, once nobody reads the views any more
   */
  readonly lend: (views: readonly View[]) => { readonly views: readonly View[]; readonly giveBack: () => void };
}

/**
 * Makes memory that grows to as much as is lent at the same time. Where it cannot be shared it is new each time and only
 * as large as what is shown, since it is copied whole when it is sent.
 */
export function createViewMemory({ share = CAN_SHARE }: { share?: boolean } = {}): ViewMemory {
  const free: SharedArrayBuffer[] = [];
  const take = (bytes: number): SharedArrayBuffer => {
    const place = free.findIndex(({ byteLength }) => byteLength >= bytes);
    if (place >= 0) return free.splice(place, 1)[0]!;
    // In place of one that is too small.
    free.pop();
    return new SharedArrayBuffer(bytes);
  };
  return {
    lend(views) {
      const bytes = views.reduce((sum, view) => sum + (isShared(view.image.data) ? 0 : bytesOf(view)), 0);
      if (bytes === 0) return { views: views.map(withoutNames), giveBack: () => undefined };
      const memory = share ? take(bytes) : new ArrayBuffer(bytes);
      let at = 0;
      const packed = views.map((view) => {
        if (isShared(view.image.data)) return withoutNames(view);
        const cut = cutOut(view, memory, at);
        at += bytesOf(view);
        return cut;
      });
      return {
        views: packed,
        giveBack: () => {
          if (isShared({ buffer: memory })) free.push(memory as SharedArrayBuffer);
        },
      };
    },
  };
}

/** Bytes of what a view shows, as the image has it; arrays begin at multiples of 8. */
function bytesOf(view: View): number {
  return Math.ceil((sizeOfView(view) * view.image.data.BYTES_PER_ELEMENT) / 8) * 8;
}

/** A view of a copy of what it shows. */
function cutOut({ image, box = wholeOf(image), ...how }: View, memory: ArrayBufferLike, at: number): View {
  const { data, channels, height, width } = image;
  const { top, left, ...size } = box;
  const cut = pixelsIn(memory, data, { at, length: channels * size.height * size.width });
  if (cut.length === data.length) cut.set(data);
  else {
    for (let channel = 0, to = 0; channel < channels; channel++) {
      for (let y = top; y < top + size.height; y++, to += size.width) {
        const from = (channel * height + y) * width + left;
        cut.set(data.subarray(from, from + size.width), to);
      }
    }
  }
  return { ...how, image: { data: cut, channels, ...size } };
}

/** Names of channels are nothing to the worker. */
function withoutNames({ image: { data, channels, height, width }, ...how }: View): View {
  return { ...how, image: { data, channels, height, width } };
}
