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
 * Reads a screen as a request says, and passes on what its reader has to say. Of one that the caller has opened before, the
 * channels can still be chosen. Throws as `readScreen`.
 */
export async function openScreen(path: string, request: ScreenOptions, host: RunningHost): Promise<Screen> {
  const options = screenOptionsOf(request);
  const whole = host.opened?.screens.get(path) ?? (await readWholeScreen(path, options, host));
  const screen = requireFields(options.channels === undefined ? whole : chooseChannels(whole, options.channels));
  for (const message of screen.notes ?? []) host.emit({ event: 'noted', message });
  return screen;
}
