import { chooseChannels } from '../../screen/channels/choose-channels.ts';
import { readWholeScreen } from '../../screen/read-screen.ts';
import { requireFields } from '../../screen/require-fields.ts';
import type { Screen } from '../../screen/screen.ts';
import type { ScreenOptions } from '../../screen/screen-options.ts';
import type { RunningHost } from '../host.ts';
import { screenFields } from '../request-fields.ts';

/** The options of a request that say how its screen is read, as far as they were given. */
export function screenOptionsOf(request: ScreenOptions): ScreenOptions {
  const names = Object.keys(screenFields) as (keyof ScreenOptions)[];
  const given = names.filter((name) => request[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, request[name]]));
}

/**
 * Reads a screen as a request says, and passes on what its reader has to say and to ask. Of one that the caller has opened
 * before, the channels can still be chosen. Throws as `readScreen`.
 *
 * @param asks whether questions are passed on as warnings; else the caller shows them in its own way
 */
export async function openScreen(
  path: string,
  request: ScreenOptions,
  host: RunningHost,
  { asks = true }: { asks?: boolean } = {},
): Promise<Screen> {
  const options = screenOptionsOf(request);
  const whole = host.opened?.screens.get(path) ?? (await readWholeScreen(path, options, host));
  const screen = requireFields(options.channels === undefined ? whole : chooseChannels(whole, options.channels));
  tellOf(screen, host, { asks });
  return screen;
}

/** Passes on what the reader of a screen has to say, and to ask. */
export function tellOf(
  { notes = [], questions = [] }: Screen,
  host: RunningHost,
  { asks = true }: { asks?: boolean } = {},
): void {
  for (const message of notes) host.emit({ event: 'noted', message });
  if (!asks) return;
  for (const { problem, remedy } of questions) host.emit({ event: 'warned', message: `${problem}: ${remedy}` });
}
