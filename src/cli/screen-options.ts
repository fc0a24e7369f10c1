import { type Command, InvalidArgumentError } from 'commander';
import type { ScreenOptions } from '../screen/screen-options.ts';
import { wholeNumber } from './options.ts';

/** What the argument `<screen>` of a command takes. */
export const SCREEN_ARGUMENT =
  'table of fields (CSV or TSV in LoadData columns), an OME-Zarr plate, or a folder: of images as a microscope names them, or with the tables of BBBC021';

/** The options that say how a screen is read, as commander names them. */
export const SCREEN_OPTION_NAMES = [
  'level',
  'pattern',
  'annotations',
  'on',
  'plateMap',
] as const satisfies readonly (keyof ScreenOptions)[];

/** Adds the options that say how a screen is read. */
export function addScreenOptions(command: Command): Command {
  return command
    .option('--level <n>', 'level of the pyramids of an OME-Zarr plate; 0 is the largest', wholeNumber({ least: 0 }))
    .option(
      '--pattern <regex>',
      'how the images of a folder are named: named groups Plate, Well, Site, Channel and others',
    )
    .option(
      '--annotations <file>',
      'a second table, whose columns are given to the fields that agree with its rows in --on',
    )
    .option('--on <columns>', 'columns that both have, with commas between', names)
    .option('--plate-map <file>', 'what is in each well: a table with a column Well, or the grid of a plate');
}

/** Those of them that were given. */
export function screenOptionsOf(options: ScreenOptions): ScreenOptions {
  const given = SCREEN_OPTION_NAMES.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

/** Parses names with commas between them. */
function names(text: string): readonly string[] {
  const list = text.split(',').map((name) => name.trim());
  if (list.includes('')) throw new InvalidArgumentError('Expected names of columns with commas between them.');
  return list;
}
