import type { Image } from '../pixels/pixels.ts';
import type { ScreenAccess } from './access.ts';
import { openField } from './open-field.ts';
import type { Field, Screen } from './screen.ts';

/**
 * Decodes all channels of a field as one image, `[channels, height, width]` in the order of `screen.channels`, in the
 * narrowest type that holds them all: uint8, uint16 or float32. Intensities are never rescaled; a file that several
 * channels share is read once.
 *
 * @throws what `openField` throws, and BadImage for pixels that are damaged.
 */
export async function readField(
  screen: Pick<Screen, 'channels' | 'usualSize'>,
  field: Field,
  access: ScreenAccess,
): Promise<Image> {
  return (await openField(screen, field, access)).read({ last: true });
}
