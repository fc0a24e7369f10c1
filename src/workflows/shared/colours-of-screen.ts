import { isMilscopeError } from '../../errors.ts';
import { readImageHeader } from '../../image/header.ts';
import type { ImageHeader } from '../../image/image.ts';
import { channelColoursOf } from '../../pixels/channel-colours.ts';
import type { Colour } from '../../pixels/palette.ts';
import type { ScreenAccess } from '../../screen/access.ts';
import type { ChannelSource, Screen } from '../../screen/screen.ts';

/** Fields whose images are looked at, until the headers of one can be read. */
const ASKED = 5;

/**
 * The colour of each channel of a screen in every picture: what its files say, and the usual one of its name otherwise. Where
 * channels are a choice, each has the colour that it has among all of them.
 */
export async function coloursOfScreen(
  { channels, channelChoice, fields }: Pick<Screen, 'channels' | 'channelChoice' | 'fields'>,
  access: ScreenAccess,
): Promise<readonly Colour[]> {
  const given = await coloursOfFiles(fields, access);
  if (channelChoice === undefined) return channelColoursOf(channels, given);
  const { names, of } = channelChoice;
  const places = of.map((name) => names.indexOf(name));
  const called = of.map((name, i) => channels[places[i]!] ?? name);
  const all = channelColoursOf(
    called,
    places.map((place) => given[place]),
  );
  return names.map((name) => all[of.indexOf(name)]!);
}

/** What the images of the first field say whose headers can all be read, for each channel. */
async function coloursOfFiles(
  fields: Screen['fields'],
  access: ScreenAccess,
): Promise<readonly (Colour | undefined)[]> {
  for (const { sources } of fields.slice(0, ASKED)) {
    if (sources.some(({ file }) => file === '')) continue;
    try {
      return await coloursOfSources(sources, access);
    } catch (error) {
      if (!isMilscopeError(error)) throw error;
    }
  }
  return [];
}

async function coloursOfSources(
  sources: readonly ChannelSource[],
  access: ScreenAccess,
): Promise<readonly (Colour | undefined)[]> {
  const headers = new Map<string, ImageHeader>();
  for (const { file, level, series, pages } of sources) {
    if (!headers.has(file)) headers.set(file, await readImageHeader(file, { level, series, pages }, access));
  }
  return sources.map(({ file, plane, planes }) =>
    // Of a page that the table picks the header does not say which channel it is.
    planes === undefined ? undefined : headers.get(file)!.channelColours?.[plane],
  );
}
