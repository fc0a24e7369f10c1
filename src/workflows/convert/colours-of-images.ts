import { isMilscopeError } from '../../errors.ts';
import { readImageHeader } from '../../image/header.ts';
import type { ImageHeader } from '../../image/image.ts';
import type { Colour } from '../../pixels/palette.ts';
import type { ScreenAccess } from '../../screen/access.ts';
import type { Screen } from '../../screen/screen.ts';

/** Fields whose images are looked at, until one says it. */
const ASKED = 5;

/**
 * The colours in which the channels are to be shown, as the first field says whose images have headers that can be read;
 * undefined unless all have one.
 */
export async function coloursOfImages(
  { fields }: Screen,
  access: ScreenAccess,
): Promise<readonly Colour[] | undefined> {
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
      return colours.length === sources.length ? colours : undefined;
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
    }
  }
  return undefined;
}
