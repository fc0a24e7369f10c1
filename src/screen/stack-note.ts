import type { ImageHeader } from '../image/image.ts';

/**
 * A sentence for who should know that images have more than what is read of them; nothing where they have not.
 *
 * @param images what they are called, such as `images of DNA`
 */
export function stackNotes(images: string, stack: ImageHeader['stack']): string[] {
  if (stack === undefined) return [];
  const parts = [
    ...(stack.z > 1 ? [`${stack.z} planes of depth`] : []),
    ...(stack.t > 1 ? [`${stack.t} points in time`] : []),
  ];
  if (parts.length === 0) return [];
  const first = parts.length === 1 ? 'the first' : 'the first of each';
  return [
    `The ${images} have ${parts.join(' and ')}, of which ${first} is read: project a stack before, if it is to be seen whole`,
  ];
}
