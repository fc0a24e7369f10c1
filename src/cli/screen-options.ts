import type { Command } from 'commander';
import type { ScreenOptions } from '../screen/screen-options.ts';
import { wholeNumber } from './options.ts';

/** What the argument `<screen>` of a command takes. */
export const SCREEN_ARGUMENT =
  'table of fields (CSV or TSV in LoadData columns), or a folder with the tables of BBBC021';

/** The options that say how a screen is read, as commander names them. */
export const SCREEN_OPTION_NAMES = ['level'] as const satisfies readonly (keyof ScreenOptions)[];

/** Adds the options that say how a screen is read. */
export function addScreenOptions(command: Command): Command {
  return command.option(
    '--level <n>',
    'level of the pyramids of an OME-Zarr plate; 0 is the largest',
    wholeNumber({ least: 0 }),
  );
}

/** Those of them that were given. */
export function screenOptionsOf(options: ScreenOptions): ScreenOptions {
  const given = SCREEN_OPTION_NAMES.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}
