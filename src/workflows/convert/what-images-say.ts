import { isMilscopeError } from '../../errors.ts';
import { readImageHeader } from '../../image/header.ts';
import type { ImageHeader } from '../../image/image.ts';
import { squareSide } from '../../image/pixel-size.ts';
import type { Colour } from '../../pixels/palette.ts';
import type { ScreenAccess } from '../../screen/access.ts';
import type { Screen } from '../../screen/screen.ts';

/** Fields whose images are looked at, until one says it. */
const ASKED = 5;

/** What the images of a screen say of how they are to be shown. */
export interface ImagesSay {
  /** Side of a pixel (µm); undefined where they say nothing, or that pixels are no squares. */
  readonly pixelSize: number | undefined;
  /** A colour for each channel; undefined unless all have one. */
  readonly colours: readonly Colour[] | undefined;
}

/** What the first field says whose images have headers that can be read. */
export async function whatImagesSay({ fields }: Screen, access: ScreenAccess): Promise<ImagesSay> {
  for (const { sources } of fields.slice(0, ASKED)) {
    if (sources.some(({ file }) => file === '')) continue;
    try {
      const headers = new Map<string, ImageHeader>();
      for (const { file, level, series, pages } of sources) {
        if (!headers.has(file)) headers.set(file, await readImageHeader(file, { level, series, pages }, access));
      }
      const colours = sources.flatMap(({ file, plane, planes }) => {
        const colour = planes === undefined ? undefined : headers.get(file)!.channelColours?.[plane];
        return colour === undefined ? [] : [colour];
      });
      return {
        pixelSize: squareSide(headers.get(sources[0]!.file)!.pixelSize),
        colours: colours.length === sources.length ? colours : undefined,
      };
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
    }
  }
  return { pixelSize: undefined, colours: undefined };
}
