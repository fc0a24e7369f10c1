import { requireDecodable } from '../../image/require-decodable.ts';
import { KEPT_BYTES, keepBlocks } from '../../pixels/windows/kept-blocks.ts';
import { type WindowedImage, windowsOf } from '../../pixels/windows/windowed-image.ts';
import type { ScreenAccess } from '../access.ts';
import { type OpenField, openField } from '../open-field.ts';
import type { Field, Screen } from '../screen.ts';

/** Fields of up to so many pixels are decoded whole, unless told otherwise: 2,896 × 2,896, whose forward pass needs some 0.8 GB. */
export const WHOLE_PIXELS = 2 ** 23;

export interface WindowOptions {
  /** Fields of up to so many pixels are decoded whole; {@link WHOLE_PIXELS} unless given. */
  readonly wholePixels?: number | undefined;
  /** Bytes of decoded pixels that are kept of a field; see `keepBlocks`. */
  readonly keptBytes?: number | undefined;
}

/**
 * Opens a field so that windows of it can be read. A field of few pixels is decoded at once, and so is one whose files are
 * decoded only whole: a PNG, or a compressed TIFF in one strip. Any other may be larger than memory: only the tiles, strips
 * or chunks that a window touches are decoded.
 *
 * `maxPixels` bounds the size of a field where a user gave it; else only what is decoded at once is bounded.
 *
 * @throws what `openField` and its `read` throw; `read` of what is given throws BadImage for pixels that are damaged.
 */
export async function openWindows(
  screen: Pick<Screen, 'channels' | 'usualSize'>,
  field: Field,
  access: ScreenAccess,
  { wholePixels = WHOLE_PIXELS, keptBytes = KEPT_BYTES }: WindowOptions = {},
): Promise<WindowedImage> {
  const open = await openField(screen, field, access);
  const { height, width } = open.header;
  if (height * width <= wholePixels) return windowsOf(await open.read({ last: true }));
  const [{ file, maxPixels }] = field.sources as [Field['sources'][number]];
  if (maxPixels !== undefined) requireDecodable(file, { height, width, bytes: 0 }, { maxPixels });
  const windows = keepBlocks(decodedInBlocks(open), { keptBytes });
  const isOneBlock = open.blocks.height * open.blocks.width === height * width;
  return isOneBlock || windows.bandWidth(1) === 0 ? windowsOf(await open.read({ last: true })) : windows;
}

function decodedInBlocks({ header, blocks, read }: OpenField): Parameters<typeof keepBlocks>[0] {
  const { height, width, channelNames, bitDepth } = header;
  return {
    ...{ height, width, channelNames, blocks, channels: channelNames.length, sampleBytes: bitDepth / 8 },
    decode: ({ top, left, height: high, width: wide }) =>
      read({ rows: [top, top + high], columns: [left, left + wide] }),
  };
}
