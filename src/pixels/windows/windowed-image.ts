import type { Intensities } from '../normalization.ts';
import { type Image, pixelType } from '../pixels.ts';
import type { Box } from '../symmetry.ts';
import { type View, wholeOf } from '../view.ts';

/**
 * An image of which parts are read, so that it may be far larger than memory: a field in files, or one that is in memory
 * already ({@link windowsOf}).
 */
export interface WindowedImage extends Pick<Image, 'channels' | 'height' | 'width' | 'channelNames'> {
  /** Bytes of a sample: 1 for uint8, 2 for uint16, 4 for float32. */
  readonly sampleBytes: number;
  /**
   * The pixels of a box, which lies in the image, `[channels, box.height, box.width]`: always in the type of the whole.
   * They may be those of the whole itself, so they are not to be changed.
   */
  readonly read: (box: Box) => Promise<Image>;
  /** Mean and deviation of its channels, where they were measured before. */
  readonly moments?: Intensities | undefined;
  /** All pixels, where they are in memory anyway. */
  readonly whole?: Image | undefined;
  /**
   * How wide (pixels) a band of an image may be to be read in boxes of this height, row after row of boxes and each row
   * from left to right, without that any pixel is decoded twice: what is kept decoded is bounded. 0 where blocks are so large that not even one column of boxes can.
   */
  readonly bandWidth: (height: number) => number;
  /** Where a box is in the file, of an image that is seen turned. */
  readonly inFile?: ((box: Box) => Box) | undefined;
}

/** An image in memory as one of which parts are read. */
export function windowsOf(image: Image): WindowedImage {
  const { channels, height, width, channelNames, data } = image;
  return {
    ...{ channels, height, width, channelNames, sampleBytes: data.BYTES_PER_ELEMENT, whole: image },
    bandWidth: () => width,
    read: async (box) => cutBox(image, box),
  };
}

/** Whether an image is one of which parts are read. */
export function isWindowed(image: Image | WindowedImage): image is WindowedImage {
  return 'read' in image;
}

/** Whether an image is in files, of which parts are read. */
export function isInFiles(image: Image | WindowedImage): image is WindowedImage {
  return isWindowed(image) && image.whole === undefined;
}

/** An image whose pixels are changed one by one as they are read. */
export function changedWindows(image: WindowedImage, change: (image: Image) => Image): WindowedImage {
  if (image.whole) return windowsOf(change(image.whole));
  return { ...image, moments: undefined, read: async (box) => change(await image.read(box)) };
}

/** An image that can be read until a signal says stop: what reads many windows of a large one need not know of it. */
export function readUntil(image: WindowedImage, signal: AbortSignal): WindowedImage {
  if (image.whole) return image;
  return {
    ...image,
    async read(box) {
      signal.throwIfAborted();
      return image.read(box);
    },
  };
}

/** What is shown of a box: of an image in memory nothing is copied. */
export async function viewOfBox(image: WindowedImage, box: Box): Promise<View> {
  return image.whole ? { image: image.whole, box } : { image: await image.read(box) };
}

/** All pixels of an image, which has to fit into memory. */
export async function readWhole(image: WindowedImage): Promise<Image> {
  return image.whole ?? image.read({ top: 0, left: 0, height: image.height, width: image.width });
}

/** A copy of a box of an image; the image itself where the box is all of it. */
export function cutBox(image: Image, box: Box = wholeOf(image)): Image {
  const { data, channels, width, channelNames } = image;
  if (box.height === image.height && box.width === width) return image;
  const cut = new (pixelType(data))(channels * box.height * box.width);
  const out = { data: cut, channels, height: box.height, width: box.width, channelNames };
  copyBox(image, { from: box, into: out, at: { top: 0, left: 0 } });
  return out;
}

/** Copies a box of an image to a place in another of the same type and channels. */
export function copyBox(
  { data, channels, height, width }: Image,
  { from, into, at }: { readonly from: Box; readonly into: Image; readonly at: Pick<Box, 'top' | 'left'> },
): void {
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < from.height; row++) {
      const start = (channel * height + from.top + row) * width + from.left;
      const place = (channel * into.height + at.top + row) * into.width + at.left;
      into.data.set(data.subarray(start, start + from.width), place);
    }
  }
}
