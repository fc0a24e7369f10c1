import { type Image, pixelsIn } from './pixels.ts';

/** Whether threads can share memory here; browsers only allow it to pages that are isolated from others. */
export const CAN_SHARE: boolean = typeof SharedArrayBuffer !== 'undefined';

/**
 * The same image in memory that all threads see, so that it need not be copied for each of them; the image itself where
 * there is no such memory. Meant for images that are kept: the garbage collector does not know how large such memory is.
 */
export function shared(image: Image): Image {
  if (!CAN_SHARE || isShared(image.data)) return image;
  const { data } = image;
  const copy = pixelsIn(new SharedArrayBuffer(data.byteLength), data, { length: data.length });
  copy.set(data);
  return { ...image, data: copy };
}

/** Whether an array stands in memory that all threads see. */
export function isShared({ buffer }: { readonly buffer: ArrayBufferLike }): boolean {
  return CAN_SHARE && buffer instanceof SharedArrayBuffer;
}

/** Zeros in memory that all threads see, or in plain memory where there is none. */
export function sharedFloats(length: number): Float32Array {
  return CAN_SHARE ? new Float32Array(new SharedArrayBuffer(4 * length)) : new Float32Array(length);
}
