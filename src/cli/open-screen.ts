import { nodeAccess } from '../screen/node/access.ts';
import { readScreen } from '../screen/read-screen.ts';
import type { Screen } from '../screen/screen.ts';
import type { ScreenOptions } from '../screen/screen-options.ts';
import { screenOptionsOf } from '../workflows/shared/open-screen.ts';
import type { Console } from './console.ts';

/** Reads a screen as the options of a command say, and passes on what its reader has to say. Throws as `readScreen`. */
export async function openScreen(path: string, options: ScreenOptions, console: Console): Promise<Screen> {
  const screen = await readScreen(path, screenOptionsOf(options), nodeAccess);
  for (const note of screen.notes ?? []) console.err(`${note}\n`);
  return screen;
}
